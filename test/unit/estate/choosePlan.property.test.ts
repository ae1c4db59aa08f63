import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Change, ChangeSelector, RestoreChoice } from '../../../src/core/change.js';
import { planChooser } from '../../../src/estate/choosePlan.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { estates } from '../../helpers/randomEstate.js';
import { facts } from './shippedFacts.js';
import { StrictGateway } from './strictGateway.js';

const place = { workspace: 'default', exists: true, facts };
const runs = { numRuns: 60 };
vi.setConfig({ testTimeout: 60_000 });

/** Two states of one gateway: some of what is there before goes, some is new, some has other values. */
const states = fc
  .tuple(estates(), fc.infiniteStream(fc.nat({ max: 99 })), fc.infiniteStream(fc.nat({ max: 99 })))
  .map(([estate, first, second]) => ({ before: some(estate, first), after: renamed(some(estate, second)) }));

/** A part of an estate in which all references lead somewhere. */
function some(estate: readonly Entity[], numbers: Iterable<number>): Entity[] {
  const dice = numbers[Symbol.iterator]();
  const kept: Entity[] = [];
  for (const entity of estate) {
    if ((dice.next().value ?? 0) < 30) continue;
    try {
      new StrictGateway([...kept, entity]);
      kept.push(entity);
    } catch {
      // It refers to what was left out.
    }
  }
  return kept;
}

/** Every second service takes the name of the one after it. */
function renamed(estate: readonly Entity[]): Entity[] {
  const services = estate.filter(({ kind }) => kind === 'services');
  const names = services.map(({ fields }) => fields['name'] ?? null);
  return estate.map((entity) => {
    const index = services.indexOf(entity);
    const name = names[(index + 1) % names.length] ?? null;
    return index < 0 ? entity : { kind: entity.kind, fields: { ...entity.fields, name } };
  });
}

const choices: fc.Arbitrary<(changes: readonly Change[]) => RestoreChoice> = fc
  .record({
    mode: fc.constantFrom('exact' as const, 'add-and-update' as const, 'only' as const),
    picks: fc.array(fc.nat()),
    outs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .map(({ mode, picks, outs }) => (changes) => {
    const select = (numbers: number[]): ChangeSelector[] =>
      changes.length === 0
        ? []
        : numbers.map((number) => {
            const { workspace, kind, id } = changes[number % changes.length] as Change;
            return { workspace, kind, name: id };
          });
    return { mode, except: select(outs), ...(mode === 'only' && { only: select(picks) }) };
  });

describe('what is chosen of any plan', () => {
  it('can be applied by itself: nothing refers to what is not there, no unique value is taken twice', () => {
    fc.assert(
      fc.property(states, choices, ({ before, after }, choiceFor) => {
        const gateway = new StrictGateway(before);
        const live = gateway.entities();
        const { changes, unchanged } = planWorkspace({ ...place, desired: after, live });
        const whole = { workspaces: [{ workspace: 'default', exists: true, changes, unchanged }] };
        const choice = choiceFor(changes);
        const chosen = planChooser(whole, live, facts)(choice);
        const done = chosen.plan.workspaces.flatMap((each) => each.changes);
        for (const change of done) gateway.apply(change);

        const idsOf = (list: readonly Change[]): Set<string> => new Set(list.map(({ kind, id }) => `${kind} ${id}`));
        const out = idsOf(
          changes.filter(({ kind, id }) => choice.except?.some((each) => each.kind === kind && each.name === id)),
        );
        for (const id of idsOf(done)) expect(out).not.toContain(id);
        if (choice.mode === 'add-and-update') {
          const lost = live.filter(
            ({ fields }) => !gateway.entities().some((each) => each.fields['id'] === fields['id']),
          );
          expect(lost).toEqual([]);
        }
        if (choice.mode === 'exact' && choice.except?.length === 0) expect(done).toEqual(changes);
        expect(chosen.left).toBe(changes.length - done.length);

        // Applied, it is done: the same choice of what is left is nothing.
        const rest = planWorkspace({ ...place, desired: after, live: gateway.entities() });
        const again = { workspaces: [{ workspace: 'default', exists: true, changes: rest.changes, unchanged: 0 }] };
        const { plan } = planChooser(again, gateway.entities(), facts)(choice);
        expect(plan.workspaces.flatMap((each) => each.changes)).toEqual([]);
      }),
      runs,
    );
  });
});
