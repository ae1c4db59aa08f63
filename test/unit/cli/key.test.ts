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

it('replaces a key: what is new opens with the new one, what is old with the file that holds both', async () => {
  await said('key', 'new', 'archive', '--file', 'k1', '--kept-elsewhere');
  const other = await generateKey(new Date());
  const entry = (await file()).replace(/(recipients:\n( +)- age1\S+\n)/, `$1$2- ${other.recipient}\n`);
  await cli.write('kong-environments.yaml', entry);
  await said('copy', latest, '--to', 'archive');
  const [before] = [...(await said('key', 'show', 'archive'))[1].matchAll(/age1\w+/g)].map(([recipient]) => recipient);
  const [code, words] = await said('key', 'rotate', 'archive', '--file', 'k2', '--kept-elsewhere');
  expect([code, words]).toEqual([0, expect.stringContaining('stay sealed to')]);
  const shown = (await said('key', 'show', 'archive'))[1];
  expect(shown).toContain(other.recipient);
  expect(shown).not.toContain(before);
  expect(shown).toContain('k2');
  // What was there before.
  expect((await said('key', 'check', 'archive'))[0]).toBe(0);
  await publishSnapshot(createFolderStore(cli.snapshots), 'production', { 'a.yaml': 'text' });
  expect((await said('copy', latest, '--to', 'archive'))[0]).toBe(0);
  expect((await said('key', 'check', 'archive'))[0]).toBe(0);
  expect((await said('key', 'check', 'archive', '--file', 'k1'))[1]).toContain('key-wrong');
  for (const secret of (await file('k2')).match(/AGE-SECRET-KEY-\S+/g) ?? [])
    expect(words + shown).not.toContain(secret);
  expect((await file('k2')).match(/AGE-SECRET-KEY-/g)).toHaveLength(2);
});

it('replaces nothing before a copy is kept, nor where it does not know which key is meant', async () => {
  await said('key', 'new', 'archive', '--file', 'k1', '--kept-elsewhere');
  const before = await file();
  expect((await said('key', 'rotate', 'archive', '--file', 'k2'))[1]).toContain('confirmation-missing');
  expect((await cli.run(['key', 'rotate', 'archive', '--file', 'k3'], { answers: ['no'] })).exitCode).toBe(130);
  expect((await said('key', 'rotate', 'archive', '--file', 'k1', '--kept-elsewhere'))[1]).toContain(
    'such a file already',
  );
  expect(await file()).toBe(before);
  await cli.write('kong-environments.yaml', before.replace(/\n +identityFile: .*/, ''));
  expect((await said('key', 'rotate', 'archive', '--file', 'k4', '--kept-elsewhere'))[1]).toContain(
    'names no key file',
  );
});

it('has a store encrypt by a passphrase that stands nowhere', async () => {
  await cli.write('secret', 'correct horse battery staple\n');
  const rest = ['--kept-elsewhere'];
  const [code, words] = await said('key', 'new', 'archive', '--passphrase', 'file:secret', ...rest);
  expect([code, words]).toEqual([0, expect.stringContaining('${file:secret}')]);
  expect(await file()).toMatch(/encryption:\n +passphrase: \$\{file:secret\}/);
  expect((await said('copy', latest, '--to', 'archive'))[0]).toBe(0);
  expect((await said('key', 'check', 'archive'))[0]).toBe(0);
  await cli.write('secret', 'another');
  expect((await said('key', 'check', 'archive'))[0]).toBe(12);
  expect((await said('key', 'rotate', 'archive', '--file', 'k', ...rest))[1]).toContain('by a passphrase');
});

it('takes no passphrase that stands on the command line, and none that is not there', async () => {
  const before = await file();
  const [, refused] = await said('key', 'new', 'archive', '--passphrase', 'hunter2hunter2', '--kept-elsewhere');
  expect(refused).toContain('does not go on the command line');
  expect(refused).not.toContain('hunter2');
  const rest = ['--passphrase', 'file:nowhere', '--kept-elsewhere'];
  expect((await said('key', 'new', 'archive', ...rest))[1]).toContain('secret-missing');
  expect((await said('key', 'new', 'archive', '--file', 'k', ...rest))[1]).toContain('exclude each other');
  expect(await file()).toBe(before);
});
