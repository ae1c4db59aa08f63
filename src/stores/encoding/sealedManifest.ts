import type { Manifest } from '../../core/snapshot.js';
import type { Identity } from './encoding.js';

/**
 * The whole manifest of an encrypted snapshot; any other as it is. What `parseManifest` gives of an encrypted one is the public
 * part: lists, verification of what is stored and retention need no more.
 * @throws KongBackupError `key-missing`, `key-wrong`; `snapshot-damaged` when the public part isn't that of what is sealed.
 */
export function openManifest(_manifest: Manifest, _identities: readonly Identity[]): Promise<Manifest> {
  throw new Error('not yet');
}
