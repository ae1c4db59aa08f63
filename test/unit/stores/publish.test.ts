import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import { createRepository } from '../../../src/stores/repository.js';
import { createEncoding } from '../../../src/stores/storeEncoding.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { memoryStorage } from '../../helpers/memoryStorage.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

describe('the folder in which snapshots of a bucket are made', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.skipIf(process.platform === 'win32')('is refused when others can write there', async () => {
    const temporary = await temporaryFolder();
    vi.stubEnv('TMPDIR', temporary);
    const storage = memoryStorage();
    const encoding = createEncoding(storage, { compression: 'none', deduplicate: false });
    const repository = createRepository({ storage, encoding });
    const staging = await repository.stage('production');
    const [made = ''] = await readdir(temporary);
    await staging.discard();
    await chmod(path.join(temporary, made), 0o777);
    await expect(repository.stage('production')).rejects.toMatchObject({ code: 'store-unwritable' });
  });
});

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

describe('a snapshot whose sealed manifest does not open again', () => {
  const whileOpening = (code: 'snapshot-damaged' | 'key-missing') => {
    const storage = memoryStorage();
    const encoding = createEncoding(storage, { compression: 'none', deduplicate: false });
    const openManifest = () => Promise.reject(new KongBackupError(code, { place: '', reason: 'No.', remedy: '' }));
    return { storage, repository: createRepository({ storage, encoding: { ...encoding, openManifest } }) };
  };

  it('is not published, and leaves nothing behind', async () => {
    const { storage, repository } = whileOpening('snapshot-damaged');
    const publishing = publishSnapshot(repository, 'production', { 'default.kong.yaml': 'services: []\n' });
    await expect(publishing).rejects.toMatchObject({ code: 'snapshot-damaged' });
    expect([...storage.objects.keys()]).toEqual([]);
  });

  it('is published where there is no key to open it with', async () => {
    const { repository } = whileOpening('key-missing');
    const { id } = await publishSnapshot(repository, 'production', { 'default.kong.yaml': 'services: []\n' });
    expect((await repository.list()).map((entry) => entry.id)).toEqual([id]);
  });
});
