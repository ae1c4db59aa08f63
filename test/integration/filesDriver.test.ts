import { spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/app.js';
import { quietContext } from '../../src/core/context.js';
import type { Target } from '../../src/core/environment.js';
import type { Command, FilesSection } from '../../src/core/environmentSections.js';
import type { PartSource, PartStep } from '../../src/core/partDriver.js';
import { createFilesDriver } from '../../src/drivers/files.js';
import type { FilesIndex } from '../../src/drivers/filesIndex.js';
import { planPartRestore, restorePart } from '../../src/operations/restorePart.js';
import { createFolderStore } from '../../src/stores/folder.js';
import { takePart } from '../contract/partDriverContract.js';
import { practiceGateway, schemas } from '../helpers/cli.js';
import { plainPrefix } from '../helpers/filePlaces.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const posix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;
const at = new Date('2026-11-21T14:00:00.000Z');
const driver = createFilesDriver({ now: () => at });
const context = quietContext();
const yes = (): Promise<boolean> => Promise.resolve(true);
const faulty = (fault: string): Command => [
  process.execPath,
  fileURLToPath(new URL('../helpers/standInFilePrefix.mjs', import.meta.url)),
  fault,
];

const targetWith = (...files: FilesSection[]): Target => {
  const target = targetOf('http://127.0.0.1:1');
  target.environment.files = files;
  return target;
};
const take = (target: Target) => takePart({ driver, target });
const kept = (file: string): string => `${file}.kong-backup-20261121T140000000Z`;

async function filesIn(contents: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

async function indexOf({ directory }: PartSource): Promise<FilesIndex> {
  return JSON.parse(await readFile(path.join(directory, 'files.json'), 'utf8')) as FilesIndex;
}

/** Names below a folder that were asked for. */
async function heldOf(source: PartSource, folder: string): Promise<string[]> {
  const { sets } = await indexOf(source);
  return sets
    .flatMap(({ entries }) => entries)
    .filter(({ parent }) => !parent)
    .map((entry) => path.relative(folder, entry.path).split(path.sep).join('/'));
}

/** Another index, which the record agrees with as far as it can. */
async function tamper(source: PartSource, change: (index: FilesIndex) => void): Promise<void> {
  const index = await indexOf(source);
  change(index);
  await writeFile(path.join(source.directory, 'files.json'), JSON.stringify(index));
}

const restore = (
  target: Target,
  source: PartSource,
  choices: Record<string, string | boolean> = {},
  more: { from?: string; confirm?: (step: PartStep) => Promise<boolean> } = {},
) => driver.restore(target, source, { choices, confirm: yes, ...more }, context);

describe('what is taken', () => {
  it('takes what the documents name of the prefix, and says what it leaves', async () => {
    const folder = await filesIn({
      'kong.conf': 'database = postgres\npg_password = swordfish\n',
      'prefix/nginx-kong.conf': 'server {}',
      'prefix/nginx.conf': 'http {}',
      'prefix/.kong_env': 'pg_password = swordfish',
      'prefix/cluster.key': '-----BEGIN PRIVATE KEY-----',
      'prefix/ssl/kong-default.crt': 'certificate',
      'prefix/logs/error.log': 'lots',
      'prefix/pids/nginx.pid': '1',
      'prefix/dbless.lmdb/data.mdb': 'cache',
      'prefix/client_body_temp/1': 'body',
      'prefix/our-template.lua': 'return 1',
    });
    const target = targetOf('http://127.0.0.1:1');
    target.environment.kong = { conf: path.join(folder, 'kong.conf'), prefix: path.join(folder, 'prefix') };
    const { taken, source } = await take(target);
    expect(await heldOf(source, folder)).toEqual([
      'kong.conf',
      'prefix/.kong_env',
      'prefix/cluster.key',
      'prefix/nginx-kong.conf',
      'prefix/nginx.conf',
      'prefix/ssl',
      'prefix/ssl/kong-default.crt',
    ]);
    expect(JSON.stringify(taken.details?.['leftOut'])).toMatch(/client_body_temp.*dbless\.lmdb.*logs.*pids/);
    expect(taken.gaps.map(({ reason }) => reason)).toEqual([expect.stringContaining('our-template.lua')]);
    expect(taken.warnings.filter(({ code }) => code === 'files-hold-secrets')).toHaveLength(1);
    expect(JSON.stringify(taken)).not.toContain('swordfish');
  });

  it('has no such part where the environment names no files', async () => {
    expect(await driver.probe(targetOf('http://127.0.0.1:1'), undefined, context)).toEqual({ present: false });
  });

  it('cannot be taken where there is neither the kong.conf nor the prefix that was named', async () => {
    const target = targetOf('http://127.0.0.1:1');
    target.environment.kong = { conf: path.join(await temporaryFolder(), 'kong.conf') };
    expect(await driver.probe(target, undefined, context)).toMatchObject({
      present: true,
      availability: { available: false, code: 'environment-invalid' },
    });
  });

  it.skipIf(process.platform !== 'linux')('names a file whose name is not UTF-8', async () => {
    const folder = await filesIn({ 'kong.conf': 'x' });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xe9]), Buffer.from('.conf')]), 'y');
    for (const command of [undefined, plainPrefix]) {
      const { taken } = await take(targetWith({ name: 'a', paths: [folder], ...(command && { command }) }));
      expect(taken.counts.files).toBe(1);
      expect(taken.gaps).toMatchObject([{ reason: expect.stringContaining('not UTF-8') as string }]);
    }
  });

  it('follows globs and what they leave out, and names what is missing', async () => {
    const folder = await filesIn({ 'a/x.pem': '1', 'a/x.txt': '2', 'a/b/y.pem': '3', 'a/old/z.pem': '4' });
    const paths = ['a/**/*.pem', 'missing.conf', 'none/*.conf'].map((each) => path.join(folder, each));
    const target = targetWith(
      { name: 'pems', paths, exclude: ['**/old'] },
      { name: 'all', paths: ['/**/*.pem', ...paths.slice(0, 1)] },
    );
    const { taken, source } = await take(target);
    expect((await heldOf(source, folder)).sort()).toEqual(
      ['a/b/y.pem', 'a/x.pem', 'a/b/y.pem', 'a/x.pem', 'a/old/z.pem'].sort(),
    );
    const reasons = taken.gaps.map(({ reason }) => reason).join('\n');
    expect(reasons).toMatch(/missing\.conf.*no such file[\s\S]*none\/.*no folder[\s\S]*whole machine/);
  });

  it('is an error when nothing at all is there, and when two sets have one name', async () => {
    const folder = await temporaryFolder();
    const paths = [path.join(folder, 'nothing.conf')];
    await expect(take(targetWith({ name: 'a', paths }))).rejects.toMatchObject({ code: 'file-unreadable' });
    const twice = targetWith({ name: 'a', paths }, { name: 'A', paths });
    await expect(take(twice)).rejects.toMatchObject({ code: 'environment-invalid' });
    expect(await driver.probe(twice, undefined, context)).toMatchObject({ availability: { available: false } });
  });

  it('leaves out a file that is too large and a glob that stands for too many, by name', async () => {
    const folder = await filesIn({ 'kong.conf': 'x', 'huge.bin': '' });
    await truncate(path.join(folder, 'huge.bin'), 300 * 1024 * 1024);
    await mkdir(path.join(folder, 'many'));
    const names = Array.from({ length: 10_001 }, (_, n) => path.join(folder, 'many', `${n}.pem`));
    for (const name of names) await writeFile(name, '');
    const paths = ['kong.conf', 'huge.bin', 'many/*.pem'].map((each) => path.join(folder, each));
    const { taken, source } = await take(targetWith({ name: 'a', paths }));
    expect(await heldOf(source, folder)).toEqual(['kong.conf']);
    expect(taken.gaps.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('stands for 10001 files'),
      expect.stringContaining('314572800 bytes'),
    ]);
    expect(taken.gaps[0]?.count).toBe(10_001);
  });

  it.skipIf(!posix)(
    'keeps links, says what one leads to that is not held, and leaves sockets and pipes out',
    async () => {
      const folder = await filesIn({ '..2026/kong.conf': 'x', 'real.pem': 'y' });
      await symlink('..2026', path.join(folder, '..data'));
      await symlink('..data/kong.conf', path.join(folder, 'kong.conf'));
      await symlink('/etc/hostname', path.join(folder, 'outside'));
      await symlink('gone', path.join(folder, 'dangling'));
      const server = createServer().listen(path.join(folder, 'kong.sock'));
      onTestFinished(() => void server.close());
      spawnSync('mkfifo', [path.join(folder, 'pipe')]);
      for (const command of [undefined, plainPrefix]) {
        const { taken, source } = await take(targetWith({ name: 'a', paths: [folder], ...(command && { command }) }));
        expect(taken.counts).toEqual({ files: 2, folders: 2, links: 4 });
        expect(taken.gaps.map(({ reason }) => reason)).toEqual([
          expect.stringContaining('dangling'),
          expect.stringContaining('outside is a link to /etc/hostname'),
        ]);
        const [leftOut] = taken.warnings;
        expect(leftOut?.message).toMatch(/kong\.sock.*pipe/);
        expect(await driver.verify(source, context)).toEqual([]);
      }
    },
  );

  it.skipIf(!posix)('reads a file that changes meanwhile three times, then says so', async () => {
    const folder = await filesIn({ 'kong.log': 'one\n' });
    const { taken } = await take(targetWith({ name: 'a', paths: [folder], command: faulty('growing') }));
    expect(taken.gaps).toMatchObject([
      { reason: expect.stringContaining('while it was read') as string, partial: true },
    ]);
    expect((await readFile(path.join(folder, 'kong.log'), 'utf8')).split('\n')).toHaveLength(5);
  });

  it.skipIf(!posix)('takes the other sets when a container is down, and is unavailable when all are', async () => {
    const folder = await filesIn({ 'kong.conf': 'x' });
    const down = { name: 'down', paths: ['/etc/kong'], command: faulty('down') };
    const { taken } = await take(targetWith(down, { name: 'here', paths: [folder] }));
    expect(taken.gaps).toMatchObject([{ reason: expect.stringContaining('container is not running') as string }]);
    const gone: FilesSection = { ...down, name: 'gone', command: ['no-such-program'] };
    expect(await driver.probe(targetWith(down, gone), undefined, context)).toMatchObject({
      availability: { available: false, code: 'tool-failed' },
    });
    expect(await driver.probe(targetWith(gone), undefined, context)).toMatchObject({
      availability: { available: false, code: 'tool-missing' },
    });
    await expect(take(targetWith(down))).rejects.toMatchObject({ code: 'tool-failed' });
  });

  it.skipIf(!posix || !isRoot)('names what it may not read, and what it may not own', async () => {
    const folder = await filesIn({ 'kong.conf': 'x', 'key.pem': 'secret', 'shut/inner': 'y' });
    await chmod(folder, 0o777);
    await chmod(path.join(folder, 'key.pem'), 0o600);
    await chmod(path.join(folder, 'shut'), 0o700);
    const command: Command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const target = targetWith({ name: 'a', paths: [folder], command });
    const { taken, source } = await take(target);
    expect(await heldOf(source, folder)).toEqual(['', 'kong.conf', 'shut']);
    expect(taken.gaps.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/shut.*denied/i),
      expect.stringMatching(/key\.pem is not held/),
    ]);
    await rm(path.join(folder, 'kong.conf'));
    const result = await restore(target, source);
    expect(result).toMatchObject({ verified: true, done: [`a:${path.join(folder, 'kong.conf')}`] });
    expect(result.warnings.map(({ code }) => code)).toContain('owner-not-set');
    expect((await stat(path.join(folder, 'kong.conf'))).uid).toBe(65_534);
  });
});

