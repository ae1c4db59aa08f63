import { mkdir, readdir, writeFile } from 'node:fs/promises';
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
