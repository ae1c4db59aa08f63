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
const schema: Answer = { json: { fields: [{ id: { type: 'string' } }] } };

describe('the kinds of a gateway', () => {
  it('are those that it lists', async () => {
    const { gateway, target } = await gatewayOf({
      '/endpoints': endpoints(...both('/services', 'services'), ...both('/key-auths', 'keyauth_credentials')),
      '/services': list({ id: 's' }),
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
      '/endpoints': endpoints(...both('/widgets', 'widgets'), ...both('/gadgets', 'gadgets')),
      '/schemas/widgets': schema,
      '/schemas/gadgets': forbidden,
    });
    const { gaps } = await driver.count(target, 'default', context);
    expect(gaps.map(({ kind }) => kind).sort()).toEqual(['gadgets', 'widgets']);
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
        { part: 'entities', kind: 'licenses', count: undefined },
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
