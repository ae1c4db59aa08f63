import type { StoreSection } from '../core/environmentSections.js';
import { setStoreEntry } from '../core/storeEntries.js';
import { encryptionOf, knownStore, type PublicKey, refuse, type StoreSetupParts } from './storeSetup.js';

export interface KeyRotation {
  /**
   * A new key in a file of its own, with the keys of the store's file behind it. Nothing is encrypted to it before `useNewKey`.
   * @param file absolute path. @throws KongBackupError `environment-invalid`, `key-missing`, `store-unwritable`.
   */
  rotateKey(store: string, file: string): Promise<PublicKey>;
  /**
   * Has all that is new in the store encrypted to the first key of a file, in the place of the keys of its file so far; other
   * recipients stay. What the store holds stays as it is: the file has to hold the keys for it.
   * @throws KongBackupError `environment-invalid`, and what is wrong with a file.
   */
  useNewKey(store: string, file: string): Promise<{ recipients: PublicKey[]; replaced: PublicKey[] }>;
}

/** Another key for a store that encrypts. What it holds stays sealed to the keys that it was written for. */
export function createKeyRotation({
  environments,
  file,
  keys,
  resolve,
}: Pick<StoreSetupParts, 'environments' | 'file' | 'keys' | 'resolve'>): KeyRotation {
  const keyFileOf = async (name: string): Promise<string> => {
    const { identityFile, passphrase } = await encryptionOf(environments, name);
    if (identityFile === undefined) throw passphrase === undefined ? withoutKeyFile(name) : byPassphrase(name);
    return resolve(identityFile);
  };
  return {
    rotateKey: async (name, place) => keys.make(place, await keyFileOf(name)),
    async useNewKey(name, place) {
      const replaced = await keys.read(await keyFileOf(name));
      const [first, ...others] = await keys.read(place);
      const isHeld = replaced.every((key) => others.some(({ recipient }) => recipient === key.recipient));
      if (!first || !isHeld) throw withoutOldKeys(name, place);
      const section = await knownStore(environments, name);
      const kept = (section.encryption?.recipients ?? []).filter(
        (recipient) => !replaced.some((key) => key.recipient === recipient),
      );
      const recipients = [first.recipient, ...kept];
      const whole: StoreSection = { ...section, encryption: { recipients, identityFile: place } };
      await file.edit((text) => setStoreEntry(text, whole, file.place));
      const shown = recipients.map((recipient) => ({ recipient, fingerprint: keys.fingerprint(recipient) }));
      return { recipients: shown, replaced };
    },
  };
}

const withoutKeyFile = (name: string) =>
  refuse(
    name,
    'The entry names no key file, as on a machine that only takes backups: which key is to be replaced is not known.',
    'Rotate it where the key is, and take the new "recipients" over.',
  );

const byPassphrase = (name: string) =>
  refuse(
    name,
    'The store encrypts by a passphrase, and has one.',
    'Set up a second store with the new passphrase, and copy or move the snapshots there.',
  );

const withoutOldKeys = (name: string, place: string) =>
  refuse(
    name,
    `${place} does not hold the keys that the snapshots so far need.`,
    'Write the new key first, and the keys of the file so far behind it.',
  );
