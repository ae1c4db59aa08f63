import type { CatalogueEntry } from '../../../src/core/snapshot.js';
import { truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSnapshot, locateSnapshot, snapshotsOf } from '../../../src/operations/findSnapshot.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

async function storeOf(...snapshots: [environment: string, createdAt: string, more?: object][]) {
  const store = createFolderStore(path.join(await temporaryFolder(), 'snapshots'));
  for (const [environment, createdAt, more] of snapshots) {
    await publishSnapshot(store, environment, { 'a.yaml': 'a' }, { createdAt, ...more });
  }
  return store;
}

describe('a snapshot by what a person calls it', () => {
  const [january, march, april] = [
    '2026-01-02T03:04:05.678Z',
    '2026-03-01T00:00:00.000Z',
    '2026-04-01T00:00:00.000Z',
  ] as const;

  it('is found by its id, by the beginning of its time, or as the latest', async () => {
    const store = await storeOf(['prod', january], ['prod', march], ['other', april]);
    const found = async (name: string) => (await findSnapshot(store, name)).manifest.createdAt;
    expect(await found('prod/2026-01-02T03-04-05.678Z')).toBe(january);
    expect(await found('prod/2026-01')).toBe(january);
    expect(await found('prod/latest')).toBe(march);
  });

  it('is never a safety snapshot when the latest is asked for', async () => {
    const store = await storeOf(['prod', january], ['prod', march, { guards: 'prod/x' }]);
    expect((await findSnapshot(store, 'prod/latest')).manifest.createdAt).toBe(january);
  });

  it('is never one that was taken in the middle of a restore, where there is another', async () => {
    const warnings = [{ code: 'restore-unfinished', message: 'A restore lies unfinished.' }];
    const store = await storeOf(['prod', january], ['prod', march, { warnings }]);
    const { manifest, warning } = await findSnapshot(store, 'prod/latest');
    expect(manifest.createdAt).toBe(january);
    expect(warning).toEqual({
      code: 'newer-passed-over',
      message: `prod/2026-03-01T00-00-00.000Z is newer but was taken in the middle of a restore: ${manifest.id} is taken.`,
    });
    const alone = await findSnapshot(await storeOf(['prod', march, { warnings }]), 'prod/latest');
    expect(alone.warning?.code).toBe('latest-not-whole');
  });

  it('is one that was taken of a gateway before one that was made from a file, when the latest is asked for', async () => {
    const imported = { file: 'a.yaml', kind: 'deck', versionFrom: 'file' };
    const gap = { part: 'entities', kind: 'plugins', workspace: 'default', reason: 'Forbidden.', remedy: '' };
    const store = await storeOf(
      ['prod', january, { coverage: { held: [], notHeld: [gap] } }],
      ['prod', march, { imported }],
      ['files', april, { imported }],
    );
    const { manifest, warning } = await findSnapshot(store, 'prod/latest');
    expect(manifest.createdAt).toBe(january);
    expect(warning).toMatchObject({
      code: 'newer-passed-over',
      message: expect.stringMatching(/was made from a file: .* is taken, which does not hold plugins of default/),
    });
    expect(await findSnapshot(store, 'files/latest')).toMatchObject({ manifest: { createdAt: april } });
  });

  it('is the latest that lacks nothing, and says what was passed over', async () => {
    const gap = { part: 'entities', kind: 'plugins', workspace: 'default', reason: 'Forbidden.', remedy: '' };
    const lacking = { coverage: { held: [], notHeld: [gap] } };
    const store = await storeOf(
      ['prod', january],
      ['prod', march, lacking],
      ['poor', january],
      ['poor', april, lacking],
    );
    await store.remove('poor/2026-01-02T03-04-05.678Z');
    const { manifest, warning } = await findSnapshot(store, 'prod/latest');
    expect(manifest.createdAt).toBe(january);
    expect(warning).toMatchObject({
      code: 'newer-passed-over',
      message: expect.stringContaining('does not hold plugins of default') as string,
    });
    const only = await findSnapshot(store, 'poor/latest');
    expect(only).toMatchObject({ manifest: { createdAt: april }, warning: { code: 'latest-not-whole' } });
    expect((await findSnapshot(store, 'prod/2026-03')).warning).toBeUndefined();
  });

  it('is the latest that holds a part, whatever else it lacks', async () => {
    const held = {
      kind: 'database',
      format: 'pg_dump',
      driver: { id: 'postgres', version: '15' },
      files: [],
      counts: {},
    };
    const without = { part: 'entities', reason: 'It was not chosen.', remedy: '' };
    const dump = { parts: [held], coverage: { held: [], notHeld: [without] } };
    const store = await storeOf(['prod', january, { parts: [held] }], ['prod', march, dump], ['prod', april]);
    expect((await findSnapshot(store, 'prod/latest')).manifest.createdAt).toBe(april);
    const found = await findSnapshot(store, 'prod/latest', 'database');
    expect([found.manifest.createdAt, found.warning]).toEqual([march, undefined]);
    expect((await findSnapshot(store, 'prod/latest', 'portal')).manifest.createdAt).toBe(april);
  });

  it('is not an older one without a word where the newest was cut, and none where all are', async () => {
    const root = path.join(await temporaryFolder(), 'snapshots');
    const store = createFolderStore(root);
    const ids: string[] = [];
    for (const createdAt of [january, march]) {
      ids.push((await publishSnapshot(store, 'prod', { 'a.yaml': 'aaaa' }, { createdAt })).id);
    }
    const cut = (id = '') => truncate(path.join(root, ...id.split('/'), 'a.yaml'), 1);
    await cut(ids[1]);
    const { manifest, warning } = await findSnapshot(store, 'prod/latest');
    expect(manifest.id).toBe(ids[0]);
    expect(warning).toMatchObject({
      code: 'newer-passed-over',
      message: expect.stringContaining(ids[1] ?? '') as string,
    });
    await cut(ids[0]);
    await expect(findSnapshot(store, 'prod/latest')).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });

  it('is found under any name of an environment', async () => {
    const store = await storeOf(['a/b: c', january]);
    const { id } = (await findSnapshot(store, 'a/b: c/latest')).manifest;
    expect((await findSnapshot(store, id)).manifest.id).toBe(id);
  });

  it.each(['prod', 'prod/', '/x', 'prod/2025', 'nobody/latest', 'prod/2026'])('is not found as %j', async (name) => {
    const store = await storeOf(['prod', january], ['prod', march]);
    await expect(findSnapshot(store, name)).rejects.toMatchObject({ code: 'snapshot-missing' });
  });
});

