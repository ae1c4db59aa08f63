import { createHash } from 'node:crypto';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCatalogueCache, type KnownObject } from '../../../src/stores/catalogueCache.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const objects: ReadonlyMap<string, KnownObject> = new Map([
  ['a/1/manifest.json', { etag: 'one', value: { id: 'a/1' } }],
  ['b/2/manifest.json', { etag: 'two', value: { id: 'b/2' } }],
]);

async function written() {
  const folder = await temporaryFolder();
  await createCatalogueCache(folder, '/store').keep(objects);
  const [name = ''] = await readdir(folder);
  const file = path.join(folder, name);
  return { folder, file, text: await readFile(file, 'utf8') };
}

const hashed = (head: object, body: string): string =>
  `${JSON.stringify({ ...head, sha256: createHash('sha256').update(body).digest('hex') })}\n${body}`;

describe('the index of a catalogue', () => {
  it('says to the next process what was understood, of its own store only', async () => {
    const { folder } = await written();
    expect(await createCatalogueCache(folder, '/store').load()).toEqual(objects);
    expect(await createCatalogueCache(folder, '/other').load()).toEqual(new Map());
  });

  it.each<[string, (text: string) => string]>([
    ['is cut short', (text) => text.slice(0, -20)],
    ['has a changed letter', (text) => text.replace('"two"', '"twa"')],
    ['is empty', () => ''],
    ['is no JSON', () => '\u0000\u0001\n{'],
    ['holds null', () => hashed({ format: 1 }, 'null\n')],
    ['is of another format', (text) => hashed({ format: 2 }, text.slice(text.indexOf('\n') + 1))],
  ])('is dropped and made anew when it %s', async (_, damage) => {
    const { folder, file, text } = await written();
    await writeFile(file, damage(text));
    const cache = createCatalogueCache(folder, '/store');
    expect(await cache.load()).toEqual(new Map());
    await cache.keep(objects);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is kept in memory alone while there is little to know', async () => {
    const folder = await temporaryFolder();
    const cache = createCatalogueCache(folder, '/store', { least: 3 });
    await cache.keep(objects);
    expect(await cache.load()).toEqual(objects);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is kept private', async () => {
    const { file } = await written();
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('a folder with an index', () => {
  it('tells what somebody did to a manifest, at once or later', async () => {
    const root = path.join(await temporaryFolder(), 'snapshots');
    const store = createFolderStore(root, undefined, await temporaryFolder());
    const { id } = await publishSnapshot(store, 'production', { 'entities/default.kong.yaml': 'a: 1\n' });
    const manifest = path.join(root, ...id.split('/'), 'manifest.json');
    const whole = await readFile(manifest, 'utf8');
    const problems = async () => (await store.list()).map(({ problem }) => problem?.code);
    expect(await problems()).toEqual([undefined]);
    // In place, of the same size, in the same moment as far as the file tells.
    const { atime, mtime } = await stat(manifest);
    await writeFile(manifest, whole.replace('{', '['));
    await utimes(manifest, atime, mtime);
    expect(await problems()).toEqual(['snapshot-damaged']);
    await writeFile(manifest, whole);
    const old = new Date(Date.now() - 60_000);
    await utimes(manifest, old, old);
    expect(await problems()).toEqual([undefined]);
    expect(await problems()).toEqual([undefined]);
    await writeFile(manifest, whole.replace('{', '['));
    expect(await problems()).toEqual(['snapshot-damaged']);
  });
});
