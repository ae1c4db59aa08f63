import { folderStorage } from './folderStorage.js';
import type { ObjectStorage } from './objectStorage.js';
import { createRepository, type Repository } from './repository.js';
import { createEncoding, type EncodingSettings, plainSettings } from './storeEncoding.js';

/**
 * Snapshots in a folder: `<root>/<environment>/<UTC time>/` with a manifest and the parts beside it.
 * @param root absolute path; made when the first snapshot is staged.
 */
export function createFolderStore(
  root: string,
  settingsFor: (storage: ObjectStorage) => EncodingSettings = () => plainSettings,
): Repository {
  const storage = folderStorage(root);
  return createRepository({ storage, encoding: createEncoding(storage, settingsFor(storage)) });
}
