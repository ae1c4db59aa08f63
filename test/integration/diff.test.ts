import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { EntityHistory } from '../../src/app.js';
import type { ChangeCounts, Plan } from '../../src/core/change.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { admin, CliFolder, type CliResult, practiceGateway } from '../helpers/cli.js';

interface DiffData {
  counts: ChangeCounts;
  plan: Plan;
  unknown: { workspace?: string; kind?: string; reason: string }[];
  notCompared: string[];
}

const page = await readFile(new URL('../../docs/diff.md', import.meta.url), 'utf8');

/** The JSON schemas that the page gives, in their order. Nothing but what they name may be there. */
const [isDiff, isHistory] = [...page.matchAll(/```json schema\r?\n(.*?)```/gs)].map(([, text = '']) =>
  new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(text) as object),
);

function held(validate: typeof isDiff, result: CliResult): void {
  expect(validate?.(result.json()), JSON.stringify(validate?.errors)).toBe(true);
}

/** What `diff` finds as data, held to the page. */
async function diff(cli: CliFolder, from: string, to: string): Promise<DiffData & { exitCode: number }> {
  const result = await cli.run(['diff', from, to, '--format', 'json']);
  held(isDiff, result);
  return { ...result.json<DiffData>(), exitCode: result.exitCode };
}

const counts = (creates: number, updates: number, deletes: number): ChangeCounts => ({ creates, updates, deletes });
const changesOf = ({ plan }: DiffData): string[] =>
  plan.workspaces.flatMap(({ changes }) => changes.map(({ action, kind, label }) => `${action} ${kind} ${label}`));

const orders = { name: 'orders', host: 'orders.internal', retries: 3, tags: ['shop', 'west'] };

/** A gateway with one service, its route and a consumer with a key. */
async function shop() {
  const gateway = await practiceGateway();
  await admin(gateway, 'POST', '/services', orders);
  await admin(gateway, 'POST', '/services/orders/routes', { name: 'orders', paths: ['/orders'] });
  await admin(gateway, 'POST', '/consumers', { username: 'ada' });
  await admin(gateway, 'POST', '/consumers/ada/key-auth', { key: 'adas-key-is-secret' });
  const cli = await CliFolder.make([{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api' }]);
  return { gateway, cli };
}

const backUp = async (cli: CliFolder, name = 'shop'): Promise<Manifest> =>
  (await cli.run(['backup', name, '--format', 'json'])).json<Manifest>();

describe('two workspaces that are named', () => {
  it('are compared under the name of the first, whatever else there is', async () => {
    const gateway = await practiceGateway({ workspaces: ['blue', 'green', 'other'] });
    await admin(gateway, 'POST', '/blue/services', { name: 'bank', host: 'bank.internal', retries: 3 });
    await admin(gateway, 'POST', '/green/services', { name: 'bank', host: 'bank.internal', retries: 4 });
    await admin(gateway, 'POST', '/other/services', { name: 'else', host: 'else.internal' });
    const cli = await CliFolder.make([{ name: 'both', adminUrl: gateway.url, engine: 'admin-api' }]);
    await backUp(cli, 'both');
    for (const [from, to] of [
      ['both/latest@blue', 'both/latest@green'],
      ['live:both@blue', 'live:both@green'],
      ['both/latest@blue', 'live:both@green'],
    ] as const) {
      const found = await diff(cli, from, to);
      expect([found.exitCode, found.counts, found.notCompared]).toEqual([1, counts(0, 1, 0), []]);
      const [blue, ...others] = found.plan.workspaces;
      expect([blue?.workspace, others]).toEqual(['blue', []]);
      expect(blue?.changes[0]?.fields).toEqual([{ path: 'retries', before: 3, after: 4 }]);
    }
    await admin(gateway, 'PATCH', '/green/services/bank', { retries: 3 });
    const same = await cli.run(['diff', 'both/latest@blue', 'live:both@green']);
    expect([same.exitCode, same.stdout]).toEqual([0, 'No differences.\n']);
  });

  it('have to be there', async () => {
    const { cli } = await shop();
    await backUp(cli);
    const { exitCode, stdout, stderr } = await cli.run(['diff', 'shop/latest@default', 'shop/latest@nowhere']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('nowhere');
  });
});

describe('a workspace that one side alone names', () => {
  it('is all that is compared, and a warning says so', async () => {
    const gateway = await practiceGateway({ workspaces: ['blue'] });
    await admin(gateway, 'POST', '/blue/services', { name: 'bank', host: 'bank.internal' });
    const cli = await CliFolder.make([{ name: 'both', adminUrl: gateway.url, engine: 'admin-api' }]);
    await backUp(cli, 'both');
    await admin(gateway, 'POST', '/services', { name: 'new', host: 'new.internal' });
    const result = await cli.run(['diff', 'both/latest@blue', 'live:both', '--format', 'json']);
    held(isDiff, result);
    const found = result.json<DiffData & { warnings: { code: string; message: string }[] }>();
    expect([result.exitCode, found.counts]).toEqual([0, counts(0, 0, 0)]);
    expect(found.warnings).toEqual([
      { code: 'workspace-narrowed', message: expect.stringContaining('only "blue" is compared') as string },
    ]);
    const text = await cli.run(['diff', 'both/latest@blue', 'live:both']);
    expect(text.stdout).toContain('warning: workspace-narrowed: ');
    const named = await cli.run(['diff', 'both/latest@blue', 'live:both@blue']);
    expect(named.stdout).toBe('No differences.\n');
  });
});

describe('what is no difference', () => {
  it('is explained as the page says, where that is asked for', async () => {
    const cli = await CliFolder.make();
    const service = { name: 'orders', host: 'orders.internal', tags: ['shop', 'west'] };
    const fileOf = (more: object): string =>
      JSON.stringify({ _format_version: '3.0', services: [{ ...service, ...more }] });
    await cli.write('a.json', fileOf({}));
    await cli.write('b.json', fileOf({ retries: 5, tags: ['west', 'shop'] }));
    const result = await cli.run(['diff', 'a.json', 'b.json', '--explain', '--format', 'json']);
    held(isDiff, result);
    expect(result.exitCode).toBe(0);
    const { same } = result.json<{ same: { reason: string; why: string }[] }>();
    expect(same).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'default', kind: 'services', path: 'retries', count: 1, example: 'orders' }),
        expect.objectContaining({ reason: 'order', kind: 'services', path: 'tags', count: 1, example: 'orders' }),
      ]),
    );
    for (const { why } of same) expect(why).not.toBe('');
    const text = await cli.run(['diff', 'a.json', 'b.json', '--explain']);
    expect([text.exitCode, text.stdout]).toEqual([0, expect.stringContaining('retries')]);
    expect((await cli.run(['diff', 'a.json', 'b.json'])).stdout).toBe('No differences.\n');
    const plain = await cli.run(['diff', 'a.json', 'b.json', '--format', 'json']);
    expect(plain.json<object>()).not.toHaveProperty('same');
  });
});

