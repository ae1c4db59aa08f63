import type { OperationContext } from '../core/context.js';
import type { SnapshotStore } from '../core/store.js';
import { folderStorage } from './folderStorage.js';
import type { ObjectStorage } from './objectStorage.js';
import { readArchive } from './readArchive.js';
import { createRepository } from './repository.js';
import { createEncoding, plainSettings, type StoreKeys } from './storeEncoding.js';

/**
 * An archive as a store with one snapshot in it, unpacked until it is discarded.
 * @param keysFor what may open it, looked for when it is encrypted.
 * @throws KongBackupError as `readArchive`.
 */
export async function openArchive(
  file: string,
  keysFor: (storage: ObjectStorage) => StoreKeys,
  context: OperationContext,
): Promise<{ store: SnapshotStore; id: string; discard(): Promise<void> }> {
  const { folder, id, discard } = await readArchive(file, context);
  const storage = folderStorage(folder);
  const encoding = createEncoding(storage, { ...plainSettings, keys: keysFor(storage) });
  return { store: createRepository({ storage, encoding }), id, discard };
}
