import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PruneReport, VerifyReport } from '../../src/app.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { CliFolder, practiceGateway } from '../helpers/cli.js';

const secret = 'KONG_BACKUP_TEST_PASSPHRASE';

afterEach(() => {
  delete process.env[secret];
});

/** A folder with a gateway whose snapshots go into a store of their own. */
async function withStore(store: object) {
  const gateway = await practiceGateway({ estate: 'believable' });
  const cli = await CliFolder.make();
  const environment = {
    id: 'e1',
    name: 'shop',
    adminUrl: gateway.url,
    engine: 'admin-api',
    store: 'vault',
    retention: { keepLast: 1, grace: '0d' },
  };
  await cli.write(
    'kong-environments.yaml',
    JSON.stringify({ stores: [{ name: 'vault', ...store }], environments: [environment] }),
  );
  return cli;
}

describe('an encrypted store', () => {
  it('is verified quickly and pruned without a key, deeply with one, and ends with 12 by a wrong one', async () => {
    const cli = await withStore({ folder: 'vault', encryption: { passphrase: `\${env:${secret}}` } });
    process.env[secret] = 'right';
    const taken = await cli.run(['backup', 'shop', '--format', 'json']);
    expect(taken.exitCode).toBe(0);
    const { id } = taken.json<Manifest>();
    await cli.run(['backup', 'shop']);
    const deep = await cli.run(['verify', id, '--deep', '--format', 'json']);
    expect(deep.json<VerifyReport>().verifications).toMatchObject([{ id, result: 'whole', depth: 'deep' }]);

    process.env[secret] = 'wrong';
    const wrong = await cli.run(['verify', id, '--deep']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([12, expect.stringContaining('key-wrong') as string]);
    expect((await cli.run(['verify', id])).exitCode).toBe(0);

    const first = await cli.run(['prune', 'shop', '--format', 'json']);
    expect(first.json<PruneReport>().forgotten).toEqual([id]);
    expect((await cli.run(['prune', 'shop', '--format', 'json'])).json<PruneReport>().deleted).toEqual([id]);
    expect(await readdir(path.join(cli.folder, 'vault', 'shop'))).toHaveLength(1);
    // A passphrase takes a second to try by itself, and many seconds on a busy machine.
  }, 300_000);
});

it('verifies deeply what it can where the key of some snapshots is another one', async () => {
  const cli = await withStore({ folder: 'vault' });
  const keep = ['--file', 'right.key', '--kept-elsewhere'];
  expect((await cli.run(['key', 'new', 'vault', ...keep])).exitCode).toBe(0);
  const { id } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
  await rename(path.join(cli.folder, 'right.key'), path.join(cli.folder, 'kept.key'));
  const wrong = await cli.run(['verify', '--all', '--deep']);
  expect([wrong.exitCode, wrong.stderr]).toEqual([12, expect.stringContaining('key-missing') as string]);

  const open = await cli.run(['copy', id, '--to', 'default', '--decrypt']);
  expect(open.exitCode).toBe(12);
  await copyFile(path.join(cli.folder, 'kept.key'), path.join(cli.folder, 'right.key'));
  expect((await cli.run(['copy', id, '--to', 'default', '--decrypt'])).exitCode).toBe(0);
  await rm(path.join(cli.folder, 'right.key'));
  const verified = await cli.run(['verify', '--all', '--deep', '--format', 'json']);
  expect(verified.exitCode).toBe(3);
  const { verifications, failed } = verified.json<VerifyReport>();
  expect(verifications).toMatchObject([{ id: id.replace('vault:', ''), result: 'whole' }]);
  expect(failed).toMatchObject([{ id, code: 'key-missing' }]);
}, 60_000);

it('ends prune with 11 where the one store with snapshots is locked', async () => {
  const cli = await withStore({ folder: 'vault' });
  await cli.run(['backup', 'shop']);
  const since = new Date().toISOString();
  const lock = {
    id: 'a',
    name: 'store',
    purpose: 'prune',
    owner: 'other',
    since,
    process: 'elsewhere.1',
    refreshes: 0,
  };
  await mkdir(path.join(cli.folder, 'vault', 'locks'));
  await writeFile(path.join(cli.folder, 'vault', 'locks', 'store.json'), JSON.stringify(lock));
  const pruned = await cli.run(['prune', 'shop']);
  expect([pruned.exitCode, pruned.stderr]).toEqual([11, expect.stringContaining('store-locked') as string]);
}, 60_000);

it('says of a damaged snapshot that is to be let go that it is damaged', async () => {
  const cli = await withStore({ folder: 'vault' });
  const { id } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
  await writeFile(path.join(cli.folder, 'vault', ...id.replace('vault:', '').split('/'), 'default.kong.yaml'), 'x');
  const forgotten = await cli.run(['forget', id]);
  expect([forgotten.exitCode, forgotten.stderr]).toEqual([2, expect.stringContaining('snapshot-damaged') as string]);
}, 60_000);

describe('a store that is not there', () => {
  it('ends verify with 10', async () => {
    const s3 = {
      bucket: 'none',
      endpoint: 'http://127.0.0.1:9',
      pathStyle: true,
      region: 'x',
      accessKeyId: '${env:USER_X}',
    };
    const cli = await withStore({ s3 });
    const { exitCode, stderr } = await cli.run(['verify', '--all']);
    expect([exitCode, stderr]).toEqual([10, expect.stringContaining('store-unreachable') as string]);
    // The others are listed, and what is not known of this one is said.
    const listed = await cli.run(['snapshots']);
    expect([listed.exitCode, listed.stdout]).toEqual([10, expect.stringContaining('store-unreachable') as string]);
  }, 60_000);

  it('is said of a folder that is away, and looking into it does not make it', async () => {
    const cli = await withStore({ folder: 'mount/vault' });
    const id = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>().id;
    await rename(path.join(cli.folder, 'mount'), path.join(cli.folder, 'elsewhere'));
    const time = id.replace('vault:', '');
    for (const argv of [
      ['snapshots'],
      ['snapshots', 'shop'],
      ['verify', '--all'],
      ['verify', 'vault:shop/latest'],
      ['verify', time],
      ['prune', 'shop'],
      ['prune', 'shop', '--dry-run'],
      ['restore', 'shop/latest', 'shop', '--yes'],
      ['restore', id, 'shop', '--yes'],
      ['drift', 'shop'],
      ['pin', id],
      ['delete', id, '--yes'],
      ['unlock'],
    ]) {
      const { exitCode, stdout, stderr } = await cli.run(argv);
      expect([argv, exitCode, stdout + stderr]).toEqual([
        argv,
        10,
        expect.stringMatching(/vault \(.*vault\)[:\s]+The folder of this store is not there\./),
      ]);
    }
    expect(await readdir(cli.folder)).not.toContain('mount');
    expect((await cli.run(['backup', 'shop'])).exitCode).toBe(0);
    expect((await cli.run(['snapshots', 'shop'])).exitCode).toBe(0);
  }, 120_000);
});

it('leaves alone folders of other systems that look almost like snapshots', async () => {
  const cli = await withStore({ folder: 'vault' });
  const { id } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
  const strange = path.join(cli.folder, 'vault', 'shop', 'COPY OF 2026-01-01T00:00:00');
  await mkdir(strange, { recursive: true });
  await writeFile(path.join(strange, 'manifest.json'), '{"formatVersion": 1}');
  await writeFile(path.join(cli.folder, 'vault', 'shop', 'Thumbs.db'), 'x');
  const verified = await cli.run(['verify', '--all', '--format', 'json']);
  expect(verified.exitCode).toBe(0);
  expect(verified.json<VerifyReport>().verifications.map((each) => each.id)).toEqual([id]);
  const pruned = await cli.run(['prune', 'shop', '--format', 'json']);
  expect(pruned.json<PruneReport>()).toMatchObject({ deleted: [], forgotten: [] });
  expect(await readdir(path.join(cli.folder, 'vault', 'shop'))).toHaveLength(3);
});