describe('a file beside a snapshot', () => {
  /** As a person writes it: no ids, no defaults, sets in another order. */
  const written = [
    'services:',
    '- name: orders',
    '  host: orders.internal',
    '  retries: 3',
    '  tags: [west, shop]',
    '  routes:',
    '  - name: orders',
    '    paths: [/orders]',
  ];
  const ada = ['consumers:', '- username: ada', '  keyauth_credentials:', '  - key: adas-key-is-secret'];
  const text = (version: string, ...lines: string[]): string =>
    [`_format_version: "${version}"`, ...lines, ''].join('\n');

  it('is equal without ids, defaults and computed fields, in any order', async () => {
    const { cli } = await shop();
    await backUp(cli);
    await cli.write('kong.yaml', text('3.0', ...ada, ...written));
    for (const sides of [
      ['kong.yaml', 'shop/latest'],
      ['shop/latest', 'kong.yaml'],
      ['live:shop', 'kong.yaml'],
    ]) {
      const { exitCode, stdout } = await cli.run(['diff', ...sides]);
      expect([exitCode, stdout]).toEqual([0, 'No differences.\n']);
    }
    await cli.write('kong.yaml', text('3.0', ...ada, ...written).replace('retries: 3', 'retries: 7'));
    const found = await diff(cli, 'shop/latest', 'kong.yaml');
    expect([found.exitCode, found.counts]).toEqual([1, counts(0, 1, 0)]);
    expect(found.plan.workspaces[0]?.changes[0]?.fields).toEqual([{ path: 'retries', before: 3, after: 7 }]);
  });

  it('may be a folder, whose files are one', async () => {
    const { cli } = await shop();
    await backUp(cli);
    await cli.write('team/services.yaml', text('3.0', ...written));
    await cli.write('team/people/consumers.yaml', text('3.0', ...ada));
    expect(await diff(cli, 'team', 'shop/latest')).toMatchObject({ exitCode: 0, counts: counts(0, 0, 0) });
    await rm(path.join(cli.folder, 'team', 'people', 'consumers.yaml'));
    const found = await diff(cli, 'team', 'shop/latest');
    expect(found.exitCode).toBe(1);
    expect(changesOf(found).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'create consumers',
      'create keyauth_credentials',
    ]);
  });

  it('may be one for gateways without a database', async () => {
    const { cli } = await shop();
    await backUp(cli);
    const flat = [
      '_transform: false',
      ...written.slice(0, 5),
      'routes:',
      '- name: orders',
      '  service: orders',
      '  paths: [/orders]',
      'consumers:',
      '- username: ada',
      'keyauth_credentials:',
      '- consumer: ada',
      '  key: adas-key-is-secret',
    ];
    await cli.write('dbless.yaml', text('3.0', ...flat));
    expect(await diff(cli, 'dbless.yaml', 'shop/latest')).toMatchObject({ exitCode: 0, counts: counts(0, 0, 0) });
    await cli.write('dbless.yaml', text('3.0', ...flat).replace('[/orders]', '[/other]'));
    const found = await diff(cli, 'shop/latest', 'dbless.yaml');
    expect([found.exitCode, changesOf(found)]).toEqual([1, ['update routes orders']]);
  });

  it('is refused when it is broken or not there, with nothing on standard output', async () => {
    const { cli } = await shop();
    await backUp(cli);
    await cli.write('broken.yaml', 'services: [');
    for (const [side, code] of [
      ['broken.yaml', 'file-invalid'],
      ['missing.yaml', 'file-unreadable'],
      ['shop/2020-01-01T00-00-00.000Z', 'snapshot-missing'],
      ['live:nobody', 'environment-missing'],
    ] as const) {
      const { exitCode, stdout, stderr } = await cli.run(['diff', side, 'shop/latest']);
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(code)]);
    }
  });
});

