import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { generateKey } from '../../../src/stores/encoding/keys.js';
import { createNamedStores } from '../../../src/stores/namedStores.js';
import { ownTag } from '../../../src/stores/owner.js';
import type { Repository } from '../../../src/stores/repository.js';
import { manifestOf, publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const staging = (): string => path.join(folder, 'cache', 'staging');

async function openStore(name: 'plain' | 'sealed', cacheFolder = path.join(folder, 'cache')): Promise<Repository> {
  const { recipient } = await generateKey(new Date());
  const stores = createNamedStores({
    root: path.join(folder, 'default'),
    baseFolder: folder,
    cacheFolder,
    sections: () =>
      Promise.resolve([
        { name: 'plain', folder: 'store' },
        { name: 'sealed', folder: 'store', encryption: { recipients: [recipient] } },
      ]),
    storeOf: () => Promise.resolve(undefined),
    fill: (text) => Promise.resolve(text),
  });
  return stores.open(name);
}

async function allBytes(): Promise<string> {
  const found = await readdir(path.join(folder, 'store'), { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile());
  return (await Promise.all(files.map((each) => readFile(path.join(each.parentPath, each.name), 'latin1')))).join('');
}

describe('a snapshot in the making', () => {
  it('of a store that encrypts lies outside of it, private, and is gone afterwards', async () => {
    const store = await openStore('sealed');
    const made = await store.stage('production');
    expect(path.dirname(made.directory)).toBe(staging());
    if (process.platform !== 'win32') expect((await stat(made.directory)).mode & 0o777).toBe(0o700);
    await writeFile(path.join(made.directory, 'a.yaml'), 'a plain secret');
    expect(await allBytes()).not.toContain('a plain secret');
    await made.discard();
    await publishSnapshot(store, 'production', { 'a.yaml': 'a plain secret' });
    expect(await readdir(staging())).toEqual([]);
    expect((await readdir(path.join(folder, 'store'))).filter((name) => name.startsWith('.staging'))).toEqual([]);
    expect(await allBytes()).not.toContain('a plain secret');
  });

  it('of any other lies in the store, on the same file system', async () => {
    const made = await (await openStore('plain')).stage('production');
    expect(path.dirname(made.directory)).toBe(path.join(folder, 'store'));
    await made.discard();
  });

  it('that a killed process left open goes with the next one', async () => {
    // The tag is that of a process of this machine which is gone.
    const gone = path.join(staging(), `.staging-${ownTag().replace(/\.\d+$/, '.999999999')}-x`);
    await mkdir(gone, { recursive: true });
    await writeFile(path.join(gone, 'a.yaml'), 'a plain secret');
    const made = await (await openStore('sealed')).stage('production');
    expect(await readdir(staging())).toEqual([path.basename(made.directory)]);
    await made.discard();
  });

  it('finds a place where there can be no cache', async () => {
    await writeFile(path.join(folder, 'no-folder'), '');
    const made = await (await openStore('sealed', path.join(folder, 'no-folder'))).stage('production');
    expect(made.directory.startsWith(path.join(folder, 'store'))).toBe(false);
    await writeFile(path.join(made.directory, 'a.yaml'), '');
    await expect(made.publish(manifestOf('production', []))).resolves.toBeDefined();
    await made.discard();
  });
});