describe('what is brought back', () => {
  it('keeps the old file, lists it, and puts it back', async () => {
    const folder = await filesIn({ 'kong.conf': 'old' });
    const file = path.join(folder, 'kong.conf');
    const target = targetWith({ name: 'a', paths: [file] });
    const { source } = await take(target);
    await writeFile(file, 'changed');
    const plan = await driver.planRestore(target, source, {}, context);
    expect(plan.steps).toMatchObject([{ id: `a:${file}`, destroys: expect.stringContaining(kept(file)) as string }]);
    expect((await restore(target, source)).verified).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readFile(kept(file), 'utf8')).toBe('changed');
    expect((await readdir(folder)).sort()).toEqual(['kong.conf', path.basename(kept(file))]);

    const later = createFilesDriver({ now: () => new Date(at.getTime() + 1000) });
    const [back] = await later.kept(target, [file], context);
    expect(back).toEqual({ set: 'a', path: file, kept: kept(file), at: at.toISOString() });
    if (!back) return;
    await expect(later.undo(target, { ...back, path: '/etc/passwd' }, context)).rejects.toMatchObject({
      code: 'environment-invalid',
    });
    await later.undo(target, back, context);
    expect(await readFile(file, 'utf8')).toBe('changed');
    expect((await later.kept(target, [file], context)).map((each) => each.at)).toEqual(['2026-11-21T14:00:01.000Z']);
  });

  it.skipIf(!posix || !isRoot)('brings modes, owners, set-id bits and folders back', async () => {
    const folder = await filesIn({ 'ssl/keys/a.key': 'key' });
    const file = path.join(folder, 'ssl', 'keys', 'a.key');
    await chown(file, 1, 2);
    await chmod(file, 0o4640);
    await chmod(path.dirname(file), 0o710);
    const target = targetWith({ name: 'a', paths: [file] }, { name: 'b', paths: [file], command: plainPrefix });
    const { source } = await take(target);
    for (const only of ['a', 'b']) {
      await rm(path.join(folder, 'ssl'), { recursive: true });
      const wanted = targetWith(...(target.environment.files ?? []).filter(({ name }) => name === only));
      expect(await restore(wanted, source)).toMatchObject({ verified: true, done: [`${only}:${file}`] });
      const { mode, uid, gid } = await stat(file);
      expect({ mode: mode & 0o7777, uid, gid }).toEqual({ mode: 0o4640, uid: 1, gid: 2 });
      expect((await stat(path.dirname(file))).mode & 0o7777).toBe(0o710);
    }
    await chown(file, 3, 3);
    const { steps } = await driver.planRestore(target, source, {}, context);
    expect(steps[0]).toMatchObject({ destroys: expect.stringContaining('0640 sys:sys') as string });
  });

  it.skipIf(!posix)('replaces a link to a folder by what it was, and keeps the link', async () => {
    const folder = await filesIn({ 'kong.conf': 'file', 'elsewhere/x': '' });
    const file = path.join(folder, 'kong.conf');
    for (const command of [undefined, plainPrefix]) {
      const target = targetWith({ name: 'a', paths: [file], ...(command && { command }) });
      const { source } = await take(target);
      await rm(file);
      await symlink('elsewhere', file);
      expect((await restore(target, source)).verified).toBe(true);
      expect((await lstat(file)).isFile()).toBe(true);
      expect(await readlink(kept(file))).toBe('elsewhere');
      expect(await readdir(path.join(folder, 'elsewhere'))).toEqual(['x']);
      await rm(kept(file));
    }
  });

  it('leaves a folder alone that is in the way, and files that came later', async () => {
    const folder = await filesIn({ 'kong.conf': 'file', 'other.conf': 'y' });
    const target = targetWith({ name: 'a', paths: [path.join(folder, '*.conf')] });
    const { source } = await take(target);
    await rm(path.join(folder, 'kong.conf'));
    await mkdir(path.join(folder, 'kong.conf'));
    await writeFile(path.join(folder, 'later.conf'), '');
    const { steps, warnings } = await driver.planRestore(target, source, {}, context);
    expect(steps).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['file-in-the-way', 'not-in-snapshot']);
  });

  it('brings back only what is chosen, and goes on from a step', async () => {
    const folder = await filesIn({ 'a.conf': 'a', 'b.conf': 'b', 'c.conf': 'c' });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => path.join(folder, `${name}.conf`));
    const target = targetWith({ name: 's', paths: [folder] });
    const { source } = await take(target);
    for (const file of [a, b, c]) await writeFile(file ?? '', 'changed');
    expect(await restore(target, source, { only: a ?? '' })).toMatchObject({ done: [`s:${a}`], verified: true });
    const declined = await restore(
      target,
      source,
      {},
      { confirm: ({ id }) => Promise.resolve(!id.endsWith('c.conf')) },
    );
    expect(declined).toMatchObject({ done: [`s:${b}`], verified: false });
    await expect(restore(target, source, {}, { from: 's:nothing' })).rejects.toMatchObject({ code: 'plan-stale' });
    expect(await restore(target, source, {}, { from: `s:${b}` })).toMatchObject({ done: [`s:${c}`], verified: true });
    expect(await readFile(c ?? '', 'utf8')).toBe('c');
  });

  it.skipIf(!posix)(
    'brings modes of folders back together with what is in them, and a file of two sets once',
    async () => {
      const folder = await filesIn({ 'ssl/a.key': 'key', 'ssl/b.key': 'key' });
      const ssl = path.join(folder, 'ssl');
      for (const command of [undefined, plainPrefix]) {
        const more = command && { command };
        const target = targetWith(
          { name: 'a', paths: [ssl], ...more },
          { name: 'b', paths: [`${ssl}/*.key`], ...more },
        );
        await chmod(ssl, 0o710);
        const { source } = await take(target);
        await chmod(ssl, 0o700);
        await writeFile(path.join(ssl, 'a.key'), 'changed');
        await rm(path.join(ssl, 'b.key'));
        const result = await restore(target, source);
        expect(result).toMatchObject({ verified: true });
        expect(result.done).toEqual([`a:${ssl}/a.key`, `a:${ssl}`, `a:${ssl}/b.key`]);
        expect((await stat(ssl)).mode & 0o7777).toBe(0o710);
        await rm(kept(path.join(ssl, 'a.key')));
      }
    },
  );

  it('does not write over what changed since it was looked at', async () => {
    const folder = await filesIn({ 'kong.conf': 'old' });
    const file = path.join(folder, 'kong.conf');
    const target = targetWith({ name: 'a', paths: [file] });
    const { source } = await take(target);
    await writeFile(file, 'changed');
    const confirm = async (): Promise<boolean> => {
      await writeFile(file, 'changed once more');
      return true;
    };
    const result = await restore(target, source, {}, { confirm });
    expect(result).toMatchObject({
      done: [],
      verified: false,
      failed: { reason: expect.stringContaining('changed') as string },
    });
    expect(await readFile(file, 'utf8')).toBe('changed once more');
  });

  it('shows a file side by side, without its secrets', async () => {
    const folder = await filesIn({ 'kong.conf': 'pg_host = a\npg_password = swordfish\n' });
    const file = path.join(folder, 'kong.conf');
    const target = targetWith({ name: 'a', paths: [file] });
    const { source } = await take(target);
    await writeFile(file, 'pg_host = b\npg_password = marlin\n');
    expect(await driver.difference(target, source, `a:${file}`, context)).toEqual({
      path: file,
      present: 'pg_host = b\npg_password = ********\n',
      snapshot: 'pg_host = a\npg_password = ********\n',
    });
    expect(await driver.difference(target, source, 'a:nothing', context)).toBeUndefined();
  });
});