describe('what cannot be compared', () => {
  it('is named and ends with 1, though nothing differs', async () => {
    const { gateway, cli } = await shop();
    gateway.faults.add({ path: /^\/consumers/, effect: { status: 403, body: { message: 'forbidden' } } });
    await backUp(cli);
    gateway.faults.clear();
    const { id } = (await cli.run(['snapshots', 'shop', '--format', 'json'])).json<{ id: string }[]>()[0] ?? { id: '' };
    const found = await diff(cli, id, 'live:shop');
    expect(found).toMatchObject({ exitCode: 1, counts: counts(0, 0, 0) });
    expect(found.unknown).toContainEqual(expect.objectContaining({ workspace: 'default', kind: 'consumers' }));
    const markdown = await cli.run(['diff', id, 'live:shop', '--format', 'markdown']);
    expect(markdown.stdout).toContain('Nothing differs in what could be compared.');
    expect(markdown.stdout).toContain('- ⚠️ Not compared: default consumers:');
  });
});

describe('a comparison for a pull request', () => {
  it('counts, escapes and masks', async () => {
    const { gateway, cli } = await shop();
    await backUp(cli);
    await admin(gateway, 'PATCH', '/services/orders', { retries: 9 });
    await admin(gateway, 'DELETE', '/routes/orders');
    const { body } = await admin(gateway, 'GET', '/consumers/ada/key-auth');
    const [key] = body['data'] as { id: string }[];
    await admin(gateway, 'PATCH', `/consumers/ada/key-auth/${key?.id}`, { key: 'a-new-secret-key' });
    await admin(gateway, 'POST', '/consumers', { username: '<b>@all</b> |', custom_id: '```' });
    const { exitCode, stdout } = await cli.run(['diff', 'shop/latest', 'live:shop', '--format', 'markdown']);
    expect(exitCode).toBe(1);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '### shop/latest → live:shop',
      '',
      '**1 to create, 2 to update, 1 to delete**',
      '',
      '| workspace | kind | create | update | delete |',
      '| --- | --- | ---: | ---: | ---: |',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        '| default | services | 0 | 1 | 0 |',
        '| default | routes | 0 | 0 | 1 |',
        '| default | keyauth&#95;credentials | 0 | 1 | 0 |',
        '<details><summary>✏️ services <b>orders</b> (default)</summary>',
        '````diff',
        '- retries: 3',
        '+ retries: 9',
        '! key: changed, not shown',
        '<details><summary>➕ consumers <b>&lt;b&gt;&#64;all&lt;/b&gt; &#124;</b> (default)</summary>',
      ]),
    );
    expect(stdout).not.toMatch(/adas-key-is-secret|a-new-secret-key/);
    expect(stdout.match(/<details>/g)).toHaveLength(4);
  });
});

