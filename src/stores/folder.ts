import path from 'node:path';
import type { Progress } from '../core/context.js';
import { createCatalogueCache } from './catalogueCache.js';
import { folderStorage } from './folderStorage.js';
import { namedFolder, type NamedFolder } from './namedFolder.js';
import type { ObjectStorage } from './objectStorage.js';
import { createRepository, type Repository } from './repository.js';
import { createEncoding, type EncodingSettings, plainSettings } from './storeEncoding.js';

/** File systems tell times in steps of up to two seconds. A few hundred manifests are read as soon as an index of them. */
const indexing = { settling: 3000, least: 500 };

/**
 * Snapshots in a folder: `<root>/<environment>/<UTC time>/` with a manifest and the parts beside it.
 * @param root absolute path; made when the first snapshot is staged.
 * @param cacheFolder of ours, for an index of the snapshots, and for those in the making of a store that encrypts; without it every manifest is read
 *   for each list.
 * @param named for a store that the environments file names: while its folder is away it can't be read. Any other is empty then.
 */
export function createFolderStore(
  root: string,
  settingsFor: (storage: ObjectStorage) => EncodingSettings = () => plainSettings,
  cacheFolder?: string,
  report?: (progress: Progress) => void,
  named?: NamedFolder,
): Repository {
  const folder = folderStorage(root);
  const storage = named ? namedFolder(folder, named, root) : folder;
  return createRepository({
    storage,
    encoding: createEncoding(storage, settingsFor(storage)),
    ...(report && { report }),
    ...(cacheFolder !== undefined && { cache: createCatalogueCache(cacheFolder, storage.location, indexing) }),
    ...(cacheFolder !== undefined && { privateStaging: path.join(cacheFolder, 'staging') }),
  });
}