it('is a part of a snapshot like any other, verified and brought back out of its store', async () => {
  const gateway = await practiceGateway({ estate: 'believable' });
  const folder = await filesIn({ 'etc/kong.conf': 'pg_password = swordfish\n', 'etc/ssl/a.pem': 'a'.repeat(10_000) });
  const root = path.join(folder, '.kong-snapshots');
  const app = createApp({
    environmentsFile: path.join(folder, 'kong-environments.yaml'),
    snapshotRoot: root,
    schemaFolder: schemas,
    version: '0.0.0',
    deckPath: 'no-such-deck',
    requestTimeout: 5000,
    storedToken: () => Promise.resolve(undefined),
  });
  const files = [{ name: 'etc', paths: ['etc'] }];
  const environment = await app.addEnvironment({ name: 'shop', adminUrl: gateway.url, mode: 'traditional', files });
  const manifest = await app.backup(environment, {}, context);
  expect(manifest.failures).toBeUndefined();
  expect(manifest.parts.find(({ kind }) => kind === 'files')?.counts).toEqual({ files: 2, folders: 2, links: 0 });
  expect(manifest.coverage.notHeld.filter(({ part }) => part === 'files')).toEqual([]);
  expect(manifest.warnings.map(({ code }) => code)).toContain('files-hold-secrets');

  await rm(path.join(folder, 'etc'), { recursive: true });
  const parts = { store: createFolderStore(root), partDrivers: [driver] };
  const target: Target = { environment, headers: {}, baseFolder: folder };
  const request = { target, snapshot: manifest.id, part: 'files' as const, options: {}, confirm: yes };
  expect(await restorePart(parts, request, context)).toMatchObject({ verified: true });
  expect(await readFile(path.join(folder, 'etc', 'kong.conf'), 'utf8')).toBe('pg_password = swordfish\n');
  const again = await planPartRestore(parts, request, context);
  expect(again).toMatchObject({ steps: [], counts: { target: { files: 2, folders: 2, links: 0 } } });
});

