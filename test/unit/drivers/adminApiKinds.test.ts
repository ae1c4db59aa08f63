import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { JsonObject } from '../../../src/core/json.js';
import { createAdminApiDriver } from '../../../src/drivers/adminApi.js';
import { readDeckFile } from '../../../src/estate/deckFile.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { type Answer, type Script, startScriptedGateway, targetOf } from '../../helpers/scriptedGateway.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const driver = createAdminApiDriver({ requestTimeout: 10_000 });
const context = quietContext();
const notFound: Answer = { status: 404, json: { message: 'Not found' } };
const forbidden: Answer = { status: 403, json: { message: 'no role' } };
const list = (...data: JsonObject[]): Answer => ({ json: { data, next: null } });
const root: Answer = { json: { version: '3.9.3', configuration: { database: 'postgres' } } };

async function gatewayOf(answers: Record<string, Answer>) {
  const writes: { method: string; path: string; body: string }[] = [];
  const script: Script = ({ method, path: at }, body) => {
    if (method !== 'GET') writes.push({ method, path: at, body });
    if (method !== 'GET') return { status: method === 'DELETE' ? 204 : 201, json: {} };
    return answers[at] ?? (at === '/' ? root : notFound);
  };
  const gateway = await startScriptedGateway(script);
  onTestFinished(() => gateway.close());
  return { gateway, target: targetOf(gateway.url), writes };
}

const endpoints = (...paths: string[]): Answer => ({ json: { data: paths } });
const both = (collection: string, kind: string): string[] => [collection, `${collection}/{${kind}}`];
/** Something that answers, so that the workspace is one. */
const nothingElse = { '/services': list() };
const schema: Answer = { json: { fields: [{ id: { type: 'string' } }] } };

