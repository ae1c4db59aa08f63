import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { backup } from '../../../src/operations/backup.js';
import { keepReads } from '../../../src/operations/keepReads.js';
import type { KnownPlan } from '../../../src/operations/knownPlan.js';
import { planRestore } from '../../../src/operations/planRestore.js';
import { restore } from '../../../src/operations/restore.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

/** A plan to bring a service back, and what it was made from. */
async function planned(environment = {}) {
  const fixture = await operationsFixture(service(1), service(2));
  const { context } = watchedContext();
  const target = targetOf(environment);
  const { id: snapshot, parts } = await backup(fixture.parts, { target: targetOf() }, context);
  fixture.gateway.workspaces.set('default', [service(1, { retries: 3 }), service(3)]);
  const reading = keepReads(fixture.parts.reader);
  const plan = await planRestore(
    { ...fixture.parts, reader: reading.reader },
    { snapshot, target, mode: 'exact' },
    context,
  );
  const known: KnownPlan = { planned: plan, environment: target.environment, reading, at: performance.now() };
  const run = (more: Partial<KnownPlan> = {}, current = target) =>
    restore(
      fixture.parts,
      {
        ...{ snapshot, target: current, plan: plan.plan, scope: { mode: 'exact' } },
        ...{ liveCounts: plan.liveCounts, known: { ...known, ...more } },
      },
      context,
    );
  fixture.gateway.calls.length = 0;
  const file = fixture.store.pathOf(snapshot, parts[0]?.files[0]?.path)!;
  const reads = (): string[] => fixture.gateway.calls.filter((call) => ['read', 'count'].includes(call));
  return { ...fixture, run, reads, file, context };
}

it('counts once and reads once to prove, where the plan was made just now', async () => {
  const { run, reads, gateway, store } = await planned();
  const { proof, safetySnapshot = '' } = await run();
  expect(proof).toBe('equal');
  expect(gateway.entities()).toHaveLength(2);
  // This engine reads for its dump whatever it was given: for the safety snapshot, and then for the proof.
  expect(reads()).toEqual(['count', 'read', 'read']);
  expect((await store.manifest(safetySnapshot)).parts[0]?.counts).toEqual({ services: 2 });
});

it('plans again where there is more or less than the plan saw, and stops', async () => {
  const { run, reads, gateway } = await planned();
  gateway.workspaces.set('default', [service(1, { retries: 3 }), service(3), service(4)]);
  await expect(run()).rejects.toMatchObject({ code: 'plan-stale' });
  expect(reads()).toEqual(['count', 'read']);
});

it('plans again what somebody looked at, without reading the snapshot again', async () => {
  const { run, reads, gateway, file } = await planned();
  await writeFile(file, '_format_version: "3.0"\n');
  const { proof } = await run({ at: performance.now() - 60_000 });
  expect(proof).toBe('equal');
  expect(gateway.entities().map(({ fields }) => fields['name'])).toEqual(['service-1', 'service-2']);
  expect(reads()).toEqual(['read', 'read', 'read']);
});

it('plans again for decK, and where the environment is another one by now', async () => {
  const byDeck = await planned({ engine: 'deck' });
  await byDeck.run();
  expect(byDeck.reads()).not.toContain('count');
  const other = await planned();
  await other.run({}, targetOf({ restore: { maxDeletes: 5 } }));
  expect(other.reads()).not.toContain('count');
});
