import { readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OperationContext, quietContext } from '../../../src/core/context.js';
import type { Target } from '../../../src/core/environment.js';
import type { JsonObject } from '../../../src/core/json.js';
import { createAdminApiDriver } from '../../../src/drivers/adminApi.js';
import { readDeckFile } from '../../../src/estate/deckFile.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { type PracticeGatewayOptions, startPracticeGateway } from '../../../src/practice/practiceGateway.js';
import type { SchemaFacts } from '../../../src/schema/facts.js';
import { loadEstate } from '../../helpers/loadEstate.js';
import { targetOf } from '../../helpers/scriptedGateway.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const facts = JSON.parse(readFileSync(new URL('../../../schemas/3.9.json', import.meta.url), 'utf8')) as SchemaFacts;
const driver = createAdminApiDriver({ requestTimeout: 10_000, connections: 8 });
const context = quietContext();
const workspace = 'default';

async function gatewayOf(options: Partial<PracticeGatewayOptions> = {}) {
  const gateway = await startPracticeGateway({ facts, ...options });
  onTestFinished(() => gateway.close());
  return { gateway, target: targetOf(gateway.url) };
}

const fileIn = async (name = 'kong.yaml'): Promise<string> => path.join(await temporaryFolder(), name);

const planFor = async (target: Target, desired: readonly Entity[]) => {
  const { entities: live } = await driver.read(target, workspace, {}, context);
  return planWorkspace({ workspace, exists: true, desired, live, facts });
};
const apply = async (target: Target, desired: readonly Entity[], with_: OperationContext = context) =>
  driver.apply(target, { plan: await planFor(target, desired), file: '' }, with_);

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const service = (n: number, more: JsonObject = {}): Entity => ({
  kind: 'services',
  fields: { id: id(n), name: `s${n}`, host: 'a.internal', ...more },
});
const route = (n: number, of: number): Entity => ({
  kind: 'routes',
  fields: { id: id(n), name: `r${n}`, paths: [`/${n}`], service: { id: id(of) } },
});

describe('a dump', () => {
  it('holds all that the gateway has, for its owner only, and reads back as it is', async () => {
    const { target } = await gatewayOf({ estate: 'believable', workspaces: ['default', 'payments'] });
    for (const name of ['default', 'payments']) {
      const file = await fileIn();
      const { counts, gaps, format } = await driver.dump(target, { workspace: name, file }, context);
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(gaps).toEqual([]);
      expect(format).toBe('deck');
      const live = await driver.read(target, name, {}, context);
      expect(counts).toEqual(live.counts);
      expect(counts).toEqual((await driver.count(target, name, context)).counts);
      const { entities, problems, workspace: named } = readDeckFile(await readFile(file, 'utf8'), file);
      expect(problems).toEqual([]);
      expect(named).toBe(name === 'default' ? undefined : name);
      const plan = planWorkspace({ workspace: name, exists: true, desired: entities, live: live.entities, facts });
      expect(plan.changes).toEqual([]);
      expect(await driver.diff(target, { workspace: name, file }, context)).toEqual({
        creates: 0,
        updates: 0,
        deletes: 0,
      });
      expect(await driver.validate(target, file, context)).toEqual([]);
    }
  });

  it('reads a gateway without a database', async () => {
    const { target } = await gatewayOf({ estate: 'believable', mode: 'dbless' });
    const { counts, gaps } = await driver.dump(target, { workspace, file: await fileIn() }, context);
    expect(counts['services']).toBeGreaterThan(0);
    expect(gaps).toEqual([]);
  });

  it('follows pages to the end', async () => {
    const { target } = await gatewayOf();
    const services = Array.from({ length: 1_050 }, (_, n) => service(n));
    expect(await apply(target, services)).toMatchObject({ applied: { creates: 1_050 }, failed: [] });
    const { counts } = await driver.count(target, workspace, context);
    expect(counts).toEqual({ services: 1_050 });
  });

  it('takes what has all the tags, says what it can not hold', async () => {
    const { gateway, target } = await gatewayOf();
    const tags = ['mine', 'too'];
    const consumer = { id: id(9) };
    await loadEstate(gateway.url, [
      service(1, { tags }),
      service(2, { tags: ['mine'] }),
      { kind: 'consumers', fields: { ...consumer, username: 'alice' } },
      { kind: 'keyauth_credentials', fields: { id: id(10), key: 'k', consumer, tags } },
    ]);
    const file = await fileIn();
    const { counts, gaps } = await driver.dump(target, { workspace, file, selectTags: tags }, context);
    expect(counts).toEqual({ services: 1 });
    expect(gaps).toMatchObject([{ kind: 'keyauth_credentials', count: 1 }]);
    expect(readDeckFile(await readFile(file, 'utf8'), file).selectTags).toEqual(tags);
  });

  it('does not touch a file that is there', async () => {
    const { target } = await gatewayOf();
    const file = await fileIn();
    await driver.dump(target, { workspace, file }, context);
    await expect(driver.dump(target, { workspace, file }, context)).rejects.toMatchObject({ code: 'store-unwritable' });
  });

  it('of a workspace that is not there is refused', async () => {
    const { target } = await gatewayOf({ workspaces: ['default', 'payments'] });
    const request = { workspace: 'nope', file: await fileIn() };
    await expect(driver.dump(target, request, context)).rejects.toMatchObject({ code: 'workspace-missing' });
  });
});