describe('the kinds of a gateway', () => {
  it('are those that it lists', async () => {
    const { gateway, target } = await gatewayOf({
      '/endpoints': endpoints(...both('/services', 'services'), ...both('/key-auths', 'keyauth_credentials')),
      '/services': list({ id: 's' }),
      '/key-auths': list(),
    });
    const { counts, gaps } = await driver.count(target, 'default', context);
    expect(counts).toEqual({ services: 1 });
    expect(gaps).toEqual([]);
    expect(gateway.requests.map(({ path: at }) => at).sort()).toEqual(['/endpoints', '/key-auths', '/services']);
  });

  it.each([
    ['says nothing', notFound],
    ['may not say', forbidden],
  ])('are those known here where it %s', async (_what, answer) => {
    const { target } = await gatewayOf({
      '/endpoints': answer,
      '/routes': list({ id: 'r' }),
      '/plugins': list({ id: 'p' }),
    });
    const { counts, gaps } = await driver.count(target, 'default', context);
    expect(counts).toEqual({ routes: 1, plugins: 1 });
    expect(gaps).toEqual([]);
  });

  it('may be unknown here: they are taken when there is a schema, into a file that reads back', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/widgets', 'widgets'), ...both('/cache', 'key'), '/acme/x/{widgets}'),
      '/schemas/widgets': schema,
      '/widgets': list({ id: 'w', colour: 'red', service: { id: 's' }, created_at: 1, note: null }),
    });
    const file = path.join(await temporaryFolder(), 'kong.yaml');
    const { counts, gaps } = await driver.dump(target, { workspace: 'default', file }, context);
    expect(counts).toEqual({ widgets: 1 });
    expect(gaps).toEqual([]);
    expect(readDeckFile(await readFile(file, 'utf8'), file).entities).toEqual([
      { kind: 'widgets', fields: { id: 'w', colour: 'red', service: { id: 's' } } },
    ]);
  });

  it('that are listed but can not be read are gaps', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(
        ...both('/widgets', 'widgets'),
        ...both('/gadgets', 'gadgets'),
        ...both('/gears', 'gears'),
        ...both('/services', 'services'),
      ),
      '/schemas/widgets': schema,
      '/schemas/gadgets': forbidden,
      '/schemas/gears': { json: { fields: 'none' } },
      '/gears': list({ id: 'g' }),
      ...nothingElse,
    });
    const { gaps } = await driver.count(target, 'default', context);
    expect(gaps.map(({ kind }) => kind).sort()).toEqual(['gadgets', 'gears', 'widgets']);
  });

  it('that are known here and listed, but have nothing at their address, are gaps too', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/services', 'services'), ...both('/plugins', 'plugins')),
      '/services': list({ id: 's' }),
    });
    const { counts, gaps } = await driver.count(target, 'default', context);
    expect(counts).toEqual({ services: 1 });
    expect(gaps).toMatchObject([{ kind: 'plugins', reason: expect.stringContaining('lists this kind') as string }]);
  });

  it('are no kinds where the address gives no list, though the schema may not be read', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/level', 'level'), ...both('/purge', 'purge')),
      '/schemas/level': forbidden,
      '/level': { json: { message: 'log level: notice' } },
      '/schemas/purge': forbidden,
      '/purge': { status: 405, json: { message: 'Method not allowed' } },
    });
    expect(await driver.count(target, 'default', context)).toEqual({ counts: {}, gaps: [] });
  });

  it.each([
    ['those it lists', endpoints(...both('/services', 'services'), ...both('/routes', 'routes'))],
    ['those known here', forbidden],
  ])('that all answer 404 mean that the workspace is not there: %s', async (_what, answer) => {
    const { target } = await gatewayOf({ '/endpoints': answer, '/workspaces/paymentz': forbidden });
    await expect(driver.count(target, 'paymentz', context)).rejects.toMatchObject({ code: 'workspace-missing' });
  });

  it('are held whole or not at all: a later page, or the children of one parent, may fail', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/upstreams', 'upstreams'), ...both('/targets', 'targets')),
      '/upstreams': list({ id: 'u', name: 'u' }, { id: 'v', name: 'v' }),
      '/upstreams/u/targets': list({ id: 't', target: '10.0.0.1:80', upstream: { id: 'u' } }),
      '/upstreams/v/targets': { status: 500, json: { message: 'An unexpected error occurred' } },
    });
    const file = path.join(await temporaryFolder(), 'kong.yaml');
    const { counts, gaps } = await driver.dump(target, { workspace: 'default', file }, context);
    expect(counts).toEqual({ upstreams: 2 });
    expect(gaps).toMatchObject([{ kind: 'targets' }]);
    expect(await readFile(file, 'utf8')).not.toContain('10.0.0.1');
  });

  it('are not held when the second page fails', async () => {
    let pages = 0;
    const script: Script = ({ path: at }) => {
      if (at === '/endpoints') return endpoints(...both('/services', 'services'), ...both('/routes', 'routes'));
      if (at === '/routes') return list({ id: 'r' });
      if (at !== '/services') return notFound;
      return ++pages === 1 ? { json: { data: [{ id: 's' }], offset: 'two', next: '/services?offset=two' } } : forbidden;
    };
    const gateway = await startScriptedGateway(script);
    onTestFinished(() => gateway.close());
    const { entities, counts, gaps } = await driver.read(targetOf(gateway.url), 'default', {}, context);
    expect(pages).toBe(2);
    expect(counts).toEqual({ routes: 1 });
    expect(entities.map(({ kind }) => kind)).toEqual(['routes']);
    expect(gaps).toMatchObject([{ kind: 'services' }]);
  });

  it('are not taken for absent when a parent went while they were read', async () => {
    const gone = {
      '/endpoints': endpoints(...both('/upstreams', 'upstreams'), ...both('/targets', 'targets')),
      '/upstreams': list({ id: 'u', name: 'u' }),
    };
    const { target } = await gatewayOf(gone);
    expect(await driver.count(target, 'default', context)).toEqual({ counts: { upstreams: 1 }, gaps: [] });
    const { target: shut } = await gatewayOf({ ...gone, '/upstreams/u': { json: { id: 'u' } } });
    expect((await driver.count(shut, 'default', context)).gaps).toMatchObject([{ kind: 'targets' }]);
  });

  it('keep every null where the schema may not be read', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/services', 'services')),
      '/services': list({ id: 's', name: 's', host: 'h', retries: null }),
      '/schemas/services': forbidden,
    });
    const file = path.join(await temporaryFolder(), 'kong.yaml');
    await driver.dump(target, { workspace: 'default', file }, context);
    expect(readDeckFile(await readFile(file, 'utf8'), file).entities).toMatchObject([{ fields: { retries: null } }]);
  });

  it('write no file when the job is cancelled while schemas are read', async () => {
    const stop = new AbortController();
    const script: Script = ({ path: at }) => {
      if (at === '/') return root;
      if (at === '/services') return list({ id: 's', name: 's', host: 'h', retries: null });
      if (!at.startsWith('/schemas/')) return notFound;
      stop.abort();
      return 'hang';
    };
    const gateway = await startScriptedGateway(script);
    onTestFinished(() => gateway.close());
    const file = path.join(await temporaryFolder(), 'kong.yaml');
    const dump = driver.dump(targetOf(gateway.url), { workspace: 'default', file }, quietContext(stop.signal));
    await expect(dump).rejects.toMatchObject({
      code: 'cancelled',
      place: expect.stringContaining('/schemas/') as string,
    });
  });

  it("that decK's format has no place for are said when there are any", async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(
        ...both('/oauth2_tokens', 'oauth2_tokens'),
        ...both('/sessions', 'sessions'),
        ...both('/licenses', 'licenses'),
      ),
      '/oauth2_tokens': list({ id: 't' }),
      '/sessions': list(),
      '/licenses': forbidden,
    });
    const { gaps } = await driver.count(target, 'default', context);
    expect(gaps.map(({ part, kind, count }) => ({ part, kind, count }))).toEqual(
      expect.arrayContaining([
        { part: 'credentials', kind: 'oauth2_tokens', count: 1 },
        { part: 'licences', kind: 'licenses', count: undefined },
      ]),
    );
    expect(gaps).toHaveLength(2);
  });

  it('without WebAssembly have no filter chains', async () => {
    const { target } = await gatewayOf({
      '/endpoints': endpoints(...both('/filter-chains', 'filter_chains')),
      '/filter-chains': { status: 400, json: { message: 'this endpoint is only available when wasm is enabled' } },
    });
    expect(await driver.count(target, 'default', context)).toEqual({ counts: {}, gaps: [] });
  });
});

