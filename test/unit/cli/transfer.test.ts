import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { extract, type Header, pack } from 'tar-stream';
import type { CatalogueEntry, Manifest } from '../../../src/core/snapshot.js';
import { generateKey } from '../../../src/stores/encoding/keys.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { CliFolder } from '../../helpers/cli.js';
import { publishSnapshot } from '../../helpers/manifests.js';

const text = '_format_version: "3.0"\nservices:\n- name: secret-service\n  host: example.com\n';
/** More than a megabyte, so that it is kept in packs. */
const large = `_format_version: "3.0"\nservices:\n- name: large\n  host: example.com\n${Array.from({ length: 40_000 }, (_, index) => `# line ${index} of a large file\n`).join('')}`;
const texts = { 'default.kong.yaml': text, 'inner/large.yaml': large };
const passphrase = 'correct horse battery staple';

/** A passphrase takes a second to try by itself, and many seconds on a busy machine. */
const forPassphrases = { timeout: 240_000 };

let cli: CliFolder;
let first: Manifest;

async function writeStores(more: object[] = []): Promise<void> {
  await cli.write(
    'kong-environments.yaml',
    JSON.stringify({
      environments: [{ id: 'id-of-production', name: 'production', adminUrl: 'http://127.0.0.1:1' }],
      stores: [
        { name: 'plain', folder: 'plain', compression: 'none', deduplicate: false },
        { name: 'packed', folder: 'packed' },
        { name: 'sealed', folder: 'sealed', encryption: { identityFile: 'key.txt' } },
        { name: 'worded', folder: 'worded', encryption: { passphrase: '${file:passphrase.txt}' } },
        ...more,
      ],
    }),
  );
}

beforeEach(async () => {
  cli = await CliFolder.make();
  await cli.write('key.txt', (await generateKey(new Date())).text);
  await cli.write('passphrase.txt', passphrase);
  await writeStores();
  first = await publishSnapshot(createFolderStore(cli.snapshots), 'production', texts);
});

const ids = async (): Promise<string[]> =>
  (await cli.run(['snapshots', '--format', 'json']))
    .json<CatalogueEntry[]>()
    .map(({ id }) => id)
    .sort();

const said = async (...argv: string[]): Promise<[number, string]> => {
  const { exitCode, stdout, stderr } = await cli.run(argv);
  return [exitCode, stdout + stderr];
};

async function allBytes(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile());
  return (await Promise.all(files.map((each) => readFile(path.join(each.parentPath, each.name), 'latin1')))).join('\n');
}