describe('an index that somebody changed', () => {
  const conf = async (): Promise<{ target: Target; source: PartSource; folder: string; file: string }> => {
    const folder = await filesIn({ 'etc/kong.conf': 'old', 'other/passwd': 'p' });
    const file = path.join(folder, 'etc', 'kong.conf');
    const target = targetWith({ name: 'a', paths: [file] });
    return { folder, file, target, source: (await take(target)).source };
  };

  it('writes nothing where the environment names no file, unless told so', async () => {
    const { folder, file, target, source } = await conf();
    const elsewhere = path.join(folder, 'other', 'passwd');
    await tamper(source, ({ sets }) => {
      for (const entry of sets[0]?.entries ?? []) if (entry.path === file) entry.path = elsewhere;
    });
    const plan = await driver.planRestore(target, source, {}, context);
    expect(plan).toMatchObject({ steps: [], refused: { reason: expect.stringContaining('passwd') as string } });
    await expect(restore(target, source)).rejects.toMatchObject({ code: 'environment-invalid' });
    expect(await readFile(elsewhere, 'utf8')).toBe('p');
    const told = await driver.planRestore(target, source, { choices: { outside: true } }, context);
    expect(told.steps).toMatchObject([{ id: `a:${elsewhere}` }]);
  });

  it.each([
    ['a path that climbs', { path: '/etc/kong/../passwd' }],
    ['a path that is relative', { path: 'etc/kong.conf' }],
    ['a content outside of the part', { file: '../../secret' }],
    ['a content that is not there', { file: 'a/9-kong.conf' }],
    ['a mode that is none', { mode: '-rf' }],
  ])('refuses %s', async (_name, change) => {
    const { file, target, source } = await conf();
    await tamper(source, ({ sets }) => {
      for (const entry of sets[0]?.entries ?? []) if (entry.path === file) Object.assign(entry, change);
    });
    expect(await driver.verify(source, context)).not.toEqual([]);
    await writeFile(file, 'changed');
    await expect(restore(target, source)).rejects.toMatchObject({ code: 'snapshot-damaged' });
    expect(await readFile(file, 'utf8')).toBe('changed');
  });
});

