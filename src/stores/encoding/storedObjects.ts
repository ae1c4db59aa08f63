import type { Manifest, PackRecord } from '../../core/snapshot.js';

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
export function storedObjects(_manifest: Pick<Manifest, 'parts' | 'packs'>): NeededObject[] {
  throw new Error('not yet');
}

/** An object's key in the store. */
export function storageKey({ scope, key }: { scope: 'snapshot' | 'store'; key: string }, id: string): string {
  return scope === 'store' ? key : `${id}/${key}`;
}

/** What the keys of all packs and of their indexes begin with. */
export const packPrefix = 'packs/';

export const packKey = ({ name }: Pick<PackRecord, 'name'>): string => packPrefix + name;

/**
 * For the collection of packs: the SHA-256 that a pack and its index begin their names with; undefined when the key is neither.
 * What no snapshot needs any more (`neededPacks`) may go, once no backup that runs could have begun to build upon it.
 */
export function packOfKey(key: string): string | undefined {
  return /^packs\/([0-9a-f]{64})\.(?:pack(?:\.gz|\.zst)?|index)(?:\.age)?$/.exec(key)?.[1];
}

/** The packs of a snapshot as `packOfKey` names them. */
export function neededPacks({ packs = [] }: Pick<Manifest, 'packs'>): string[] {
  return packs.map(({ name }) => name.slice(0, 64));
}
