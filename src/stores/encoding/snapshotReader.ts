import { throwIfCancelled } from '../../core/errors.js';
import type { ArtifactFile, Manifest } from '../../core/snapshot.js';
import { unseal } from './age.js';
import { type Bytes, decompress } from './codecs.js';
import { damaged, readingError, refuseOther } from './damage.js';
import type { Identity, ObjectReader } from './encoding.js';
import { openingKeys } from './openingKeys.js';
import { PackCache } from './packCache.js';
import { formOf } from './packNames.js';
import { type Extent, parsePieces } from './pieces.js';
import { measured } from './measured.js';
import { storageKey } from './storedObjects.js';

export interface SnapshotReader {
  /**
   * The plain bytes of one file of a snapshot. They are compared with size and SHA-256 on the way, so that the last step of the
   * iteration throws when they differ: use nothing of it before it ended.
   * @param manifest opened by `openManifest` when it is encrypted. @param artifact one of its files.
   * @throws KongBackupError `key-missing`, `key-wrong` from the call; `snapshot-damaged` naming the file or pack,
   *   `store-unreachable`, `store-denied`, `cancelled` from the iteration.
   */
  open(manifest: Manifest, artifact: ArtifactFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** One file to be read. */
interface Request {
  manifest: Manifest;
  artifact: ArtifactFile;
  keys: readonly Identity[];
  /** What a person knows the file by. */
  place: string;
  signal: AbortSignal;
}

const mostPieceBytes = 1024 * 1024;

/**
 * Reads files of snapshots of one store. It keeps the packs used last in memory (at most 128 MiB), so use one reader for what is
 * read together, such as the same file of many snapshots, and let it go afterwards.
 */
export function createSnapshotReader(storage: ObjectReader, identities: readonly Identity[]): SnapshotReader {
  const packs = new PackCache(storage);
  return {
    async open(manifest, artifact, signal) {
      const keys = openingKeys(manifest, identities);
      const place = `${manifest.id}/${artifact.path}`;
      if (artifact.sha256 === '') throw damaged(place, 'The manifest does not say what the file should be.');
      const request = { manifest, artifact, keys, place, signal };
      const { stored } = artifact;
      const plain = stored && 'pieces' in stored ? ofPieces(packs, request, stored.pieces) : ofObject(storage, request);
      return checked(plain, request);
    },
  };
}

/** A file that is an object of its own. The object is compared with what it was when it was stored, too. */
async function* ofObject(storage: ObjectReader, { manifest, artifact, keys, place, signal }: Request): Bytes {
  const stored = artifact.stored && 'suffix' in artifact.stored ? artifact.stored : undefined;
  const key = artifact.path + (stored?.suffix ?? '');
  const { content } = await storage.read(storageKey({ scope: 'snapshot', key }, manifest.id), signal);
  if (!stored) return yield* content;
  const object = measured(content);
  const { codec, sealed } = formOf(stored.suffix);
  yield* decompress(codec, sealed ? unseal(keys, object.content) : object.content);
  refuseOther(place, object.found(), stored);
}

async function* ofPieces(packs: PackCache, { manifest, keys, place, signal }: Request, text: string): Bytes {
  for (const { pack, offset, length } of extentsOf(text, place)) {
    const record = manifest.packs?.[pack];
    if (!record) throw damaged(place, 'The manifest says it is in a pack that it does not name.');
    const raw = await packs.get(record, keys, signal);
    const end = offset + length;
    if (offset < 0 || end > raw.length) throw damaged(place, 'The manifest says it is where the pack has nothing.');
    for (let at = offset; at < end; at += mostPieceBytes) {
      throwIfCancelled(signal, place);
      yield raw.subarray(at, Math.min(at + mostPieceBytes, end));
    }
  }
}

function extentsOf(text: string, place: string): Extent[] {
  try {
    return parsePieces(text);
  } catch (error) {
    throw damaged(place, 'What the manifest says of its pieces is no list of pieces.', error);
  }
}

/** The same bytes. @throws KongBackupError at the end, when they are not those of the manifest. */
async function* checked(plain: Bytes, { artifact, place, signal }: Request): Bytes {
  const file = measured(plain);
  try {
    let left = artifact.bytes;
    for await (const piece of file.content) {
      left -= piece.length;
      // What is meant to fill the disk or the memory ends here.
      if (left < 0) throw damaged(place, `It has more than the ${artifact.bytes} bytes that the manifest says.`);
      yield piece;
    }
    refuseOther(place, file.found(), artifact);
  } catch (error) {
    throw readingError(error, place, signal);
  }
}
