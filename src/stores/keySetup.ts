import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StoreSection } from '../core/environmentSections.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { nameAnotherFile, systemCode, writeError } from '../core/fileErrors.js';
import { fingerprintOf, generateKey, readIdentityFile } from './encoding/keys.js';
import { createStoreKeys } from './encoding/storeKeys.js';
import { createNamedStores, type StoresOptions } from './namedStores.js';
import { makeFolders, syncedWrite, syncFolder } from './syncedWrite.js';

interface PublicKey {
  recipient: string;
  fingerprint: string;
}

const publicOf = ({ recipient, fingerprint }: PublicKey): PublicKey => ({ recipient, fingerprint });

export const keyFingerprint = fingerprintOf;

/** @param file absolute path. @throws as `readIdentityFile`. */
export const readKeys = async (file: string): Promise<PublicKey[]> => (await readIdentityFile(file)).map(publicOf);

/**
 * Writes a new key to a file that only its owner can read.
 * @param before absolute path of a key file, whose keys are written behind the new one.
 * @throws KongBackupError `store-unwritable` where there is a file, and as `readIdentityFile`.
 */
export async function makeKey(file: string, before?: string): Promise<PublicKey> {
  const { text, ...key } = await generateKey(new Date());
  const others = before === undefined ? [] : await readIdentityFile(before);
  const behind = others.map(({ secret, recipient }) => `# public key: ${recipient}\n${secret}\n`);
  try {
    await makeFolders(path.dirname(file));
    await syncedWrite(file, [text, ...behind].join(''));
    await syncFolder(path.dirname(file));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw writeError(error, file, nameAnotherFile);
    throw new KongBackupError('store-unwritable', {
      place: file,
      reason: 'There is such a file already: it may be a key that snapshots need.',
      remedy: 'Name another file.',
    });
  }
  return publicOf(key);
}

/**
 * Makes the key that a passphrase opens, inside the store that is to encrypt by it, or opens the one that is there.
 * @param section as it is before it encrypts.
 * @throws KongBackupError `key-wrong` where the store has one of another passphrase, `store-*`, `cancelled`.
 */
export async function makePassphraseKey(
  section: StoreSection,
  passphrase: string,
  options: Pick<StoresOptions, 'baseFolder' | 'fill' | 'storedKeys' | 'cacheFolder'>,
  signal: AbortSignal,
): Promise<PublicKey> {
  const stores = createNamedStores({
    ...options,
    root: options.baseFolder,
    sections: () => Promise.resolve([section]),
    storeOf: () => Promise.resolve(section.name),
  });
  const { storage } = await stores.open(section.name);
  await storage.prepare(signal);
  const { recipients } = await createStoreKeys(storage, { passphrase }, section.name).sealing(signal);
  const [recipient = ''] = recipients;
  return { recipient, fingerprint: fingerprintOf(recipient) };
}

/**
 * Opens the newest encrypted snapshot of a store, every file of it, as a machine would that was never here: with nothing but the
 * store's entry and the key, and no cache.
 * @throws KongBackupError `key-*`, `snapshot-*`, `store-*`, `cancelled`.
 */
export async function drillKey(
  section: StoreSection,
  options: Pick<StoresOptions, 'baseFolder' | 'fill' | 'storedKeys'>,
  signal: AbortSignal,
): Promise<{ snapshot?: string; files: number; bytes: number; keys: PublicKey[] }> {
  const cold = await mkdtemp(path.join(tmpdir(), 'kong-backup-drill-'));
  try {
    const stores = createNamedStores({
      ...options,
      root: cold,
      cacheFolder: cold,
      sections: () => Promise.resolve([section]),
      storeOf: () => Promise.resolve(section.name),
    });
    const repository = await stores.open(section.name);
    const { identityFile } = section.encryption ?? {};
    const keys = identityFile === undefined ? [] : await readKeys(path.resolve(options.baseFolder, identityFile));
    const newest = (await repository.list(undefined, signal)).find(({ manifest }) => manifest?.encryption);
    if (!newest) return { files: 0, bytes: 0, keys };
    const manifest = await repository.manifest(newest.id, signal);
    const found = { snapshot: newest.id, files: 0, bytes: 0, keys };
    for (const artifact of manifest.parts.flatMap(({ files }) => files)) {
      throwIfCancelled(signal, newest.id);
      for await (const piece of await repository.encoding.openFile(manifest, artifact, signal)) {
        found.bytes += piece.length;
      }
      found.files++;
    }
    return found;
  } finally {
    await rm(cold, { recursive: true, force: true, maxRetries: 3 });
  }
}
