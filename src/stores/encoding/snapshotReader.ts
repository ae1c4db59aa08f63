import type { ArtifactFile, Manifest } from '../../core/snapshot.js';
import type { Identity, ObjectReader } from './encoding.js';

export interface SnapshotReader {
  /**
   * The plain bytes of one file of a snapshot. They are compared with size and SHA-256 on the way, so that the last step of the
   * iteration throws when they differ: use nothing of it before it ended.
   * @param manifest opened by `openManifest` when it is encrypted. @param artifact one of its files.
   * @throws KongBackupError `snapshot-damaged` naming the file or pack, `key-missing`, `key-wrong`, `store-unreachable`,
   *   `store-denied`, `cancelled`, from the call or from the iteration.
   */
  open(manifest: Manifest, artifact: ArtifactFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Reads files of snapshots of one store. It keeps the packs used last in memory (at most 128 MiB), so use one reader for what is
 * read together, such as the same file of many snapshots.
 */
export function createSnapshotReader(_storage: ObjectReader, _identities: readonly Identity[]): SnapshotReader {
  throw new Error('not yet');
}
