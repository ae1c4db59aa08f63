import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StoreSection } from '../core/environmentSections.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import { fingerprintOf, generateKey, readIdentityFile } from './encoding/keys.js';
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

/** Writes a new key to a file that only its owner can read. @throws KongBackupError `store-unwritable` where there is one. */
export async function makeKey(file: string): Promise<PublicKey> {
  const { text, ...key } = await generateKey(new Date());
  try {
    await makeFolders(path.dirname(file));
    await syncedWrite(file, text);
    await syncFolder(path.dirname(file));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw writeError(error, file);
    throw new KongBackupError('store-unwritable', {
      place: file,
      reason: 'There is such a file already: it may be a key that snapshots need.',
      remedy: 'Name another file.',
    });
  }
  return publicOf(key);
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
