import type { ArtifactFile, CatalogueEntry, Manifest } from '../core/snapshot.js';
import type { EncodeSource } from './encoding/encodeSnapshot.js';
import type { EncodedSnapshot } from './encoding/encoding.js';
import type { NeededObject } from './encoding/storedObjects.js';

/** How a store turns the files of snapshots into objects, and back. */
export interface SnapshotEncoding {
  /** @param known what the store holds, the newest first, for those that build upon it. */
  encode(
    source: EncodeSource,
    known: () => Promise<readonly CatalogueEntry[]>,
    signal: AbortSignal,
  ): Promise<EncodedSnapshot>;
  /** The whole of an encrypted manifest. @throws KongBackupError `key-*`, `snapshot-damaged`. */
  openManifest(manifest: Manifest, signal: AbortSignal): Promise<Manifest>;
  /** @param manifest opened. @throws KongBackupError `snapshot-damaged`, `key-*`, `store-*`. */
  openFile(manifest: Manifest, artifact: ArtifactFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** All that a snapshot consists of but its manifest. */
  stored(manifest: Manifest): NeededObject[];
}
