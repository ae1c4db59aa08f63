import type { Manifest } from '../../core/snapshot.js';
import { packHash, packKey } from './packNames.js';

export { packKey, packPrefix } from './packNames.js';

/** An object that a snapshot needs. */
export interface NeededObject {
  scope: 'snapshot' | 'store';
  /** Below the snapshot's folder, or below the store's root. */
  key: string;
  /** As stored. */
  bytes: number;
  /** As stored, hex. Of a pack it is also in its name, so that one check does for all snapshots. */
  sha256: string;
}

/**
 * Every object that a snapshot consists of, but for its manifest: what a quick verification reads, what a copy copies. It needs no
 * key.
 */
export function storedObjects({ parts, packs = [] }: Pick<Manifest, 'parts' | 'packs'>): NeededObject[] {
  const objects: NeededObject[] = packs.map((pack) => ({
    scope: 'store',
    key: packKey(pack),
    bytes: pack.bytes,
    sha256: packHash(pack),
  }));
  for (const { path, bytes, sha256, stored } of parts.flatMap(({ files }) => files)) {
    if (!stored) objects.push({ scope: 'snapshot', key: path, bytes, sha256 });
    else if ('suffix' in stored) {
      objects.push({ scope: 'snapshot', key: path + stored.suffix, bytes: stored.bytes, sha256: stored.sha256 });
    }
  }
  return objects;
}

/** An object's key in the store. */
export function storageKey({ scope, key }: Pick<NeededObject, 'scope' | 'key'>, id: string): string {
  return scope === 'store' ? key : `${id}/${key}`;
}

/**
 * For the collection of packs: the SHA-256 that a pack and its index begin their names with; undefined when the key is neither.
 * What no snapshot needs any more (`neededPacks`) may go, once no backup that runs could have begun to build upon it.
 */
export function packOfKey(key: string): string | undefined {
  return /^packs\/([0-9a-f]{64})\.(?:pack(?:\.gz|\.zst)?|index)(?:\.age)?$/.exec(key)?.[1];
}

/** The packs of a snapshot as `packOfKey` names them. */
export function neededPacks({ packs = [] }: Pick<Manifest, 'packs'>): string[] {
  return packs.map(packHash);
}
