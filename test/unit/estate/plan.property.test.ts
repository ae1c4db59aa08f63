import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Change } from '../../../src/core/change.js';
import type { Json } from '../../../src/core/json.js';
import { readDeckFile } from '../../../src/estate/deckFile.js';
import { writeDeckFile } from '../../../src/estate/deckWriter.js';
import { dependencies } from '../../../src/estate/dependencies.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { estates } from '../../helpers/randomEstate.js';
import { mixed, swapped } from '../../helpers/randomSides.js';
import { facts } from './shippedFacts.js';
import { StrictGateway } from './strictGateway.js';

const place = { workspace: 'default', exists: true, facts };
const textOf = (entities: readonly Entity[]): string => [...writeDeckFile(entities, { formatVersion: '3.0' })].join('');
const read = (text: string): Entity[] => readDeckFile(text, 'kong.yaml', { allowEmpty: true }).entities;
const runs = { numRuns: 60 };
vi.setConfig({ testTimeout: 60_000 });

/** Fields that say something, references by id, whatever the order of the entities. */
const essence = (entities: readonly Entity[]): Map<string, Json> =>
  new Map(
    entities
      .map(({ kind, fields }): [string, Json] => {
        const told = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
        return [`${kind} ${String(fields['id'])}`, Object.fromEntries(told)];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Makes the changes one after the other, newest ready one first: as wild as a parallel apply may get. */
function applyWildly(gateway: StrictGateway, changes: readonly Change[]): void {
  const waitsFor = dependencies(changes);
  const done = new Set<number>();
  while (done.size < changes.length) {
    const index = changes.findLastIndex((_, each) => !done.has(each) && isReady(waitsFor[each] ?? [], each, done));
    expect(index).not.toBe(-1);
    gateway.apply(changes[index] as Change);
    done.add(index);
  }
}

const isReady = (needed: readonly { index: number }[], own: number, done: ReadonlySet<number>): boolean =>
  needed.every(({ index }) => index >= own || done.has(index));

describe('any estate', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(estates(), (estate) => {
        expect(essence(read(textOf(estate)))).toEqual(essence(estate));
      }),
      runs,
    );
  });

  it('needs no change to become what it is', () => {
    fc.assert(
      fc.property(estates(), (estate) => {
        const live = new StrictGateway(estate).entities();
        const { changes, unchanged } = planWorkspace({ ...place, desired: read(textOf(live)), live });
        expect(changes).toEqual([]);
        expect(unchanged).toBe(estate.length);
      }),
      runs,
    );
  });

  it.each([
    ['an estate of other ids', mixed],
    ['one with values swapped', swapped],
  ])('becomes %s, one change after the other', (_what, sides) => {
    fc.assert(
      fc.property(sides, ({ before, after }) => {
        fc.pre(isPossible(after));
        const desired = read(textOf(after));
        const gateway = new StrictGateway(before);
        const plan = planWorkspace({ ...place, desired, live: gateway.entities() });
        for (const change of plan.changes) gateway.apply(change);
        expect(planWorkspace({ ...place, desired, live: gateway.entities() }).changes).toEqual([]);

        const another = new StrictGateway(before);
        applyWildly(another, plan.changes);
        expect(planWorkspace({ ...place, desired, live: another.entities() }).changes).toEqual([]);
      }),
      runs,
    );
  });
});

/** Rotating plugins may put two of a kind on one place. */
function isPossible(estate: readonly Entity[]): boolean {
  try {
    return new StrictGateway(estate).entities().length === estate.length;
  } catch {
    return false;
  }
}
