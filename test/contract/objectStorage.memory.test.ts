import { memoryStorage } from '../helpers/memoryStorage.js';
import { objectStorageContract } from './objectStorageContract.js';

objectStorageContract('The storage in memory, for tests,', () => {
  const storage = memoryStorage();
  storage.clock = new Date();
  return Promise.resolve(storage);
});
