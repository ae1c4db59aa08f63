import { KongBackupError, throwIfCancelled } from '../../core/errors.js';
import type { ObjectStorage } from '../objectStorage.js';
import type { StoreKeys } from '../storeEncoding.js';
import type { Identity } from './encoding.js';
import { checkRecipients, readIdentityFile } from './keys.js';
import { unlockStore } from './passphraseKey.js';

/** What kong-environments.yaml says of a store's encryption, references resolved and paths absolute. */
export interface EncryptionSettings {
  recipients?: readonly string[];
  identityFile?: string;
  /** Instead of recipients. Never logged. */
  passphrase?: string;
}

/**
 * The keys of a store, asked for when they are first needed and kept then. New snapshots go to the recipients; without any to the
 * keys of the file, or to that of the passphrase, which is made with the store's first snapshot.
 * @param place where the settings stand, for errors.
 */
export function createStoreKeys(
  storage: Pick<ObjectStorage, 'location' | 'list' | 'read' | 'create'>,
  { recipients, identityFile, passphrase }: EncryptionSettings,
  place: string,
): StoreKeys {
  const fromFile = remembered(() =>
    identityFile === undefined ? Promise.resolve([]) : readIdentityFile(identityFile),
  );
  const unlocked = remembered((signal, create) =>
    passphrase === undefined ? Promise.resolve([]) : unlockStore(storage, passphrase, create, signal),
  );
  return {
    async sealing(signal) {
      throwIfCancelled(signal, place);
      if (recipients) {
        checkRecipients(recipients, place);
        return { recipients };
      }
      const keys =
        passphrase === undefined ? await fromFile(signal, false) : (await unlocked(signal, true)).slice(0, 1);
      if (keys.length > 0) return { recipients: keys.map(({ recipient }) => recipient) };
      throw new KongBackupError('environment-invalid', {
        place,
        reason: 'Encryption names neither recipients nor a key file nor a passphrase.',
        remedy: 'Name one of them, or leave out "encryption".',
      });
    },
    async identities(signal) {
      throwIfCancelled(signal, place);
      return [...(await fromFile(signal, false)), ...(await unlocked(signal, false))];
    },
  };
}

type Ask = (signal: AbortSignal, create: boolean) => Promise<readonly Identity[]>;

/** A failure is not kept: what was missing may be there the next time. */
function remembered(ask: Ask): Ask {
  let answer: readonly Identity[] | undefined;
  return async (signal, create) => (answer ??= await ask(signal, create));
}
