import { afterAll, beforeAll, expect, it } from 'vitest';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFolderStore } from '../../src/stores/folder.js';
import { CliFolder } from '../helpers/cli.js';
import { buildCliProgram, startCliProgram } from '../helpers/cliProgram.js';
import { publishSnapshot } from '../helpers/manifests.js';

let program: string;
beforeAll(async () => void (program = await buildCliProgram('cli-for-locks')));
afterAll(() => rm(program, { force: true }));

const text = '_format_version: "3.0"\nservices:\n- name: a\n  host: example.com\n';
const prune = ['prune', '--keep-last', '1', '--grace', '0d', '--format', 'json'];

/** A store with so much to delete that a prune can be caught at it. */
async function withSnapshots() {
  const environment = { id: 'id-of-shop', name: 'shop', adminUrl: 'http://127.0.0.1:1' };
  const cli = await CliFolder.make([{ ...environment, mode: 'traditional' }]);
  const store = createFolderStore(cli.snapshots);
  for (let count = 0; count < 12; count++) {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString();
    await publishSnapshot(store, 'shop', { 'default.kong.yaml': text }, { createdAt, environment });
  }
  expect((await cli.run(prune)).exitCode).toBe(0);
  return { cli, store };
}

it('of a process that is killed while it holds it keeps nobody out of this machine', async () => {
  const { cli, store } = await withSnapshots();
  const { child, exit } = startCliProgram(program, prune, cli.folder, ({ stderr }) => {
    if (stderr.includes('"step":"delete"')) child.kill('SIGKILL');
  });
  expect((await exit).signal).toBe('SIGKILL');
  const lock = path.join(cli.snapshots, 'locks', 'store.json');
  expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ purpose: 'prune' });
  expect((await store.list()).filter(({ problem }) => problem)).toEqual([]);
  const next = await cli.run(prune);
  expect(next.exitCode).toBe(0);
  expect(next.stderr).toContain('was broken');
  expect(await store.list()).toHaveLength(1);
  expect(await readdir(path.join(cli.snapshots, 'locks'))).toEqual(['broken']);
});

it.skipIf(process.platform === 'win32')(
  'is not broken while its process only stands still, and is lost by force',
  async () => {
    const { cli, store } = await withSnapshots();
    const { child, exit } = startCliProgram(program, prune, cli.folder, ({ stderr }) => {
      if (stderr.includes('"step":"delete"') && !child.killed) child.kill('SIGSTOP');
    });
    // Stands still once it said that it deletes.
    while (!child.killed) await new Promise((resolve) => setTimeout(resolve, 10));
    const held = await cli.run(prune);
    expect([held.exitCode, held.stdout]).toEqual([11, '']);
    expect((await cli.run(['unlock'])).exitCode).toBe(11);
    expect((await cli.run(['unlock', '--force'])).exitCode).toBe(0);
    const left = (await store.list()).length;
    child.kill('SIGCONT');
    const { code, stderr } = await exit;
    // The one that it had begun with is gone; before the next it sees that its lock is not its own any more.
    expect(code).toBe(11);
    expect(stderr).toContain('store-locked');
    expect((await store.list()).length).toBeGreaterThanOrEqual(left - 1);
    expect((await cli.run(prune)).exitCode).toBe(0);
  },
);

it('of another machine is stale after half an hour by the clock of the store', async () => {
  const { cli } = await withSnapshots();
  const lock = path.join(cli.snapshots, 'locks', 'store.json');
  const { child, exit } = startCliProgram(program, prune, cli.folder, ({ stderr }) => {
    if (stderr.includes('"step":"delete"')) child.kill('SIGKILL');
  });
  await exit;
  const body = await readFile(lock, 'utf8');
  await writeFile(lock, body.replace(/"process": "[0-9a-f]+/, '"process": "ffffffffffff'));
  expect((await cli.run(prune)).exitCode).toBe(11);
  const past = new Date(Date.now() - 31 * 60_000);
  await utimes(lock, past, past);
  expect((await cli.run(['unlock'])).stdout).toContain('Broken');
  expect((await cli.run(prune)).exitCode).toBe(0);
});
