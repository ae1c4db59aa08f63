import type { Change } from '../core/change.js';
import type { SchemaFacts } from '../schema/facts.js';
import { entityKind } from './kinds.js';
import { breakCycles } from './cycles.js';
import { dependencies, type Dependencies, mayWait } from './dependencies.js';

/**
 * Changes in an order in which each can be applied after the other: what is referred to before what refers, what holds a
 * unique value gives it free before another takes it, children go before parents. Where two entities swap a value, one
 * takes a passing name first.
 */
export function orderChanges(changes: readonly Change[], facts?: SchemaFacts): Change[] {
  let list = inHabit(changes, facts);
  if (!mayWait(list, facts)) return list;
  for (let rounds = changes.length; ; rounds--) {
    const waitsFor = dependencies(list, facts);
    const { order, stuck } = topological(waitsFor);
    if (stuck.length === 0) return order.map((index) => list[index] as Change);
    const broken = rounds > 0 ? breakCycles(list, waitsFor, stuck, facts) : undefined;
    // What can't be ordered is left in the order of habit: the gateway has the last word.
    if (!broken) return [...order, ...stuck].map((index) => list[index] as Change);
    list = broken;
  }
}

/** Changes in order, and others that wait for nothing. */
export function withChanges(ordered: readonly Change[], others: readonly Change[], facts?: SchemaFacts): Change[] {
  if (others.length === 0) return [...ordered];
  return mayWait(ordered, facts) ? [...inHabit(others, facts), ...ordered] : inHabit([...ordered, ...others], facts);
}

/** Creates and updates from parents to children, then deletes from children to parents. */
function inHabit(changes: readonly Change[], facts: SchemaFacts | undefined): Change[] {
  const levels = new Map<string, number>();
  const levelOf = (kind: string): number => {
    let level = levels.get(kind);
    if (level === undefined) levels.set(kind, (level = entityKind(kind, facts).level));
    return level;
  };
  const rank = ({ action, kind }: Change): number => (action === 'delete' ? 100 - levelOf(kind) : levelOf(kind));
  const ranked = changes.map((change) => ({ change, rank: rank(change) }));
  ranked.sort(
    (a, b) => a.rank - b.rank || compareTexts(a.change.kind, b.change.kind) || compareLabels(a.change, b.change),
  );
  return ranked.map(({ change }) => change);
}

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const compareLabels = (a: Change, b: Change): number => compareTexts(a.label, b.label);

/** Positions in an order in which each comes after those it waits for, as near to the given order as can be. */
function topological(waitsFor: Dependencies): { order: number[]; stuck: number[] } {
  const open = waitsFor.map((needed) => needed.length);
  const waiting: number[][] = waitsFor.map(() => []);
  waitsFor.forEach((needed, index) => needed.forEach(({ index: first }) => waiting[first]?.push(index)));
  const order: number[] = [];
  const done = new Uint8Array(waitsFor.length);
  const release = (start: number): void => {
    const ready = [start];
    for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
      order.push(index);
      done[index] = 1;
      for (const next of waiting[index] ?? []) {
        open[next] = (open[next] ?? 0) - 1;
        // One that stands further on is taken when its turn comes.
        if (open[next] === 0 && next < start) ready.push(next);
      }
    }
  };
  for (let index = 0; index < waitsFor.length; index++) if (open[index] === 0 && done[index] === 0) release(index);
  const stuck = waitsFor.flatMap((_, index) => (done[index] === 0 ? [index] : []));
  return { order, stuck };
}