describe('the members of consumer groups', () => {
  const groups = {
    '/endpoints': endpoints(...both('/consumers', 'consumers'), ...both('/consumer_groups', 'consumer_groups')),
    '/consumers': list({ id: 'c1', username: 'alice' }, { id: 'c2', username: 'bob' }),
    '/consumer_groups': list({ id: 'g', name: 'gold' }),
    '/consumer_groups/g/consumers': { json: { consumers: [{ id: 'c1' }], next: null } },
  };

  it('are read, counted, written and read back', async () => {
    const { target } = await gatewayOf(groups);
    const file = path.join(await temporaryFolder(), 'kong.yaml');
    const { counts } = await driver.dump(target, { workspace: 'default', file }, context);
    expect(counts).toEqual({ consumers: 2, consumer_groups: 1, consumer_group_consumers: 1 });
    const { entities } = readDeckFile(await readFile(file, 'utf8'), file);
    const members = entities.filter(({ kind }) => kind === 'consumer_group_consumers');
    expect(members).toMatchObject([{ fields: { consumer: { id: 'c1' }, consumer_group: { id: 'g' } } }]);
  });

  it('come and go by the address of the group', async () => {
    const { target, writes } = await gatewayOf(groups);
    const { entities: live } = await driver.read(target, 'default', {}, context);
    const desired = live.map(({ kind, fields }) =>
      kind === 'consumer_group_consumers'
        ? { kind, fields: { ...fields, id: 'new', consumer: { id: 'c2' } } }
        : { kind, fields },
    );
    const facts = { version: '3.9', entities: {}, plugins: {} };
    const plan = planWorkspace({ workspace: 'default', exists: true, desired, live, facts });
    await driver.apply(target, { plan, file: '' }, context);
    expect(writes).toEqual(
      expect.arrayContaining([
        { method: 'POST', path: '/consumer_groups/g/consumers', body: '{"consumer":"c2"}' },
        { method: 'DELETE', path: '/consumer_groups/g/consumers/c1', body: '' },
      ]),
    );
  });
});
