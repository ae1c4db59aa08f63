import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietContext } from '../../src/core/context.js';
import { copySnapshot, moveSnapshot } from '../../src/operations/copySnapshot.js';
import { createFolderStore } from '../../src/stores/folder.js';
import { readArchive } from '../../src/stores/readArchive.js';
import type { Repository } from '../../src/stores/repository.js';
import { createUpkeep } from '../../src/stores/upkeep.js';
import { writeArchive } from '../../src/stores/writeArchive.js';
import { publishSnapshot } from '../helpers/manifests.js';
import { canMount, makeReadOnly, smallDisk, withoutRoot } from '../helpers/smallDisk.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const context = quietContext();
const small = { 'a.yaml': '_format_version: "3.0"\n' };
/** Does not fit on the small disks here, however it is compressed. */
const large = { 'a.yaml': 'one', 'b.yaml': randomBytes(1_500_000).toString('base64') };
const later = { createdAt: '2026-11-22T06:35:17.123Z' };
const latest = { createdAt: '2026-11-23T06:35:17.123Z' };
const packed = () => ({ compression: 'gzip', deduplicate: true }) as const;
const place = (store: Repository) => ({ store, upkeep: createUpkeep(store.storage), encrypts: false });
const shown = async (store: Repository) => (await store.list()).map(({ id, problem }) => [id, problem?.code]);

afterEach(() => void vi.unstubAllEnvs());

async function storeWith(texts: Record<string, string>, more = {}) {
  const store = createFolderStore(path.join(await temporaryFolder(), 'snapshots'));
  return { store, id: (await publishSnapshot(store, 'production', texts, more)).id };
}

describe.runIf(canMount)('on a disk that is full', () => {
  it.each([
    ['plain', undefined],
    ['packed', packed],
  ] as const)('a snapshot (%s) fails as a whole, and the older one is as it was', async (_form, settings) => {
    const root = path.join(await smallDisk('1m'), 'snapshots');
    const store = createFolderStore(root, settings);
    const { id } = await publishSnapshot(store, 'production', small);
    const before = (await readdir(root, { recursive: true })).sort();
    const { store: source, id: big } = await storeWith(large, later);
    for (const job of [copySnapshot, moveSnapshot]) {
      const failing = job(place(source), place(store), { id: big, mayDecrypt: false }, context);
      await expect(failing).rejects.toMatchObject({ code: 'store-full' });
    }
    expect(await shown(store)).toEqual([[id, undefined]]);
    await store.check(id, context.signal);
    await source.check(big, context.signal);
    expect((await readdir(root, { recursive: true })).sort()).toEqual(before);
    // With what is left another one goes.
    await publishSnapshot(store, 'production', small, latest);
  });

  it('an archive is not there, nor half of it', async () => {
    const { store, id } = await storeWith(large);
    const disk = await smallDisk('1m');
    const failing = writeArchive(store, id, path.join(disk, 'one.tar'), context);
    await expect(failing).rejects.toMatchObject({ code: 'store-full' });
    expect(await readdir(disk)).toEqual([]);
  });

  it('an import leaves nothing behind', async () => {
    const { store, id } = await storeWith(large);
    const archive = path.join(await temporaryFolder(), 'one.tar');
    await writeArchive(store, id, archive, context);
    const disk = await smallDisk('1m');
    vi.stubEnv('TMPDIR', disk);
    await expect(readArchive(archive, context)).rejects.toMatchObject({ code: 'store-full' });
    expect(await readdir(disk)).toEqual([]);
  });
});

it.runIf(canMount)('a read-only file system is read from, and said to be read-only', async () => {
  const disk = await smallDisk('4m');
  const store = createFolderStore(path.join(disk, 'snapshots'));
  const { id } = await publishSnapshot(store, 'production', small);
  makeReadOnly(disk);
  await refusesToWrite(store, id, 'The file system is read-only.');
});

describe.skipIf(process.platform === 'win32')('where one may not', () => {
  /** A store that nobody owns, as far as the test runs as root. */
  async function owned() {
    const { store, id } = await storeWith(small);
    const root = store.storage.location;
    const above = path.dirname(root);
    const names = await readdir(above, { recursive: true });
    if (process.getuid?.() === 0) for (const name of ['', ...names]) await chown(path.join(above, name), 65534, 65534);
    return { store, id, root, above };
  }

  it('write, a store is read from, refuses all else and loses nothing', async () => {
    const { store, id, root, above } = await owned();
    const folders = ['', 'production', id].map((each) => path.join(root, each));
    for (const folder of folders) await chmod(folder, 0o500);
    await withoutRoot(() => refusesToWrite(store, id, 'Permission denied.'));
    for (const folder of folders) await chmod(folder, 0o700);
    await withoutRoot(async () => {
      const { id: second } = await publishSnapshot(store, 'production', small, later);
      expect(await shown(store)).toEqual([
        [second, undefined],
        [id, undefined],
      ]);
    });
    expect(await readdir(above)).toEqual(['snapshots']);
  });

  it('read, a store is said to be denied, not empty', async () => {
    const { store, id, root } = await owned();
    const denied = { code: 'store-denied', reason: 'Permission denied.' };
    for (const folder of [path.join(root, 'production'), root]) {
      await chmod(folder, 0);
      await withoutRoot(async () => {
        await expect(store.list()).rejects.toMatchObject(denied);
        await expect(store.manifest(id)).rejects.toMatchObject(denied);
      });
      await chmod(folder, 0o700);
    }
    await chmod(path.join(root, id, 'a.yaml'), 0);
    await withoutRoot(async () => {
      await expect(store.check(id, context.signal)).rejects.toMatchObject(denied);
      await expect(store.read(id, 'a.yaml')).rejects.toMatchObject(denied);
    });
  });

  it('write, there is no archive; where one may not read, no import', async () => {
    const { store, id, above } = await owned();
    const archive = path.join(above, 'one.tar');
    await writeArchive(store, id, archive, context);
    await chmod(archive, 0);
    const closed = path.join(above, 'closed');
    await mkdir(closed, { mode: 0o500 });
    await withoutRoot(async () => {
      await expect(readArchive(archive, context)).rejects.toMatchObject({ code: 'file-unreadable' });
      const failing = writeArchive(store, id, path.join(closed, 'two.tar'), context);
      await expect(failing).rejects.toMatchObject({ code: 'store-unwritable', reason: 'Permission denied.' });
    });
    expect(await readdir(closed)).toEqual([]);
    expect((await stat(archive)).size).toBeGreaterThan(0);
  });
});

/** What is there stays, whole; every write says why it can't be. */
async function refusesToWrite(store: Repository, id: string, reason: string): Promise<void> {
  const refused = { code: 'store-unwritable', reason };
  const record = { kind: 'pinned', pinned: true, at: later.createdAt, by: 'test' } as const;
  await expect(publishSnapshot(store, 'production', small, later)).rejects.toMatchObject(refused);
  await expect(store.record(id, record)).rejects.toMatchObject(refused);
  await expect(store.remove(id)).rejects.toMatchObject(refused);
  await expect(createUpkeep(store.storage).lock({ purpose: 'prune' }, context)).rejects.toMatchObject(refused);
  expect(await shown(store)).toEqual([[id, undefined]]);
  await store.check(id, context.signal);
}
