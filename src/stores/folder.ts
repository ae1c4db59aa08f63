import type { SnapshotStore } from '../core/store.js';
import { folderStorage } from './folderStorage.js';
import { createEncoding, plainSettings } from './storeEncoding.js';
import { createRepository } from './repository.js';

/**
 * Snapshots as plain folders: `<root>/<environment>/<UTC time>/` with a manifest and the parts beside it.
 * @param root absolute path; made when the first snapshot is staged.
 */
export function createFolderStore(root: string): SnapshotStore {
  const storage = folderStorage(root);
  return createRepository({ storage, encoding: createEncoding(storage, plainSettings) });
}
