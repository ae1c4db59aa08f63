import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { generateKey } from '../../../src/stores/encoding/keys.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { CliFolder } from '../../helpers/cli.js';
import { publishSnapshot } from '../../helpers/manifests.js';

let cli: CliFolder;

beforeEach(async () => {
  cli = await CliFolder.make();
  await cli.write('kong-environments.yaml', '# ours\nstores:\n  - name: archive # far away\n    folder: archive\n');
  await publishSnapshot(createFolderStore(cli.snapshots), 'production', { 'a.yaml': 'text' });
});

const said = async (...argv: string[]): Promise<[number, string]> => {
  const { exitCode, stdout, stderr } = await cli.run(argv);
  return [exitCode, stdout + stderr];
};
const file = async (name = 'kong-environments.yaml') => readFile(path.join(cli.folder, name), 'utf8');
const latest = 'production/latest';

it('makes a key, has the store encrypt to it, keeps the comments, and shows no secret', async () => {
  const [code, words] = await said('key', 'new', 'archive', '--file', 'safe/key', '--kept-elsewhere');
  expect(code).toBe(0);
  const secret = /AGE-SECRET-KEY-\S+/.exec(await file('safe/key'))?.[0] ?? '';
  expect(secret).not.toBe('');
  if (process.platform !== 'win32') expect((await stat(path.join(cli.folder, 'safe/key'))).mode & 0o777).toBe(0o600);
  expect(words).toContain('Without it nobody does');
  expect(await file()).toMatch(
    /^# ours\nstores:\n +- name: archive # far away\n +folder: archive\n +encryption:\n +recipients:/,
  );
  const shown = (await said('key', 'show', 'archive'))[1];
  expect(shown).toMatch(/^[0-9a-f]{16} +age1/);
  for (const text of [words, shown, await file()]) expect(text).not.toContain(secret);
});

it('shows by a drill whether the key opens the newest snapshot', async () => {
  await said('key', 'new', 'archive', '--file', 'key', '--kept-elsewhere');
  expect(await said('key', 'check', 'archive')).toEqual([1, expect.stringContaining('no encrypted snapshot yet')]);
  expect((await said('copy', latest, '--to', 'archive'))[0]).toBe(0);
  expect(await said('key', 'check', 'archive')).toEqual([
    0,
    expect.stringMatching(/opens production\/.*: 1 file, 4 B/),
  ]);
  await cli.write('other', (await generateKey(new Date())).text);
  expect(await said('key', 'check', 'archive', '--file', 'other')).toEqual([12, expect.stringContaining('key-wrong')]);
  await rm(path.join(cli.folder, 'key'));
  expect(await said('key', 'check', 'archive')).toEqual([12, expect.stringContaining('key-missing')]);
});

it('is tried on a machine that has nothing but the store and the key', async () => {
  await said('key', 'new', 'archive', '--file', 'key', '--kept-elsewhere');
  await said('copy', latest, '--to', 'archive');
  await cli.write('kong-environments.yaml', 'stores:\n- name: archive\n  folder: archive\nenvironments: []\n');
  const [code, words] = await said('key', 'check', 'archive');
  expect([code, words]).toEqual([2, expect.stringContaining('key check archive --file')]);
  expect((await said('key', 'check', 'archive', '--file', 'key'))[0]).toBe(0);
});

it('changes nothing before a person says that a copy is kept elsewhere', async () => {
  const before = await file();
  expect(await said('key', 'new', 'archive', '--file', 'k1')).toEqual([
    2,
    expect.stringContaining('confirmation-missing'),
  ]);
  const { exitCode } = await cli.run(['key', 'new', 'archive', '--file', 'k2'], { answers: ['no'] });
  expect([exitCode, await file()]).toEqual([130, before]);
  const agreed = await cli.run(['key', 'new', 'archive', '--file', 'k3'], { answers: ['yes'] });
  expect(agreed.exitCode).toBe(0);
  expect(agreed.stderr).toContain('Is a copy of that file kept elsewhere?');
});

it('names a store that was not there, and shuts none that encrypts', async () => {
  expect((await said('key', 'new', 'sealed', '--file', 'k', '--folder', 'sealed', '--kept-elsewhere'))[0]).toBe(0);
  expect(await file()).toMatch(/- name: sealed\n +folder: sealed\n +encryption/);
  expect((await said('key', 'new', 'sealed', '--file', 'k4', '--kept-elsewhere'))[1]).toContain('encrypts already');
  expect((await said('key', 'new', 'archive', '--file', 'k', '--kept-elsewhere'))[1]).toContain('such a file already');
  expect((await said('key', 'new', 'nowhere', '--file', 'k5', '--kept-elsewhere'))[1]).toContain('no such store');
  await expect(file('k5')).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await said('key', 'show', 'archive'))[1]).toContain('does not encrypt');
});
