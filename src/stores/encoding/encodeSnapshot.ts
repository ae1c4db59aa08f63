import type { Manifest } from '../../core/snapshot.js';
import type { EncodedSnapshot, EncodingOptions } from './encoding.js';

/** What `encodeSnapshot` works on. */
export interface EncodeSource {
  /** Absolute path of the staging folder: plain files as `manifest` names them. They are not changed. */
  directory: string;
  /** Absolute path of a folder for what is made of them: on the same file system as the store's folder at best. Made 0700. */
  output: string;
  manifest: Omit<Manifest, 'id'>;
}

/**
 * Turns the files of a snapshot into the objects to store. Every file is compared with its size and SHA-256 on the way. Nothing
 * plain is written outside `directory`.
 * @throws KongBackupError `snapshot-damaged` when a file isn't what the manifest says, `store-full`, `store-unwritable`,
 *   `cancelled`.
 */
export function encodeSnapshot(
  _source: EncodeSource,
  _options: EncodingOptions,
  _signal: AbortSignal,
): Promise<EncodedSnapshot> {
  throw new Error('not yet');
}
