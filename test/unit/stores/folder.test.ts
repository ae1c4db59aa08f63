import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolderStore } from '../../../src/stores/folder.js';
import { manifestOf, publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const texts = { 'entities/default.kong.yaml': '_format_version: "3.0"\n' };
const part = 'entities/default.kong.yaml';

async function newStore() {
  const root = path.join(await temporaryFolder(), 'snapshots');
  return { root, store: createFolderStore(root) };
}

async function withSnapshot() {
  const { root, store } = await newStore();
  const { id } = await publishSnapshot(store, 'production', texts);
  const folder = path.join(root, ...id.split('/'));
  return { root, store, id, folder, file: path.join(folder, ...part.split('/')) };
}

describe('the folder store', () => {
  it.skipIf(process.platform === 'win32')('is private: folders 0700, files 0600', async () => {
    const { root, folder, file } = await withSnapshot();
    const mode = async (place: string) => ((await stat(place)).mode & 0o777).toString(8);
    for (const place of [root, path.dirname(folder), folder, path.dirname(file)]) expect(await mode(place)).toBe('700');
    for (const place of [file, path.join(folder, 'manifest.json')]) expect(await mode(place)).toBe('600');
  });

  it('keeps itself out of Git, and leaves a .gitignore that is there', async () => {
    const { root, store } = await withSnapshot();
    expect(await readFile(path.join(root, '.gitignore'), 'utf8')).toBe('*\n');
    await writeFile(path.join(root, '.gitignore'), '# mine\n');
    await publishSnapshot(store, 'production', texts);
    expect(await readFile(path.join(root, '.gitignore'), 'utf8')).toBe('# mine\n');
  });

  it('leaves nothing but the snapshot behind', async () => {
    const { root, folder } = await withSnapshot();
    expect((await readdir(root)).sort()).toEqual(['.gitignore', 'production']);
    expect((await readdir(folder)).sort()).toEqual(['entities', 'manifest.json']);
  });

  it('sweeps what a backup left behind a day ago, not what one may still be writing', async () => {
    const { root, store } = await newStore();
    const [old, young] = [await store.stage('production'), await store.stage('production')];
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(old.directory, longAgo, longAgo);
    await store.stage('production').then((staging) => staging.discard());
    expect((await readdir(root)).sort()).toEqual(['.gitignore', path.basename(young.directory)]);
  });

  it.skipIf(process.platform !== 'linux')('gives up where folders cannot be made', async () => {
    const store = createFolderStore('/proc/snapshots/of/ours');
    await expect(store.stage('production')).rejects.toMatchObject({ code: 'store-unwritable' });
  });

  it("deletes nothing that isn't a snapshot", async () => {
    const { root, store } = await withSnapshot();
    const documents = path.join(root, 'home', 'documents');
    await mkdir(documents, { recursive: true });
    await writeFile(path.join(documents, 'manifest.json'), '{ "name": "somebody else’s" }');
    await expect(store.remove('home/documents')).rejects.toMatchObject({ code: 'snapshot-missing' });
    expect(await readdir(documents)).toEqual(['manifest.json']);
  });

  it('names the file and both hashes when a file changed', async () => {
    const { store, id, file } = await withSnapshot();
    await writeFile(file, '_format_version: "9.9"\n');
    const damaged = { code: 'snapshot-damaged', place: `${id}/${part}` };
    await expect(store.read(id, part)).rejects.toMatchObject(damaged);
    await expect(store.read(id, part)).rejects.toThrow(/SHA-256 is [0-9a-f]{12}…, the manifest says [0-9a-f]{12}…/);
    await expect(store.check(id, new AbortController().signal)).rejects.toMatchObject(damaged);
  });

  it('names the sizes when a file was cut short', async () => {
    const { store, id, file } = await withSnapshot();
    await truncate(file, 3);
    await expect(store.check(id, new AbortController().signal)).rejects.toThrow('it has 3 bytes instead of 23');
  });

  it('names all that is not as it was, not only the first', async () => {
    const store = createFolderStore(path.join(await temporaryFolder(), 'snapshots'));
    const { id } = await publishSnapshot(store, 'production', { 'a.yaml': 'a', 'b.yaml': 'b', 'c.yaml': 'c' });
    await writeFile(store.pathOf(id, 'a.yaml') ?? '', 'x');
    await rm(store.pathOf(id, 'c.yaml') ?? '');
    await expect(store.check(id, new AbortController().signal)).rejects.toMatchObject({
      code: 'snapshot-damaged',
      place: `${id}/a.yaml`,
      reason: expect.stringMatching(/SHA-256 .* production.*\/c\.yaml: The file can't be read/) as string,
    });
  });

  it.skipIf(process.platform === 'win32')('does not follow a link that stands in place of a file', async () => {
    const { root, store, id, file } = await withSnapshot();
    await rm(file);
    await writeFile(path.join(root, 'elsewhere'), texts[part]);
    await symlink(path.join(root, 'elsewhere'), file);
    await expect(store.read(id, part)).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });

  it('stops a check that is cancelled', async () => {
    const { store, id } = await withSnapshot();
    await expect(store.check(id, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('lists damaged, unfinished and newer snapshots with their problem', async () => {
    const { root, store } = await newStore();
    const put = async (time: string, text?: string) => {
      await mkdir(path.join(root, 'prod', time), { recursive: true });
      if (text !== undefined) await writeFile(path.join(root, 'prod', time, 'manifest.json'), text);
    };
    await put('2026-01-04T00-00-00.000Z', '{"formatVersion": 1,');
    await put('2026-01-03T00-00-00.000Z', '{"formatVersion": 2}');
    await put('2026-01-02T00-00-00.000Z', '{"formatVersion": 1}');
    await put('2026-01-01T00-00-00.000Z');
    await writeFile(path.join(root, 'prod', '2026-01-01T00-00-00.000Z', 'part'), '');
    await put('2026-01-01T00-00-00.001Z');
    await put('notes of mine');
    const listed = await store.list('prod');
    expect(listed.map(({ id, problem }) => [id.slice(5, 15), problem?.code])).toEqual([
      ['2026-01-04', 'snapshot-damaged'],
      ['2026-01-03', 'snapshot-newer-format'],
      ['2026-01-02', 'snapshot-damaged'],
      ['2026-01-01', 'snapshot-incomplete'],
    ]);
    expect(listed[2]?.problem?.reason).toContain("must have required property 'id'");
    for (const { id } of listed) await store.remove(id);
    expect(await store.list('prod')).toEqual([]);
  });

  it('refuses a manifest that names a file outside its folder', async () => {
    const { root, store, id } = await withSnapshot();
    await writeFile(path.join(root, 'secret'), 'secret');
    const outside = [{ path: '../../secret', bytes: 6, sha256: 'a'.repeat(64) }];
    const manifest = { ...manifestOf('production', outside), id };
    await writeFile(path.join(root, ...id.split('/'), 'manifest.json'), JSON.stringify(manifest));
    await expect(store.read(id, '../../secret')).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });

  it('goes by the folder when a snapshot was copied', async () => {
    const { root, store, folder } = await withSnapshot();
    const text = await readFile(path.join(folder, 'manifest.json'));
    await mkdir(path.join(root, 'copy', 'by hand'), { recursive: true });
    await writeFile(path.join(root, 'copy', 'by hand', 'manifest.json'), text);
    expect((await store.manifest('copy/by hand')).id).toBe('copy/by hand');
  });

  it('says so when the root is no folder', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const unwritable = { code: 'store-unwritable', reason: 'A part of the path is a file, not a folder.' };
    await expect(createFolderStore(path.join(file, 'snapshots')).stage('production')).rejects.toMatchObject(unwritable);
  });

  it('says so when the disk is full, and keeps what was there', async ({ skip }) => {
    const root = await temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root], { stdio: 'ignore' });
    } catch {
      console.warn('SKIPPED: a full disk needs the right to mount a small file system.');
      return skip();
    }
    onTestFinished(() => void execFileSync('umount', [root]));
    const store = createFolderStore(root);
    const { id } = await publishSnapshot(store, 'production', texts);
    const staging = await store.stage('production');
    const fill = writeFile(path.join(staging.directory, 'filler'), Buffer.alloc(128 * 1024));
    await expect(fill).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(staging.publish(manifestOf('production', []))).rejects.toMatchObject({ code: 'store-full' });
    await staging.discard();
    expect((await store.list()).map((entry) => entry.id)).toEqual([id]);
    await store.check(id, new AbortController().signal);
  });
});
