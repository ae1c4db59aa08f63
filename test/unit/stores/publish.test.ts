import { describe, expect, it } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import { createRepository } from '../../../src/stores/repository.js';
import { createEncoding } from '../../../src/stores/storeEncoding.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { memoryStorage } from '../../helpers/memoryStorage.js';

describe('a key that may read and not list', () => {
  it('takes no time that a snapshot has already, and leaves that one alone', async () => {
    const storage = memoryStorage();
    const repository = createRepository({
      storage,
      encoding: createEncoding(storage, { compression: 'none', deduplicate: false }),
    });
    const first = await publishSnapshot(repository, 'production', { 'default.kong.yaml': 'first' });
    storage.before = (call) => {
      if (call.startsWith('list ')) {
        throw new KongBackupError('store-denied', { place: 'memory', reason: 'No listing.', remedy: '' });
      }
    };
    const second = await publishSnapshot(repository, 'production', { 'default.kong.yaml': 'second' });
    expect(second.id).not.toBe(first.id);
    const texts = await Promise.all([first, second].map(({ id }) => repository.read(id, 'default.kong.yaml')));
    expect(texts.map((bytes) => Buffer.from(bytes).toString())).toEqual(['first', 'second']);
  });
});
