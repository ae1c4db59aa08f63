import type { StoreSection } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { setStoreEntry } from '../core/storeEntries.js';
import type { TextFile } from '../core/textFile.js';
import type { Environments } from './environments.js';

/** What may be shown of a key. */
export interface PublicKey {
  /** `age1…` */
  recipient: string;
  /** Sixteen hex digits, as manifests name keys. */
  fingerprint: string;
}

export interface KeyDrill {
  /** The newest encrypted snapshot, opened with nothing but the store and the key; absent where there is none yet. */
  snapshot?: string;
  files: number;
  bytes: number;
  keys: PublicKey[];
}

export interface StoreSetupParts {
  environments: Environments;
  file: TextFile;
  keys: {
    /** Makes a key and writes it to a file that isn't there, 0600. @throws KongBackupError `store-unwritable`. */
    make(file: string): Promise<PublicKey>;
    /** @throws KongBackupError `key-missing`, `file-unreadable`, `file-invalid`. */
    read(file: string): Promise<PublicKey[]>;
    /** Of a recipient. */
    fingerprint(recipient: string): string;
    /** Opens the newest snapshot of a store, as a machine would that has only this entry and the key. */
    drill(section: StoreSection, signal: AbortSignal): Promise<KeyDrill>;
  };
  /** Absolute path of what an entry of the environments file means. */
  resolve(file: string): string;
}

export interface StoreSetup {
  /**
   * A new key in a file of its own. Nothing is encrypted to it before `encryptStore`.
   * @param file absolute path. @param folder as for `encryptStore`.
   * @throws KongBackupError `environment-invalid` where the store has keys already, or is not there.
   */
  newKey(store: string, file: string, folder?: string): Promise<PublicKey>;
  /**
   * Has all that is new in the store encrypted to the keys of a file.
   * @param folder for a store that the environments file does not name yet.
   * @throws KongBackupError `environment-invalid`, and what is wrong with the file.
   */
  encryptStore(store: string, keyFile: string, folder?: string): Promise<StoreSection>;
  /** To whom a store encrypts. Empty for one with a passphrase. */
  keysOf(store: string): Promise<{ recipients: PublicKey[]; identityFile?: string; hasPassphrase: boolean }>;
  /** @param keyFile absolute path, instead of the one of the entry. @throws KongBackupError `key-*`, `snapshot-*`, `store-*`. */
  drillKey(store: string, keyFile: string | undefined, signal: AbortSignal): Promise<KeyDrill>;
}

export function createStoreSetup({ environments, file, keys, resolve }: StoreSetupParts): StoreSetup {
  const find = async (name: string): Promise<StoreSection | undefined> =>
    ((await environments.environments()).stores ?? []).find((each) => each.name === name);
  const known = async (name: string): Promise<StoreSection> => {
    const section = await find(name);
    if (section) return section;
    throw refuse(name, 'The environments file has no such store.', 'Name one of its "stores".');
  };
  const encrypted = async (name: string) => {
    const section = await known(name);
    const { encryption } = section;
    if (encryption) return encryption;
    throw refuse(name, 'The store does not encrypt.', 'Set up encryption first: kong-backup key new.');
  };
  const refuseEncrypted = async (name: string): Promise<void> => {
    if (!(await find(name))?.encryption) return;
    throw refuse(
      name,
      'The store encrypts already: another key in its place would shut its snapshots.',
      'To add a key, write its recipient beside the others, and its secret into the same key file.',
    );
  };
  return {
    async newKey(store, place, folder) {
      await refuseEncrypted(store);
      if (folder === undefined) await known(store);
      return keys.make(place);
    },
    async encryptStore(name, keyFile, folder) {
      await refuseEncrypted(name);
      const section = folder === undefined ? await known(name) : ((await find(name)) ?? { name, folder });
      const recipients = (await keys.read(keyFile)).map(({ recipient }) => recipient);
      const whole: StoreSection = { ...section, encryption: { recipients, identityFile: keyFile } };
      await file.edit((text) => setStoreEntry(text, whole, file.place));
      return whole;
    },
    async keysOf(name) {
      const { recipients, identityFile, passphrase } = await encrypted(name);
      const hasPassphrase = passphrase !== undefined;
      const shown = recipients?.map((recipient) => ({ recipient, fingerprint: keys.fingerprint(recipient) }));
      if (shown || identityFile === undefined) {
        return { recipients: shown ?? [], hasPassphrase, ...(identityFile !== undefined && { identityFile }) };
      }
      return { recipients: await keys.read(resolve(identityFile)), identityFile, hasPassphrase };
    },
    async drillKey(name, keyFile, signal) {
      const section = await known(name);
      const { encryption } = section;
      // On a new machine there may be nothing yet but the store and the key.
      if (keyFile !== undefined) {
        const recipients = encryption?.recipients;
        const given = { ...(recipients && { recipients }), identityFile: keyFile };
        return keys.drill({ ...section, encryption: given }, signal);
      }
      if (encryption) return keys.drill(section, signal);
      throw refuse(
        name,
        'The environments file does not say which key opens what the store holds: its entry has no "encryption".',
        `Name the key (kong-backup key check ${name} --file PATH), or write it there: encryption: { identityFile: PATH }. For a store that is to encrypt from now on: kong-backup key new ${name}.`,
      );
    },
  };
}

const refuse = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('environment-invalid', { place, reason, remedy });
