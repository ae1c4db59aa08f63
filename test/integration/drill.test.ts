import { describe, expect, it } from 'vitest';
import type { DrillReport } from '../../src/app.js';
import type { CatalogueEntry, Manifest } from '../../src/core/snapshot.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

async function prepared() {
  const [source, scratch] = [await practiceGateway(), await practiceGateway()];
  for (const name of ['a', 'b']) await admin(source, 'POST', '/services', { name, host: 'one.test' });
  await admin(source, 'POST', '/services/a/routes', { name: 'r', paths: ['/r'] });
  await admin(scratch, 'POST', '/services', { name: 'mine', host: 'two.test' });
  const cli = await CliFolder.make([
    { id: 's', name: 'shop', adminUrl: source.url, engine: 'admin-api' },
    { id: 't', name: 'try', adminUrl: scratch.url, engine: 'admin-api', scratch: true },
    { id: 'u', name: 'used', adminUrl: scratch.url.replace('127.0.0.1', 'localhost'), engine: 'admin-api' },
    { id: 'v', name: 'again', adminUrl: source.url, engine: 'admin-api', scratch: true },
  ]);
  const { id } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
  const entries = async (): Promise<CatalogueEntry[]> =>
    (await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>();
  return { source, scratch, cli, id, entries };
}

describe('kong-backup drill', () => {
  it('restores into a practice gateway, and keeps what came of it by the snapshot', { timeout: 120_000 }, async () => {
    const { cli, id, entries, source } = await prepared();
    source.requests.clear();
    const done = await cli.run(['drill', 'shop/latest', '--format', 'json']);
    expect([done.exitCode, done.json<DrillReport>()]).toMatchObject([
      0,
      { snapshot: id, result: 'equal', equal: 3, differs: [], teardown: 'stopped', applied: { creates: 3 } },
    ]);
    expect(source.requests.total).toBe(0);
    const listed = await entries();
    expect(listed.map((entry) => [entry.id, entry.state?.drilled?.result])).toEqual([[id, 'equal']]);
    expect((await cli.run(['snapshots'])).stdout).toMatch(/drilled \d{4}-/);
    expect((await cli.run(['restores', '--format', 'json'])).json<unknown[]>()).toEqual([]);
  });

  it('refuses what is no scratch, and the gateway that the snapshot is of', { timeout: 120_000 }, async () => {
    const { cli, scratch, source } = await prepared();
    scratch.requests.clear();
    source.requests.clear();
    for (const into of ['used', 'shop', 'again', 'try']) {
      const refused = await cli.run(['drill', 'shop/latest', '--into', into]);
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('scratch')]);
    }
    expect(scratch.requests.total + source.requests.total).toBe(0);
  });

  it('puts back what a scratch environment held, also when the drill fails', { timeout: 180_000 }, async () => {
    const { cli, scratch, entries } = await prepared();
    await cli.write(
      'kong-environments.yaml',
      JSON.stringify({
        environments: [
          { id: 's', name: 'shop', adminUrl: 'http://127.0.0.1:9', engine: 'admin-api' },
          { id: 't', name: 'try', adminUrl: scratch.url, engine: 'admin-api', scratch: true },
        ],
      }),
    );
    const held = async (): Promise<string[]> =>
      ((await admin(scratch, 'GET', '/services')).body as { data: { name: string }[] }).data.map(({ name }) => name);

    const done = await cli.run(['drill', 'shop/latest', '--into', 'try', '--format', 'json']);
    expect([done.exitCode, done.json<DrillReport>()]).toMatchObject([0, { result: 'equal', teardown: 'put-back' }]);
    expect(await held()).toEqual(['mine']);

    scratch.faults.add({
      methods: ['POST', 'PUT'],
      path: /\/routes/,
      effect: { status: 400, body: { message: 'no' } },
    });
    const refused = await cli.run(['drill', 'shop/latest', '--into', 'try', '--format', 'json']);
    expect([refused.exitCode, refused.json<DrillReport>()]).toMatchObject([
      1,
      { result: 'differs', differs: [{ kind: 'routes', action: 'create' }], teardown: 'put-back' },
    ]);
    expect(await held()).toEqual(['mine']);
    const listed = await entries();
    expect(listed.map(({ state }) => state?.drilled?.result)).toEqual(['differs']);
  });
});
