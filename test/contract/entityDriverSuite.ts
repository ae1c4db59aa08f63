import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countChanges, type WorkspacePlan } from '../../src/core/change.js';
import { quietContext, type OperationContext } from '../../src/core/context.js';
import type { EntityDriver } from '../../src/core/driver.js';
import { isKongBackupError } from '../../src/core/errors.js';
import type { Target } from '../../src/core/environment.js';
import type { JsonObject } from '../../src/core/json.js';
import { readDeckFile } from '../../src/estate/deckFile.js';
import type { Entity } from '../../src/estate/entity.js';
import { planWorkspace } from '../../src/estate/plan.js';
import type { SchemaFacts } from '../../src/schema/facts.js';
import { comparableEntities, readGateway, wipeGateway } from '../helpers/gatewayContents.js';
import { loadEstate } from '../helpers/loadEstate.js';
import { estates } from '../helpers/randomEstate.js';
import { sampleEstate } from '../helpers/sampleEstate.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** An implementation of the contract in src/core/driver.ts. */
export interface EngineUnderTest {
  name: string;
  create(): EntityDriver;
  /** What it knows of a kind: all fields when `all`, none when undefined. Everything of every kind when absent. */
  fieldsOf?(kind: string): ReadonlySet<string> | 'all' | undefined;
  /** Entities that it says itself it can't bring back. None when absent. */
  refuses?(entity: Entity): boolean;
}

/** A gateway that holds nothing when a test begins. */
export interface GatewayUnderTest {
  target: Target;
  /** A second workspace that is there. */
  otherWorkspace?: string;
  /** Empties it. */
  reset(): Promise<void>;
  close(): Promise<void>;
  /** Answers 503 to writes, so many first ones excepted. Absent where failures can't be ordered. */
  failWritesAfter?(count: number): () => void;
}

export interface SuiteOptions {
  facts: SchemaFacts;
  /** Random estates to try. */
  runs: number;
}

const selectTags = ['team-a'];

/** Kinds that came later, and paths that Kong 3 writes with `~`, are nothing for an older gateway. */
function isOfVersion({ version, entities }: SchemaFacts, { kind, fields }: Entity): boolean {
  return kind in entities && (parseInt(version, 10) >= 3 || !JSON.stringify(fields['paths'] ?? '').includes('~'));
}