describe('the history of an entity', () => {
  const history = async (cli: CliFolder, ...words: string[]): Promise<EntityHistory> => {
    const result = await cli.run(['history', 'shop', ...words, '--format', 'json']);
    expect(result.exitCode).toBe(0);
    held(isHistory, result);
    return result.json<EntityHistory>();
  };

  it('tells when it came, changed, got another name and went', async () => {
    const { gateway, cli } = await shop();
    await backUp(cli);
    const { body } = await admin(gateway, 'POST', '/services', { name: 'bank', host: 'bank.internal', retries: 3 });
    for (const change of [{}, { retries: 4 }, { name: 'treasury' }]) {
      await admin(gateway, 'PATCH', `/services/${String(body['id'])}`, change);
      await backUp(cli);
    }
    await admin(gateway, 'DELETE', '/services/treasury');
    await backUp(cli);
    const changes = ['absent', 'created', 'updated', 'updated', 'deleted'];
    for (const name of ['treasury', String(body['id'])]) {
      const { id, versions } = await history(cli, 'services', name);
      expect([id, versions.map(({ change }) => change)]).toEqual([body['id'], changes]);
      expect(versions.map(({ entity }) => entity?.['id'])).toEqual([undefined, id, id, id, undefined]);
      expect(versions[3]?.fields).toEqual([{ path: 'name', before: 'bank', after: 'treasury' }]);
    }
    const { stdout } = await cli.run(['history', 'shop', 'services', 'treasury']);
    expect(stdout).toContain(`services treasury (${String(body['id'])}) in default: 5 snapshots`);
    expect(stdout).toContain('retries: 3 → 4');
    expect(stdout).toContain('name: "bank" → "treasury"');
    expect(stdout).toMatch(/Z {2}deleted\n$/);
  });

  it('lists snapshots that are not whole or damaged as unknown', async () => {
    const { gateway, cli } = await shop();
    const ids: string[] = [];
    for (const retries of [3, 4, 5, 6]) {
      await admin(gateway, 'PATCH', '/services/orders', { retries });
      ids.push((await backUp(cli)).id);
    }
    const folderOf = (id = ''): string => path.join(cli.snapshots, ...id.split('/'));
    await rm(path.join(folderOf(ids[1]), 'default.kong.yaml'));
    await writeFile(path.join(folderOf(ids[2]), 'manifest.json'), '{');
    const { versions } = await history(cli, 'services', 'orders');
    expect(versions.map(({ snapshot, change }) => [snapshot, change])).toEqual([
      [ids[0], 'first'],
      [ids[1], 'unknown'],
      [ids[2], 'unknown'],
      [ids[3], 'updated'],
    ]);
    expect(versions[3]?.fields).toEqual([{ path: 'retries', before: 3, after: 6 }]);
    const { stdout } = await cli.run(['history', 'shop', 'services', 'orders']);
    expect(stdout).toContain(`${ids[1]}  unknown: It lacks default.kong.yaml.`);
  });

  it('masks secrets', async () => {
    const { gateway, cli } = await shop();
    await backUp(cli);
    const { body } = await admin(gateway, 'GET', '/consumers/ada/key-auth');
    const [key] = body['data'] as { id: string }[];
    await admin(gateway, 'PATCH', `/consumers/ada/key-auth/${key?.id}`, { key: 'a-new-secret-key' });
    await backUp(cli);
    const { versions } = await history(cli, 'keyauth_credentials', key?.id ?? '');
    expect(versions.map(({ change }) => change)).toEqual(['first', 'updated']);
    expect(JSON.stringify(versions)).not.toMatch(/adas-key-is-secret|a-new-secret-key/);
    const { stdout } = await cli.run(['history', 'shop', 'keyauth_credentials', key?.id ?? '']);
    expect(stdout).toContain('    key: changed\n');
  });

  it('ends with 2 where no snapshot holds it', async () => {
    const { cli } = await shop();
    await backUp(cli);
    for (const words of [
      ['services', 'nobody'],
      ['services', 'orders', '--workspace', 'nowhere'],
    ]) {
      const { exitCode, stdout, stderr } = await cli.run(['history', 'shop', ...words]);
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('snapshot-without-part')]);
    }
    const { stderr } = await cli.run(['history', 'shop', 'servces', 'orders']);
    expect(stderr).toMatch(/selector-unknown: .*"servces".* Did you mean services\?/s);
  });
});
