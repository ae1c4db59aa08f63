import path from 'node:path';
import { folderStorage } from '../../src/stores/folderStorage.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { objectStorageContract } from './objectStorageContract.js';

const newRoot = async () => path.join(await temporaryFolder(), 'snapshots');

objectStorageContract('a folder', async () => folderStorage(await newRoot()));
objectStorageContract('a folder without hard links', async () => folderStorage(await newRoot(), { hardLinks: false }));