/** Everything that holds for every engine against every gateway. */
export function describeEntityDriver(
  engine: EngineUnderTest,
  start: () => Promise<GatewayUnderTest>,
  { facts, runs }: SuiteOptions,
): void {
  describe(`${engine.name} against a gateway with a database`, () => {
    const context = quietContext();
    let gateway: GatewayUnderTest;
    let driver: EntityDriver;
    let target: Target;

    beforeAll(async () => {
      gateway = await start();
      ({ target } = gateway);
    });
    afterAll(() => gateway?.close());
    beforeEach(async () => {
      await gateway.reset();
      driver = engine.create();
    });

    const known = (entities: readonly Entity[]): Entity[] =>
      entities.filter(
        (entity) =>
          isOfVersion(facts, entity) &&
          (engine.fieldsOf === undefined || engine.fieldsOf(entity.kind) !== undefined) &&
          !engine.refuses?.(entity),
      );
    const keep = (kind: string) => {
      const fields = engine.fieldsOf?.(kind);
      return fields === 'all' ? undefined : fields;
    };
    const compare = (entities: readonly Entity[]) => comparableEntities(known(entities), keep);
    const live = (workspace = 'default') =>
      readGateway(target.environment.adminUrl, { workspace, headers: target.headers });
    const load = (entities: readonly Entity[], workspace = 'default') =>
      loadEstate(target.environment.adminUrl, entities, { workspace, headers: target.headers });
    const send = async (method: string, place: string, body?: JsonObject) => {
      const response = await fetch(`${target.environment.adminUrl}/${place}`, {
        method,
        headers: { ...target.headers, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      expect(response.status, `${method} ${place}`).toBeLessThan(300);
    };

    const dump = async (workspace = 'default', selectTags?: string[]) => {
      const file = path.join(await temporaryFolder(), 'dump.yaml');
      const result = await driver.dump(target, { workspace, file, ...(selectTags ? { selectTags } : {}) }, context);
      const { entities } = readDeckFile(await readFile(file, 'utf8'), file, { allowEmpty: true });
      return { ...result, file, entities };
    };
    const planFor = async (
      desired: readonly Entity[],
      workspace = 'default',
      selectTags?: string[],
    ): Promise<WorkspacePlan> => {
      const held = known(await live(workspace));
      return planWorkspace({
        workspace,
        exists: true,
        desired,
        live: held,
        facts,
        ...(selectTags ? { selectTags } : {}),
      });
    };
    const restore = async (file: string, desired: readonly Entity[], to: OperationContext = context) => {
      const plan = await planFor(desired);
      return { plan, result: await driver.apply(target, { plan, file }, to) };
    };

    it('is available and finds the gateway', async () => {
      expect(await driver.available(target, context)).toMatchObject({ available: true });
      await expect(driver.ping(target, context)).resolves.toBeUndefined();
    });

    it('dumps what the gateway holds, ids included, and counts it', async () => {
      await load(known(sampleEstate));
      const { entities, counts, format } = await dump();
      expect(compare(entities)).toEqual(compare(await live()));
      expect(format).toBe('deck');
      const expected: Record<string, number> = {};
      for (const { kind } of known(sampleEstate)) expected[kind] = (expected[kind] ?? 0) + 1;
      expect(counts).toMatchObject(expected);
    });

    it('dumps nothing of an empty gateway', async () => {
      const { entities, file } = await dump();
      expect(entities).toEqual([]);
      expect(await readFile(file, 'utf8')).toContain('_format_version');
    });

    it('dumps what carries the tags that were asked for', async () => {
      await load(known(sampleEstate));
      const { entities } = await dump('default', selectTags);
      const names = entities.filter(({ kind }) => kind === 'services').map(({ fields }) => fields['name']);
      expect(names).toEqual(['orders']);
    });

    it('restores what carries the tags, and leaves the rest alone', async () => {
      await load(known(sampleEstate));
      const { file, entities } = await dump('default', selectTags);
      await send('DELETE', 'routes/orders-list');
      await send('POST', 'services', { name: 'stray', host: 'stray.internal', tags: ['team-a'] });
      await send('POST', 'services', { name: 'bystander', host: 'bystander.internal' });
      const plan = await planFor(entities, 'default', selectTags);
      expect(plan.changes.map(({ action, label }) => `${action} ${label}`).sort()).toEqual([
        'create orders-list',
        'delete stray',
      ]);
      const { failed } = await driver.apply(target, { plan, file, selectTags }, context);
      expect(failed).toEqual([]);
      const left = await live();
      const named = (kind: string) => left.filter((one) => one.kind === kind).map(({ fields }) => fields['name']);
      expect(named('services').sort()).toEqual(['bystander', 'orders', 'stock']);
      const route = left.find(({ fields }) => fields['name'] === 'orders-list');
      expect(route?.fields['tags']).toEqual(['team-a']);
    });

    it('leaves authorities alone that the plan leaves alone: they may belong to another workspace', async () => {
      const { file, entities } = await dump();
      await load(sampleEstate.filter(({ kind }) => kind === 'ca_certificates' || kind === 'consumers'));
      const whole = await planFor(entities);
      const plan = { ...whole, changes: whole.changes.filter(({ kind }) => kind !== 'ca_certificates') };
      expect(plan.changes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
        'delete consumers',
        'delete consumers',
      ]);
      // An engine that can't leave it alone has to refuse.
      const refused = await driver.apply(target, { plan, file }, context).then(
        () => false,
        (error: unknown) => isKongBackupError(error, 'plan-stale'),
      );
      const left = (await live()).map(({ kind }) => kind);
      expect(left).toEqual(refused ? ['consumers', 'consumers', 'ca_certificates'] : ['ca_certificates']);
    });

    it('finds its own dump in order', async () => {
      await load(known(sampleEstate));
      const { file } = await dump();
      expect(await driver.validate(target, file, context)).toEqual([]);
    });

    it('finds something to say about a file that is no such file', async () => {
      const file = path.join(await temporaryFolder(), 'bad.yaml');
      await writeFile(file, '_format_version: "3.0"\nservices:\n- {name: s, host: h, port: not-a-port}\n');
      expect(await driver.validate(target, file, context)).not.toEqual([]);
    });

    it('counts what would be created and deleted as the plan does', async () => {
      await load(known(sampleEstate));
      const { file, entities } = await dump();
      expect(await driver.diff(target, { workspace: 'default', file }, context)).toMatchObject({
        creates: 0,
        deletes: 0,
      });
      await send('DELETE', 'routes/orders-list');
      await send('POST', 'services', { name: 'stray', host: 'stray.internal' });
      const { creates, deletes } = countChanges({ workspaces: [await planFor(entities)] });
      expect(creates).toBeGreaterThan(0);
      expect(deletes).toBe(1);
      const counts = await driver.diff(target, { workspace: 'default', file }, context);
      expect(counts).toMatchObject({ creates, deletes });
    });

    it('brings an equal gateway back: what is missing, changed and too much', async () => {
      await load(known(sampleEstate));
      const before = compare(await live());
      const { file, entities } = await dump();
      await send('DELETE', 'routes/orders-list');
      await send('DELETE', 'consumers/alice');
      await send('PATCH', 'services/orders', { host: 'elsewhere.internal', retries: 1 });
      await send('PATCH', 'upstreams/orders.internal', { slots: 77 });
      await send('POST', 'services', { name: 'stray', host: 'stray.internal' });
      await send('POST', 'services/stray/routes', { name: 'stray-route', paths: ['/stray'] });
      const { plan, result } = await restore(file, entities);
      expect(result.failed).toEqual([]);
      const { creates, deletes } = countChanges({ workspaces: [plan] });
      expect(result.applied).toMatchObject({ creates, deletes });
      expect(deletes).toBe(2);
      expect(compare(await live())).toEqual(before);
    });

    it('fills an empty gateway', async () => {
      await load(known(sampleEstate));
      const before = compare(await live());
      const { file, entities } = await dump();
      await gateway.reset();
      const { result } = await restore(file, entities);
      expect(result.failed).toEqual([]);
      expect(compare(await live())).toEqual(before);
    });

    it('empties a gateway when the plan says so', async () => {
      const { file, entities } = await dump();
      await load(known(sampleEstate).filter(({ kind }) => kind === 'services' || kind === 'routes'));
      const { result } = await restore(file, entities);
      expect(result.failed).toEqual([]);
      expect(await live()).toEqual([]);
    });

    it('does nothing for an empty plan', async () => {
      await load(known(sampleEstate));
      const { file, entities } = await dump();
      const before = await live();
      const { plan, result } = await restore(file, entities);
      expect(plan.changes).toEqual([]);
      expect(result).toEqual({ applied: { creates: 0, updates: 0, deletes: 0 }, failed: [] });
      expect(await live()).toEqual(before);
    });

    it('reports how far it is', async () => {
      await load(known(sampleEstate));
      const { file, entities } = await dump();
      await gateway.reset();
      const steps: string[] = [];
      const { plan } = await restore(file, entities, {
        ...context,
        report: ({ step, done, total }) => void steps.push(`${step} ${done}/${total}`),
      });
      expect(steps).toContain(`apply ${plan.changes.length}/${plan.changes.length}`);
    });

    it('stops when it is cancelled, and can be taken up again', async () => {
      await load(known(sampleEstate));
      const before = compare(await live());
      const { file, entities } = await dump();
      await gateway.reset();
      const controller = new AbortController();
      const cancelling: OperationContext = {
        ...quietContext(controller.signal),
        report: ({ step }) => step === 'apply' && controller.abort(),
      };
      await expect(restore(file, entities, cancelling)).rejects.toMatchObject({ code: 'cancelled' });
      await expect(driver.ping(target, cancelling)).rejects.toMatchObject({ code: 'cancelled' });
      const { result } = await restore(file, entities);
      expect(result.failed).toEqual([]);
      expect(compare(await live())).toEqual(before);
    });

    it('names a workspace that is not there', async () => {
      const file = path.join(await temporaryFolder(), 'dump.yaml');
      const nowhere = driver.dump(target, { workspace: 'no-such-workspace', file }, context);
      await expect(nowhere).rejects.toMatchObject({ code: 'workspace-missing' });
      expect(existsSync(file)).toBe(false);
    });

    it('keeps workspaces apart', async ({ skip }) => {
      const { otherWorkspace } = gateway;
      if (otherWorkspace === undefined) return skip('this gateway has no second workspace');
      const here = sampleEstate.filter(({ kind }) => kind === 'services');
      const there = [{ kind: 'services', fields: { name: 'elsewhere', host: 'e.internal' } }];
      await load(here);
      await load(there, otherWorkspace);
      const { file, entities } = await dump(otherWorkspace);
      expect(compare(entities)).toEqual(compare(await live(otherWorkspace)));
      await send('DELETE', `${otherWorkspace}/services/elsewhere`);
      const before = compare(await live());
      const plan = await planFor(entities, otherWorkspace);
      const { failed } = await driver.apply(target, { plan, file }, context);
      expect(failed).toEqual([]);
      expect(compare(await live(otherWorkspace))).toEqual(compare(entities));
      expect(compare(await live())).toEqual(before);
    });

    it('makes a workspace that is not there, where the gateway can', async ({ skip }) => {
      if (gateway.otherWorkspace === undefined) return skip('this gateway makes no workspaces');
      const workspace = 'kong-backup-fresh';
      const id = '5a000000-0000-4000-8000-00000000ffff';
      const file = path.join(await temporaryFolder(), 'fresh.yaml');
      await writeFile(file, `_format_version: "3.0"\nservices:\n- {id: ${id}, name: fresh, host: fresh.internal}\n`);
      const { entities } = readDeckFile(await readFile(file, 'utf8'), file);
      const plan = planWorkspace({ workspace, exists: false, desired: entities, live: [], facts });
      const { failed } = await driver.apply(target, { plan, file }, context);
      expect(failed).toEqual([]);
      const made = await live(workspace);
      await wipeGateway(target.environment.adminUrl, { workspace, headers: target.headers });
      await send('DELETE', `workspaces/${workspace}`);
      expect(made.map(({ fields }) => fields['name']).sort()).toEqual(['fresh']);
    });

    it('says what was not done when it fails half-way, and can be taken up again', async ({ skip }) => {
      if (!gateway.failWritesAfter) return skip('failures cannot be ordered from this gateway');
      await load(known(sampleEstate));
      const before = compare(await live());
      const { file, entities } = await dump();
      await gateway.reset();
      const plan = await planFor(entities);
      const heal = gateway.failWritesAfter(5);
      const { applied, failed } = await driver.apply(target, { plan, file }, context);
      heal();
      const there = new Set((await live()).map(({ fields }) => fields['id']));
      expect(applied.creates).toBe(there.size);
      const missing = plan.changes.filter(({ id }) => !there.has(id)).map(({ id }) => id);
      expect(missing.length).toBeGreaterThan(0);
      expect(failed.map(({ change }) => change.id)).toEqual(expect.arrayContaining(missing));
      expect(failed.every(({ reason }) => reason !== '')).toBe(true);
      const { result } = await restore(file, entities);
      expect(result.failed).toEqual([]);
      expect(compare(await live())).toEqual(before);
    });

    it('dumps random estates whole, and brings them back', { timeout: 60_000 + runs * 10_000 }, async () => {
      const property = fc.asyncProperty(estates(), async (estate) => {
        await gateway.reset();
        await load(known(estate));
        const before = compare(await live());
        const { file, entities } = await dump();
        expect(compare(entities)).toEqual(before);
        await gateway.reset();
        const { result } = await restore(file, entities);
        expect(result.failed).toEqual([]);
        expect(compare(await live())).toEqual(before);
      });
      await fc.assert(property, { numRuns: runs });
    });
  });
}