describe('a kind that can not be read', () => {
  const notAllowed = { status: 403, body: { message: 'no role' } };

  it.each([
    ['is forbidden', notAllowed],
    ['answers HTML', 'html' as const],
    ['fails', { status: 500, body: { message: 'An unexpected error occurred' } }],
  ])('is a gap, never an empty list: it %s', async (_what, effect) => {
    const { gateway, target } = await gatewayOf({ estate: 'believable' });
    gateway.faults.add({ path: /\/plugins$/, effect });
    const { counts, gaps } = await driver.read(target, workspace, {}, context);
    expect(counts).not.toHaveProperty('plugins');
    expect(counts).toHaveProperty('services');
    expect(gaps).toMatchObject([{ part: 'entities', kind: 'plugins', workspace }]);
  });

  it('takes those with it that are only listed below it', async () => {
    const { gateway, target } = await gatewayOf({ estate: 'believable' });
    gateway.faults.add({ path: /\/upstreams$/, effect: notAllowed });
    const { gaps } = await driver.read(target, workspace, {}, context);
    expect(gaps.map(({ kind }) => kind).sort()).toEqual(['targets', 'upstreams']);
  });

  it('is not taken for a gateway that is down', async () => {
    const { gateway, target } = await gatewayOf({ estate: 'believable' });
    gateway.faults.add({ path: /\/plugins$/, effect: { status: 401, body: { message: 'Unauthorized' } } });
    await expect(driver.read(target, workspace, {}, context)).rejects.toMatchObject({ code: 'gateway-unauthorized' });
  });
});

