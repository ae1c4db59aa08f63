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
    /**
     * Makes a key and writes it to a file that isn't there, 0600. @param before a key file, whose keys go behind it.
     * @throws KongBackupError `store-unwritable`, and as `read`.
     */
    make(file: string, before?: string): Promise<PublicKey>;
    /**
     * Makes the key that a passphrase opens, in the store itself, or opens the one that is there.
     * @throws KongBackupError `key-wrong`, `store-*`.
     */
    makeByPassphrase(section: StoreSection, passphrase: string, signal: AbortSignal): Promise<PublicKey>;
    /** @throws KongBackupError `key-missing`, `file-unreadable`, `file-invalid`. */
    read(file: string): Promise<PublicKey[]>;
    /** Of a recipient. */
    fingerprint(recipient: string): string;
    /** Opens the newest snapshot of a store, as a machine would that has only this entry and the key. */
    drill(section: StoreSection, signal: AbortSignal): Promise<KeyDrill>;
  };
  /** Absolute path of what an entry of the environments file means. */
  resolve(file: string): string;
  /** Fills in references to secrets. @param place what names them. @throws KongBackupError `secret-missing`. */
  fill(text: string, place: string): Promise<string>;
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
  /**
   * Has all that is new in the store encrypted by a passphrase.
   * @param reference names the passphrase: `${env:NAME}` or `${file:path}`. @param folder as for `encryptStore`.
   * @throws KongBackupError `environment-invalid`, `secret-missing`, `key-wrong`, `store-*`.
   */
  encryptByPassphrase(
    store: string,
    reference: string,
    folder: string | undefined,
    signal: AbortSignal,
  ): Promise<PublicKey>;
  /** To whom a store encrypts. Empty for one with a passphrase. */
  keysOf(store: string): Promise<{ recipients: PublicKey[]; identityFile?: string; hasPassphrase: boolean }>;
  /** @param keyFile absolute path, instead of the one of the entry. @throws KongBackupError `key-*`, `snapshot-*`, `store-*`. */
  drillKey(store: string, keyFile: string | undefined, signal: AbortSignal): Promise<KeyDrill>;
}

export function createStoreSetup(parts: StoreSetupParts): StoreSetup {
  const { environments, file, keys, resolve, fill } = parts;
  const refuseEncrypted = async (name: string): Promise<void> => {
    if (!(await findStore(environments, name))?.encryption) return;
    throw refuse(
      name,
      'The store encrypts already: another key in its place would shut its snapshots.',
      'For a new key in the place of the one it has: kong-backup key rotate. To add a key, write its recipient beside the others, and its secret into the same key file.',
    );
  };
  /** As it is, or as it will be. */
  const sectionOf = async (name: string, folder: string | undefined): Promise<StoreSection> =>
    folder === undefined ? knownStore(environments, name) : ((await findStore(environments, name)) ?? { name, folder });
  return {
    async newKey(store, place, folder) {
      await refuseEncrypted(store);
      await sectionOf(store, folder);
      return keys.make(place);
    },
    async encryptStore(name, keyFile, folder) {
      await refuseEncrypted(name);
      const section = await sectionOf(name, folder);
      const recipients = (await keys.read(keyFile)).map(({ recipient }) => recipient);
      const whole: StoreSection = { ...section, encryption: { recipients, identityFile: keyFile } };
      await file.edit((text) => setStoreEntry(text, whole, file.place));
      return whole;
    },
    async encryptByPassphrase(name, reference, folder, signal) {
      await refuseEncrypted(name);
      const section = await sectionOf(name, folder);
      const key = await keys.makeByPassphrase(section, await fill(reference, `${name}: passphrase`), signal);
      const whole: StoreSection = { ...section, encryption: { passphrase: reference } };
      await file.edit((text) => setStoreEntry(text, whole, file.place));
      return key;
    },
    async keysOf(name) {
      const { recipients, identityFile, passphrase } = await encryptionOf(environments, name);
      const hasPassphrase = passphrase !== undefined;
      const shown = recipients?.map((recipient) => ({ recipient, fingerprint: keys.fingerprint(recipient) }));
      if (shown || identityFile === undefined) {
        return { recipients: shown ?? [], hasPassphrase, ...(identityFile !== undefined && { identityFile }) };
      }
      return { recipients: await keys.read(resolve(identityFile)), identityFile, hasPassphrase };
    },
    drillKey: (name, keyFile, signal) => drill(parts, name, keyFile, signal),
  };
}

async function drill(
  { environments, keys }: StoreSetupParts,
  name: string,
  keyFile: string | undefined,
  signal: AbortSignal,
): Promise<KeyDrill> {
  const section = await knownStore(environments, name);
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
}

const findStore = async (environments: Environments, name: string): Promise<StoreSection | undefined> =>
  ((await environments.environments()).stores ?? []).find((each) => each.name === name);

/** The entry of a store. @throws KongBackupError `environment-invalid` where there is none. */
export async function knownStore(environments: Environments, name: string): Promise<StoreSection> {
  const section = await findStore(environments, name);
  if (section) return section;
  throw refuse(name, 'The environments file has no such store.', 'Name one of its "stores".');
}

/** How a store encrypts. @throws KongBackupError `environment-invalid` where it does not. */
export async function encryptionOf(
  environments: Environments,
  name: string,
): Promise<NonNullable<StoreSection['encryption']>> {
  const { encryption } = await knownStore(environments, name);
  if (encryption) return encryption;
  throw refuse(name, 'The store does not encrypt.', 'Set up encryption first: kong-backup key new.');
}

export const refuse = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('environment-invalid', { place, reason, remedy });
