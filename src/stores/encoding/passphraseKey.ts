import type { ObjectStorage } from '../objectStorage.js';
import type { Identity } from './encoding.js';

/**
 * The key of a store with a passphrase: `keys/<fingerprint>.age` holds it, encrypted by the passphrase, and
 * `keys/<fingerprint>.pub` its recipient. All objects are encrypted to the recipient, for a passphrase takes a second to try.
 * @param create whether to make a key when the store has none: yes for a backup, no for everything that reads.
 * @returns the keys that the passphrase opens; the first is the one to encrypt to.
 * @throws KongBackupError `key-missing` when there is none and none is made, `key-wrong` when the passphrase opens none.
 */
export function unlockStore(
  _storage: Pick<ObjectStorage, 'list' | 'read' | 'create'>,
  _passphrase: string,
  _create: boolean,
  _signal: AbortSignal,
): Promise<Identity[]> {
  throw new Error('not yet');
}
