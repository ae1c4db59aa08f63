import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreSection } from '../../../src/core/environmentSections.js';
import { joinStores } from '../../../src/stores/joinedStores.js';
import { createNamedStores } from '../../../src/stores/namedStores.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const texts = { 'a.yaml': 'text' };
const credentials = { accessKeyId: '${env:ID}', secretAccessKey: '${env:SECRET}' };

async function withStores(...more: StoreSection[]) {
  const folder = await temporaryFolder();
  const stores = createNamedStores({
    root: path.join(folder, 'default'),
    baseFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    sections: () => Promise.resolve([{ name: 'archive', folder: 'archive' }, ...more]),
    storeOf: (environment) => Promise.resolve(environment === 'production' ? 'archive' : undefined),
    fill: () => Promise.resolve('filled'),
  });
  return { folder, store: joinStores(stores) };
}

describe('stores that the environments file names', () => {
  it('are one catalogue, each environment in its own', async () => {
    const { folder, store } = await withStores();
    const kept = await publishSnapshot(store, 'production', texts);
    const other = await publishSnapshot(store, 'staging', texts, { createdAt: '2026-01-01T00:00:00.000Z' });
    expect([kept.id, other.id]).toEqual([
      'archive:production/2026-11-21T06-35-17.123Z',
      'staging/2026-01-01T00-00-00.000Z',
    ]);
    expect((await store.list()).map(({ id, manifest, store: name }) => [id, manifest?.id, name])).toEqual([
      [kept.id, kept.id, 'archive'],
      [other.id, other.id, undefined],
    ]);
    expect((await store.list('archive:production')).map(({ id }) => id)).toEqual([kept.id]);
    expect(await store.list('archive:staging')).toEqual([]);
    expect(store.pathOf(kept.id, 'a.yaml')).toBe(
      path.join(folder, 'archive', 'production', '2026-11-21T06-35-17.123Z', 'a.yaml'),
    );
    // By its id alone it is found too.
    expect((await store.manifest(kept.id.slice('archive:'.length))).id).toBe(kept.id);
    expect(Buffer.from(await store.read(kept.id, 'a.yaml')).toString()).toBe('text');
    await store.remove(kept.id);
    expect((await store.list()).map(({ id }) => id)).toEqual([other.id]);
    await expect(store.manifest('production/latest')).rejects.toMatchObject({
      reason: expect.stringContaining(path.join(folder, 'archive')) as string,
    });
    await expect(store.manifest(kept.id)).rejects.toMatchObject({ code: 'snapshot-missing' });
  });

  it('are named before an id, the default one too', async () => {
    const { store } = await withStores();
    const { id } = await publishSnapshot(store, 'staging', texts);
    expect((await store.list('default:staging')).map((entry) => entry.id)).toEqual([id]);
    expect((await store.manifest(`default:${id}`)).id).toBe(id);
    await expect(store.manifest(`archive:${id}`)).rejects.toMatchObject({ code: 'snapshot-missing' });
    await expect(store.manifest(`archvie:${id}`)).rejects.toMatchObject({
      code: 'snapshot-missing',
      reason: 'There is no such snapshot, and no store "archvie".',
      remedy: 'The stores are default, archive.',
    });
  });

  it('that cannot be reached hide no other, and are not taken for empty', async () => {
    const s3 = { bucket: 'any', endpoint: 'http://127.0.0.1:9', pathStyle: true, ...credentials };
    const { store } = await withStores({ name: 'away', s3 });
    const { id } = await publishSnapshot(store, 'production', texts);
    const listed = await store.list();
    expect(listed.map((entry) => [entry.id, entry.problem?.code])).toEqual([
      ['away:', 'store-unreachable'],
      [id, undefined],
    ]);
    expect(listed[0]?.problem?.reason).toContain('Nothing answers there.');
  });
});