describe('copy', forPassphrases, () => {
  it.each(['plain', 'packed', 'sealed', 'worded'])('goes into the store "%s" with its id, once', async (store) => {
    expect(await said('copy', first.id, '--to', store)).toEqual([0, expect.stringContaining(`Copied: ${store}:`)]);
    expect(await ids()).toEqual([`${store}:${first.id}`, first.id].sort());
    expect((await said('verify', `${store}:${first.id}`, '--deep'))[1]).toMatch(/whole +deep/);
    expect((await said('copy', first.id, '--to', store))[1]).toContain('was there already, and is equal');
    // The same name in two stores is one snapshot, and its whole id the one that is meant.
    expect((await said('verify', first.id))[1]).toContain(`${first.id}  whole`);
    expect((await said('verify', 'production/2026'))[0]).toBe(0);
    const written = await allBytes(path.join(cli.folder, store));
    expect(written.includes('secret-service')).toBe(!['sealed', 'worded'].includes(store));
  });

  it('of the latest means the original, also when there are copies of it', async () => {
    expect(await said('copy', 'production/latest', '--to', 'packed')).toEqual([0, expect.stringContaining('Copied')]);
    const again = await said('copy', 'production/latest', '--to', 'packed');
    expect(again).toEqual([0, expect.stringContaining('was there already')]);
    expect((await said('copy', 'production/latest', '--to', 'plain'))[0]).toBe(0);
    expect(await said('move', 'production/latest', '--to', 'default')).toEqual([2, expect.stringContaining('already')]);
    await cli.run(['move', 'production/latest', '--to', 'plain']);
    expect(await ids()).toEqual([`packed:${first.id}`, `plain:${first.id}`]);
    expect((await said('copy', 'production/latest', '--to', 'default'))[0]).toBe(0);
    expect(await ids()).toContain(first.id);
  });

  it('keeps a pin and the words, and is dated as the original without a warning', async () => {
    const later = { createdAt: '2026-12-24T00:00:00.000Z' };
    await publishSnapshot(createFolderStore(path.join(cli.folder, 'packed')), 'production', texts, later);
    await cli.run(['pin', first.id]);
    await cli.run(['copy', first.id, '--to', 'packed']);
    const listed = (await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>();
    const copy = listed.find(({ id }) => id === `packed:${first.id}`);
    expect(copy).toMatchObject({ state: { pinned: true }, manifest: { createdAt: first.createdAt, warnings: [] } });
  });

  it('of an encrypted one stays encrypted unless it is told otherwise', async () => {
    await cli.run(['copy', first.id, '--to', 'sealed']);
    const id = `sealed:${first.id}`;
    expect(await said('copy', id, '--to', 'plain')).toEqual([2, expect.stringContaining('confirmation-missing')]);
    expect(await said('copy', id, '--to', 'worded')).toEqual([0, expect.stringContaining('Copied')]);
    expect(await said('copy', id, '--to', 'plain', '--decrypt')).toEqual([0, expect.stringContaining('Copied')]);
    expect(await readFile(path.join(cli.folder, 'plain', first.id, 'default.kong.yaml'), 'utf8')).toBe(text);
  });

  it('is told that what was there already is open, where the store was given its key later', async () => {
    await cli.run(['copy', first.id, '--to', 'plain']);
    await writeStores([{ name: 'keyed', folder: 'plain', encryption: { identityFile: 'key.txt' } }]);
    expect(await said('copy', first.id, '--to', 'keyed')).toEqual([0, expect.stringContaining('NOT encrypted')]);
    // The way that is told.
    await cli.run(['delete', first.id, '--yes']);
    await cli.run(['move', `keyed:${first.id}`, '--to', 'default']);
    await cli.run(['move', first.id, '--to', 'keyed']);
    expect(await allBytes(path.join(cli.folder, 'plain'))).not.toContain('secret-service');
    expect((await said('verify', `keyed:${first.id}`, '--deep'))[1]).toMatch(/whole +deep/);
  });

  it('needs the key: without it says so with 12, and nothing is listed', async () => {
    await cli.run(['copy', first.id, '--to', 'sealed']);
    await cli.write('key.txt', (await generateKey(new Date())).text);
    expect(await said('copy', `sealed:${first.id}`, '--to', 'plain', '--decrypt')).toEqual([
      12,
      expect.stringContaining('key-wrong'),
    ]);
    await cli.run(['copy', first.id, '--to', 'worded']);
    await rm(path.join(cli.folder, 'passphrase.txt'));
    const without = await said('copy', `worded:${first.id}`, '--to', 'plain', '--decrypt');
    expect(without).toEqual([12, expect.stringContaining('passphrase.txt')]);
    await cli.write('passphrase.txt', 'another one');
    expect((await said('copy', `worded:${first.id}`, '--to', 'plain', '--decrypt'))[0]).toBe(12);
    expect(await ids()).toEqual([first.id, `sealed:${first.id}`, `worded:${first.id}`]);
  });

  it('refuses another snapshot of the same id, a damaged one, no store and its own', async () => {
    await publishSnapshot(createFolderStore(path.join(cli.folder, 'plain')), 'production', { 'a.yaml': 'other' });
    const own = `default:${first.id}`;
    expect((await said('copy', first.id, '--to', 'packed'))[1]).toContain(`${own}, plain:${first.id}`);
    expect((await said('copy', own, '--to', 'plain'))[1]).toContain('does not hold the same');
    expect((await said('copy', own, '--to', 'nowhere'))[1]).toContain('There are default, plain, packed');
    expect((await said('copy', own, '--to', 'default'))[1]).toContain('already');
    await writeFile(path.join(cli.snapshots, first.id, 'default.kong.yaml'), text.replace('secret', 'sacred'));
    expect((await said('copy', own, '--to', 'packed'))[1]).toContain('snapshot-damaged');
    expect(await ids()).toEqual([`plain:${first.id}`, first.id].sort());
    expect((await readdir(path.join(cli.folder, 'packed'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('that is cancelled leaves nothing listed, and 130', async () => {
    const stop = new AbortController();
    const { exitCode } = await cli.run(['copy', first.id, '--to', 'packed', '--format', 'text'], {
      signal: stop.signal,
      onStderr: (words) => words.includes('Publishing') && stop.abort(),
    });
    expect(exitCode).toBe(130);
    expect(await ids()).toEqual([first.id]);
    expect((await said('copy', first.id, '--to', 'packed'))[0]).toBe(0);
  });
});

describe('move', forPassphrases, () => {
  it('removes the original once the copy was opened', async () => {
    expect(await said('move', 'production/latest', '--to', 'sealed')).toEqual([
      0,
      expect.stringContaining(`Moved: sealed:${first.id}`),
    ]);
    expect(await ids()).toEqual([`sealed:${first.id}`]);
    expect((await said('move', `sealed:${first.id}`, '--to', 'default', '--decrypt'))[0]).toBe(0);
    expect(await ids()).toEqual([first.id]);
  });

  it('keeps the original where nobody here can open the copy', async () => {
    const { recipient } = await generateKey(new Date());
    await writeStores([{ name: 'shut', folder: 'shut', encryption: { recipients: [recipient] } }]);
    expect(await said('move', first.id, '--to', 'shut')).toEqual([12, expect.stringContaining('key-missing')]);
    expect(await ids()).toContain(first.id);
  });
});

describe('an archive', forPassphrases, () => {
  const file = () => path.join(cli.folder, 'a.tar');
  const exported = async (id = first.id): Promise<string> => {
    expect(await said('export', id, 'a.tar')).toEqual([0, expect.stringContaining('a.tar')]);
    return file();
  };

  it('is plain tar, the manifest first, and comes in again', async () => {
    await exported();
    expect((await read(file())).map(({ header }) => header.name)).toEqual([
      'manifest.json',
      'files/default.kong.yaml',
      'files/inner/large.yaml',
    ]);
    if (process.platform !== 'win32') expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await said('import', 'a.tar'))[1]).toContain('was there already');
    expect((await said('import', 'a.tar', '--to', 'packed'))[1]).toContain(`Imported: packed:${first.id}`);
    expect((await said('verify', `packed:${first.id}`, '--deep'))[1]).toMatch(/whole +deep/);
    expect(await said('export', first.id, 'a.tar')).toEqual([2, expect.stringContaining('such a file already')]);
  });

  it.each(['sealed', 'worded'])(
    'of an encrypted snapshot (%s) stays sealed, and needs no key to write',
    async (store) => {
      await cli.run(['copy', first.id, '--to', store]);
      const [key, word] = [await readFile(path.join(cli.folder, 'key.txt'), 'utf8'), passphrase];
      await cli.write('key.txt', '');
      await cli.write('passphrase.txt', 'wrong');
      await exported(`${store}:${first.id}`);
      expect((await readFile(file(), 'latin1')).includes('secret-service')).toBe(false);
      await cli.run(['delete', `${store}:${first.id}`, '--yes']);
      await cli.run(['delete', first.id, '--yes']);
      expect((await said('import', 'a.tar', '--to', 'plain', '--decrypt'))[0]).not.toBe(0);
      expect(await ids()).toEqual([]);
      await cli.write('key.txt', key);
      await cli.write('passphrase.txt', word);
      expect((await said('import', 'a.tar', '--to', 'plain'))[1]).toContain('confirmation-missing');
      expect((await said('import', 'a.tar', '--to', store))[0]).toBe(0);
      expect((await said('verify', `${store}:${first.id}`, '--deep'))[1]).toMatch(/whole +deep/);
    },
  );

  it('of an encrypted snapshot opens on a machine that has nothing but the key', async () => {
    await cli.run(['copy', first.id, '--to', 'sealed']);
    await exported(`sealed:${first.id}`);
    const cold = await CliFolder.make();
    await cold.write('key', await readFile(path.join(cli.folder, 'key.txt'), 'utf8'));
    const { exitCode } = await cold.run(['import', file(), '--identity', 'key', '--decrypt']);
    expect(exitCode).toBe(0);
    expect(await readFile(path.join(cold.snapshots, first.id, 'default.kong.yaml'), 'utf8')).toBe(text);
  });

  it('refuses what leads out, links, what is named twice, what nobody names, and what is not as the manifest says', async () => {
    const entries = await read(await exported());
    const [manifest, one, two] = entries as [Entry, Entry, Entry];
    const named = (name: string, entry = one): Entry => ({ ...entry, header: { ...entry.header, name } });
    const typed = (type: Header['type']): Entry => ({
      header: { name: 'files/default.kong.yaml', type, linkname: '/etc/passwd', size: 0 } as Header,
      content: Buffer.alloc(0),
    });
    const changed = (change: (whole: Record<string, unknown>) => void): Entry => {
      const whole = JSON.parse(manifest.content.toString()) as Record<string, unknown>;
      change(whole);
      return entry('manifest.json', JSON.stringify(whole));
    };
    const bad: [string, Entry[]][] = [
      ['parent', [manifest, one, two, named('files/../../evil')]],
      ['absolute', [manifest, named('/etc/evil'), two]],
      ['drive', [manifest, named('C:\\evil'), two]],
      ['symlink', [manifest, typed('symlink'), two]],
      ['hard link', [manifest, typed('link'), two]],
      ['folder', [manifest, typed('directory'), one, two]],
      ['twice', [manifest, one, one, two]],
      ['two manifests', [manifest, manifest, one, two]],
      ['manifest last', [one, two, manifest]],
      ['missing', [manifest, one]],
      ['nothing', []],
      ['stranger', [manifest, one, two, entry('files/stranger', 'x')]],
      ['larger', [manifest, entry(one.header.name, text + 'x'), two]],
      ['other', [manifest, entry(one.header.name, text.replace('secret', 'sacred')), two]],
      ['newer format', [changed((whole) => (whole.formatVersion = 99)), one, two]],
      ['no manifest', [entry('manifest.json', '{'), one, two]],
      ['id that leads out', [changed((whole) => (whole.id = '../x/2026-11-21T06-35-17.123Z')), one, two]],
      ['id of a store', [changed((whole) => (whole.id = 'packed:a/2026-11-21T06-35-17.123Z')), one, two]],
    ];
    for (const [what, list] of bad) {
      await write(path.join(cli.folder, 'bad.tar'), list);
      expect([what, ...(await said('import', 'bad.tar', '--to', 'plain'))]).toEqual([
        what,
        2,
        expect.stringContaining('archive-invalid'),
      ]);
    }
    expect(await ids()).toEqual([first.id]);
    expect((await readdir(cli.folder)).filter((name) => name.includes('evil'))).toEqual([]);
  });

  it('refuses one that is cut off anywhere, or is no archive', async () => {
    await exported();
    const whole = (await stat(file())).size;
    for (const length of [0, 100, 512, 700, 3000, Math.floor(whole / 2), whole - 10_000]) {
      await writeFile(path.join(cli.folder, 'cut.tar'), await readFile(file()));
      await truncate(path.join(cli.folder, 'cut.tar'), length);
      expect([length, ...(await said('import', 'cut.tar', '--to', 'plain'))]).toEqual([
        length,
        2,
        expect.stringContaining('archive-invalid'),
      ]);
    }
    // By its first bytes it is known under any name.
    await truncate(file(), 3000);
    await rename(file(), path.join(cli.folder, 'cut'));
    expect((await said('import', 'cut'))[1]).toContain('archive-invalid');
    await cli.write('text.tar', 'no archive at all\n'.repeat(1000));
    expect((await said('import', 'text.tar'))[1]).toContain('archive-invalid');
    expect((await said('import', 'nowhere.tar'))[1]).toContain('file-unreadable');
    expect(await ids()).toEqual([first.id]);
  });

  it('that cannot be written leaves no file', async () => {
    expect((await said('export', first.id, 'no/such/folder/a.tar'))[1]).toContain('store-unwritable');
    await writeFile(path.join(cli.snapshots, first.id, 'default.kong.yaml'), text.replace('secret', 'sacred'));
    expect((await said('export', first.id, 'a.tar'))[1]).toContain('snapshot-damaged');
    expect((await readdir(cli.folder)).filter((name) => name.endsWith('.tar'))).toEqual([]);
  });
});

interface Entry {
  header: Header;
  content: Buffer;
}

const entry = (name: string, content: string): Entry => ({
  header: { name, type: 'file', size: Buffer.byteLength(content) } as Header,
  content: Buffer.from(content),
});

async function read(file: string): Promise<Entry[]> {
  const archive = extract();
  archive.end(await readFile(file));
  const entries: Entry[] = [];
  for await (const each of archive) {
    const pieces: Buffer[] = [];
    for await (const piece of each as AsyncIterable<Buffer>) pieces.push(piece);
    entries.push({ header: each.header, content: Buffer.concat(pieces) });
  }
  return entries;
}

async function write(file: string, entries: readonly Entry[]): Promise<void> {
  const archive = pack();
  for (const { header, content } of entries) {
    const { name, type, linkname } = header;
    archive.entry({ name, type: type ?? 'file', ...(linkname && { linkname }) }, content);
  }
  archive.finalize();
  const out = createWriteStream(file);
  await pipeline(archive, out);
  if (!out.closed) await once(out, 'close');
}