describe.skipIf(!posix)('when writing goes wrong', () => {
  const changed = async (fault: string): Promise<{ target: Target; source: PartSource; files: string[] }> => {
    const folder = await filesIn({ 'a.conf': 'old a', 'b.conf': 'old b' });
    const files = ['a.conf', 'b.conf'].map((name) => path.join(folder, name));
    const { source } = await take(targetWith({ name: 's', paths: [folder] }));
    for (const file of files) await writeFile(file, 'changed');
    return { target: targetWith({ name: 's', paths: [folder], command: faulty(fault) }), source, files };
  };
  const texts = (files: readonly string[]): Promise<string[]> =>
    Promise.all(files.map((file) => readFile(file, 'utf8')));

  it.each([
    ['full', /No space left/, /Free some space/],
    ['no-stdin', /empty/, /-i/],
    ['broken-rename', /input\/output error/, /Check that/],
  ])('leaves the old file in its place: %s', async (fault, reason, remedy) => {
    const { target, source, files } = await changed(fault);
    const result = await restore(target, source);
    expect(result.done).toEqual([]);
    expect(result.verified).toBe(false);
    expect(result.failed?.reason).toMatch(reason);
    expect(result.failed?.remedy).toMatch(remedy);
    expect(result.failed?.remedy).toContain('1 more file was not tried');
    expect(await texts(files)).toEqual(['changed', 'changed']);
    expect((await readdir(path.dirname(files[0] ?? ''))).sort()).toEqual(['a.conf', 'b.conf']);
  });

  it('tries the others when told to go on', async () => {
    const { target, source, files } = await changed('full');
    const result = await restore(target, source, { goOn: true });
    expect(result.failed?.reason).toContain('a.conf');
    expect(result.warnings.filter(({ code }) => code === 'step-failed')).toHaveLength(1);
    expect(await texts(files)).toEqual(['changed', 'changed']);
  });

  it('writes over a file that is mounted by itself', async () => {
    const { target, source, files } = await changed('mounted');
    expect(await restore(target, source)).toMatchObject({ verified: true });
    expect(await texts(files)).toEqual(['old a', 'old b']);
    expect(await texts(files.map(kept))).toEqual(['changed', 'changed']);
  });
});
