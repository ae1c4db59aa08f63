import path from 'node:path';
import { createFolderStore } from '../../src/stores/folder.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { snapshotStoreContract } from './snapshotStoreContract.js';

snapshotStoreContract('a folder', async () => createFolderStore(path.join(await temporaryFolder(), 'snapshots')));