describe('an apply', () => {
  it('makes one gateway what another is, and empties it again', async () => {
    const { target: source } = await gatewayOf({ estate: 'believable' });
    const { entities } = await driver.read(source, workspace, {}, context);
    const { target } = await gatewayOf({ workspaces: ['default'] });
    const result = await apply(target, entities);
    expect(result).toEqual({ applied: { creates: entities.length, updates: 0, deletes: 0 }, failed: [] });
    const left = await planFor(target, entities);
    // Hashed once more: the one thing that the Admin API can't bring back, and says so.
    expect(new Set(left.changes.map(({ kind }) => kind))).toEqual(new Set(['basicauth_credentials']));
    const emptied = await apply(target, []);
    expect(emptied).toMatchObject({ applied: { deletes: entities.length }, failed: [] });
    expect((await driver.count(target, workspace, context)).counts).toEqual({});
  });

  it('keeps a basic-auth login whose other fields change', async () => {
    const { gateway, target } = await gatewayOf();
    const consumer = { id: id(1) };
    await loadEstate(gateway.url, [
      { kind: 'consumers', fields: { ...consumer, username: 'alice' } },
      { kind: 'basicauth_credentials', fields: { id: id(2), username: 'alice', password: 'open sesame', consumer } },
    ]);
    const { entities } = await driver.read(target, workspace, {}, context);
    const tagged = entities.map(({ kind, fields }) => ({ kind, fields: { ...fields, tags: ['x'] } }));
    expect(await apply(target, tagged)).toMatchObject({ applied: { updates: 2 }, failed: [] });
    expect(gateway.verifyBasicAuth('alice', 'open sesame')).toBe(true);
  });

  it('lets two entities swap what is unique', async () => {
    const { gateway, target } = await gatewayOf();
    const cors = (n: number, of: number): Entity => ({
      kind: 'plugins',
      fields: { id: id(n), name: 'cors', service: { id: id(of) } },
    });
    await loadEstate(gateway.url, [service(1), service(2), cors(3, 1), cors(4, 2)]);
    const swapped = [service(1, { name: 's2' }), service(2, { name: 's1' }), cors(3, 2), cors(4, 1)];
    expect(await apply(target, swapped)).toMatchObject({ failed: [] });
    expect((await planFor(target, swapped)).changes).toEqual([]);
  });

  it('goes on after a failure, without what needs the failed one', async () => {
    const { target } = await gatewayOf();
    const wanted = [service(1, { port: 99_999 }), route(2, 1), service(3), route(4, 3)];
    const { applied, failed } = await apply(target, wanted);
    expect(applied).toEqual({ creates: 2, updates: 0, deletes: 0 });
    expect(failed.map(({ change, reason }) => [change.id, reason])).toEqual([
      [id(1), expect.stringContaining('port')],
      [id(2), expect.stringMatching(/Not tried.*create s1 \(services\)/)],
    ]);
  });

  it('stops trying when the gateway is gone, and says of each change that it was not tried', async () => {
    const { gateway, target } = await gatewayOf();
    const services = Array.from({ length: 100 }, (_, n) => service(n));
    const plan = await planFor(target, services);
    gateway.faults.add({ after: 21, effect: 'reset' });
    gateway.requests.clear();
    const { applied, failed } = await driver.apply(target, { plan, file: '' }, context);
    expect(applied.creates).toBe(20);
    expect(failed).toHaveLength(80);
    expect(gateway.requests.writes).toBeLessThan(40);
    expect(failed.filter(({ reason }) => reason.startsWith('Not tried')).length).toBeGreaterThan(60);
  });

  it('sends again what was cut off on the way', async () => {
    const { gateway, target } = await gatewayOf();
    const services = Array.from({ length: 30 }, (_, n) => service(n));
    const plan = await planFor(target, services);
    gateway.faults.add({ methods: ['POST'], after: 10, times: 1, effect: 'reset' });
    expect(await driver.apply(target, { plan, file: '' }, context)).toMatchObject({
      applied: { creates: 30 },
      failed: [],
    });
  });

  it('outlives connections that all break at once', { timeout: 60_000 }, async () => {
    const { gateway, target } = await gatewayOf();
    const services = Array.from({ length: 40 }, (_, n) => service(n));
    await apply(target, services);
    const changed = services.map(({ kind, fields }) => ({ kind, fields: { ...fields, host: 'b.internal' } }));
    const plan = await planFor(target, [...changed, service(100)]);
    gateway.faults.add({ path: /services/, after: 20, times: 40, effect: 'reset' });
    expect(await driver.apply(target, { plan, file: '' }, context)).toMatchObject({
      applied: { creates: 1, updates: 40 },
      failed: [],
    });
    expect((await planFor(target, [...changed, service(100)])).changes).toEqual([]);
  });

  it('ends the requests under way when it is cancelled, and tells what was applied', async () => {
    const { target } = await gatewayOf();
    const plan = await planFor(
      target,
      Array.from({ length: 200 }, (_, n) => service(n)),
    );
    const stop = new AbortController();
    const stopping = {
      ...quietContext(stop.signal),
      report: ({ step, done = 0 }: { step: string; done?: number }) => step === 'apply' && done >= 30 && stop.abort(),
    };
    const error = await driver.apply(target, { plan, file: '' }, stopping).catch((cause: unknown) => cause as Error);
    const { counts } = await driver.count(target, workspace, context);
    expect(error).toMatchObject({
      code: 'cancelled',
      reason: expect.stringContaining(`after ${counts['services']} created`) as string,
    });
    expect(counts['services']).toBeLessThan(200);
  });

  it('reports each change', async () => {
    const { target } = await gatewayOf();
    const plan = await planFor(target, [service(1), route(2, 1)]);
    const seen: (number | undefined)[] = [];
    await driver.apply(target, { plan, file: '' }, { ...context, report: ({ done }) => void seen.push(done) });
    expect(seen).toEqual([1, 2]);
  });

  it('makes a workspace that is not there', async () => {
    const { target } = await gatewayOf({ workspaces: ['default'] });
    const plan = planWorkspace({ workspace: 'payments', exists: false, desired: [service(1)], live: [], facts });
    expect(await driver.apply(target, { plan, file: '' }, context)).toMatchObject({ failed: [] });
    expect((await driver.count(target, 'payments', context)).counts).toEqual({ services: 1 });
    expect((await driver.count(target, workspace, context)).counts).toEqual({});
  });

  it('is refused where there are no workspaces', async () => {
    const { target } = await gatewayOf();
    const plan = planWorkspace({ workspace: 'payments', exists: false, desired: [service(1)], live: [], facts });
    await expect(driver.apply(target, { plan, file: '' }, context)).rejects.toMatchObject({
      code: 'workspace-missing',
    });
  });

  it('is refused by a gateway without a database', async () => {
    const { target } = await gatewayOf({ mode: 'dbless' });
    await expect(apply(target, [service(1)])).rejects.toMatchObject({ code: 'gateway-read-only-mode' });
  });
});

describe('a validation', () => {
  it('says of each entity what the gateway has against it', async () => {
    const { target } = await gatewayOf();
    const file = await fileIn();
    await driver.dump(target, { workspace, file }, context);

    const text = '_format_version: "3.0"\nservices: [{name: a, host: h, port: 99999}]\nplugins: [{name: nope}]\n';
    await writeFile(file, text);
    const problems = await driver.validate(target, file, context);
    expect(problems).toMatchObject([
      expect.stringMatching(/services a: .*port/),
      expect.stringMatching(/plugins nope/),
    ]);
  });
});

describe('the schemas of a gateway', () => {
  it('are had by kind and by plugin, and may not be there', async () => {
    const { target } = await gatewayOf();
    const wanted = { kinds: ['services', 'nope'], plugins: ['cors', 'nope'] };
    const { entities, plugins, failed } = await driver.schemas(target, wanted, context);
    expect(entities).toEqual({
      services: expect.objectContaining({ fields: expect.any(Array) as unknown }) as unknown,
    });
    expect(plugins).toEqual({ cors: expect.objectContaining({ fields: expect.any(Array) as unknown }) as unknown });
    expect(failed).toEqual([]);
  });
});
