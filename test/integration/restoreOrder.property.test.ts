import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspacePlan } from '../../src/core/change.js';
import { quietContext } from '../../src/core/context.js';
import type { ApplyJournal } from '../../src/core/driver.js';
import type { Target } from '../../src/core/environment.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import type { Entity } from '../../src/estate/entity.js';
import { planWorkspace } from '../../src/estate/plan.js';
import { type PracticeGateway, startPracticeGateway } from '../../src/practice/practiceGateway.js';
import type { SchemaFacts } from '../../src/schema/facts.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { schemas } from '../helpers/cli.js';
import { loadEstate } from '../helpers/loadEstate.js';
import { mixed, type Sides, swapped } from '../helpers/randomSides.js';
import { targetOf } from '../helpers/scriptedGateway.js';

const runs = Number(process.env.KONG_BACKUP_RUNS ?? 4);
const timeout = 120_000 + runs * 10_000;
const context = quietContext();

/** The gateway makes another hash of a hash, and a plan knows: these are not what orders are about. */
const hashed = new Set(['basicauth_credentials', 'oauth2_credentials']);

/** Random estates become one another in a gateway that holds values to be unique, with as many requests at a time as there can be. */
describe('changes side by side', () => {
  const driver = createAdminApiDriver({ requestTimeout: 10_000 });
  let gateway: PracticeGateway;
  let target: Target;
  let facts: SchemaFacts;

  beforeAll(async () => {
    facts = await schemaFolder(schemas).facts('3.9');
    gateway = await startPracticeGateway({ facts });
    target = targetOf(gateway.url);
  });
  afterAll(() => gateway?.close());

  const read = async (): Promise<Entity[]> => (await driver.read(target, 'default', {}, context)).entities;
  /** @returns what the gateway made of it; undefined when it does not take it. */
  const fill = async (estate: readonly Entity[]): Promise<Entity[] | undefined> => {
    gateway.reset();
    try {
      await loadEstate(
        gateway.url,
        estate.filter(({ kind }) => !hashed.has(kind)),
      );
    } catch {
      return undefined;
    }
    return read();
  };
  const planTo = async (desired: readonly Entity[]): Promise<WorkspacePlan> =>
    planWorkspace({ workspace: 'default', exists: true, desired, live: await read(), facts });
  const become = async (desired: readonly Entity[]): Promise<void> => {
    const plan = await planTo(desired);
    const { failed, moved } = await driver.apply(target, { plan, file: '' }, context);
    expect([failed, moved]).toEqual([[], undefined]);
    expect((await planTo(desired)).changes).toEqual([]);
  };
  const bothSides = async ({ before, after }: Sides): Promise<[Entity[], Entity[]]> => {
    const wanted = await fill(after);
    const had = wanted && (await fill(before));
    fc.pre(had !== undefined);
    return [had as Entity[], wanted as Entity[]];
  };

  it.each([
    ['an estate of other ids', mixed],
    ['one with values swapped', swapped],
  ])('make %s, without a refusal', { timeout }, async (_what, sides) => {
    const property = fc.asyncProperty(sides, async (both) => {
      const [, wanted] = await bothSides(both);
      await become(wanted);
    });
    await fc.assert(property, { numRuns: runs });
  });

  it.each([
    ['an estate of other ids', mixed],
    ['one with values swapped', swapped],
  ])('on the way to %s can stop anywhere, and go on or back', { timeout }, async (_what, sides) => {
    const property = fc.asyncProperty(sides, fc.nat(12), fc.boolean(), async (both, steps, goesOn) => {
      const [had, wanted] = await bothSides(both);
      const plan = await planTo(wanted);
      await driver.apply(target, { plan, file: '', journal: stopsAfter(steps) }, context).catch(isTheStop);
      await become(goesOn ? wanted : had);
    });
    await fc.assert(property, { numRuns: runs });
  });
});

const fullDisk = new Error('The disk is full.');

/** A journal that can't be written any more after so many lines: nothing is begun from there on. */
function stopsAfter(lines: number): ApplyJournal {
  let left = lines;
  const write = (): Promise<void> => (left-- > 0 ? Promise.resolve() : Promise.reject(fullDisk));
  return { before: write, after: write };
}

function isTheStop(error: unknown): void {
  if (error !== fullDisk) throw error;
}