describe('a snapshot and its copies in other stores', () => {
  const id = 'prod/2026-01-02T03-04-05.678Z';

  /** The default store and one called "archive", each with a snapshot of the same id. */
  async function storesWith(text: string, change: (entry: CatalogueEntry) => CatalogueEntry) {
    const createdAt = '2026-01-02T03:04:05.678Z';
    const [own, archive] = [await storeOf(['prod', createdAt]), await storeOf()];
    await publishSnapshot(archive, 'prod', { 'a.yaml': text }, { createdAt });
    const inArchive = async (): Promise<CatalogueEntry[]> =>
      (await archive.list()).flatMap((entry) => {
        const { manifest } = entry;
        const named = { id: `archive:${entry.id}`, store: 'archive' };
        return manifest ? [{ ...entry, ...named, manifest: { ...manifest, id: named.id } }] : [];
      });
    const list = async () => [...(await own.list()).map(change), ...(await inArchive())];
    const manifest = async (wanted: string) => {
      const found = (await list()).find((entry) => entry.id === wanted)?.manifest;
      if (!found) throw new Error(`${wanted} is not there.`);
      return found;
    };
    return { ...own, list, manifest };
  }

  it('is that of the default store where both are good, and nothing is said of it', async () => {
    const stores = await storesWith('a', (entry) => entry);
    expect(await locateSnapshot(stores, id)).toMatchObject({ id });
    expect((await locateSnapshot(stores, id)).warning).toBeUndefined();
  });

  it('is the copy where the first was found damaged or is not whole, and that is said', async () => {
    const damaged = await storesWith('a', (entry) => {
      const verified = { kind: 'verified', at: '', by: '', depth: 'quick', result: 'damaged' } as const;
      return entry.manifest ? { ...entry, state: { ...entry.state, verified: { ...verified, problems: [] } } } : entry;
    });
    const partial = await storesWith('a', ({ id: own }) => ({
      id: own,
      problem: { code: 'snapshot-incomplete', reason: 'It has no manifest.json.' },
    }));
    for (const stores of [damaged, partial]) {
      const { id: taken, warning } = await locateSnapshot(stores, id);
      expect(taken).toBe(`archive:${id}`);
      expect(warning).toMatchObject({
        code: 'copy-taken',
        message: expect.stringContaining(`archive:${id}`) as string,
      });
    }
  });

  it('is asked for where they do not hold the same', async () => {
    const stores = await storesWith('something else', (entry) => entry);
    await expect(locateSnapshot(stores, id)).rejects.toMatchObject({
      code: 'snapshot-missing',
      reason: expect.stringContaining(`default:${id}, archive:${id}`) as string,
    });
  });
});

describe('the latest of an environment whose own store is away', () => {
  const away = (isOwnStore: boolean): CatalogueEntry => ({
    id: 'team:',
    store: 'team',
    problem: { code: 'store-unreachable', reason: 'Nothing answers there.', ...(isOwnStore && { isOwnStore }) },
  });

  it('is not an older one that lies elsewhere', async () => {
    const store = await storeOf(['prod', '2026-01-01T00:00:00.000Z']);
    const list = (isOwn: boolean) => async (name?: string) => [away(isOwn), ...(await store.list(name))];
    const latest = findSnapshot({ ...store, list: list(true) }, 'prod/latest');
    await expect(latest).rejects.toMatchObject({ code: 'store-unreachable', place: 'prod/latest' });
    const other = await findSnapshot({ ...store, list: list(false) }, 'prod/latest');
    expect(other.warning?.code).toBe('store-unread');
  });
});

describe('the snapshots of an environment', () => {
  it('stay with it when it is renamed', async () => {
    const store = await storeOf(
      ['old', '2026-01-01T00:00:00.000Z'],
      ['new', '2026-02-01T00:00:00.000Z'],
      ['other', '2026-03-01T00:00:00.000Z'],
    );
    const renamed = { id: 'id-of-old', name: 'new', adminUrl: 'http://x:1', mode: 'traditional' } as const;
    expect((await snapshotsOf(store, renamed)).map(({ id }) => id.split('/')[0])).toEqual(['new', 'old']);
  });
});
