import type { Change } from '../core/change.js';
import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Dependencies, Dependency } from './dependencies.js';
import { entityKind, type NaturalKey } from './kinds.js';

/**
 * Changes with a way out of each circle in which they wait for one another: an entity that holds a unique value takes a
 * passing one first, or is deleted and made again where nothing is lost by it.
 * @returns undefined when no circle can be broken.
 */
export function breakCycles(
  changes: readonly Change[],
  waitsFor: Dependencies,
  stuck: readonly number[],
  facts?: SchemaFacts,
): Change[] | undefined {
  const instead = new Map<number, Change[]>();
  const among = new Set(stuck);
  const visited = new Set<number>();
  for (const start of stuck) {
    const edge = keyEdgeOfCycle(start, waitsFor, among, visited);
    const change = edge && changes[edge.index];
    if (!edge?.key || !change || instead.has(edge.index)) continue;
    const steps = stepAside(change, edge.key, facts);
    if (steps) instead.set(edge.index, steps);
  }
  if (instead.size === 0) return undefined;
  return changes.flatMap((change, index) => instead.get(index) ?? [change]);
}

/** Walks back from a change that can't be reached until a circle closes, each change once. */
function keyEdgeOfCycle(
  start: number,
  waitsFor: Dependencies,
  among: ReadonlySet<number>,
  visited: Set<number>,
): Dependency | undefined {
  const path: Dependency[] = [];
  const position = new Map<number, number>();
  let current = start;
  while (!visited.has(current)) {
    visited.add(current);
    position.set(current, path.length);
    const next = waitsFor[current]?.find(({ index }) => among.has(index));
    if (!next) return undefined;
    path.push(next);
    current = next.index;
  }
  const from = position.get(current);
  return from === undefined ? undefined : path.slice(from).find(({ key }) => key !== undefined);
}

function stepAside(change: Change, key: NaturalKey, facts: SchemaFacts | undefined): Change[] | undefined {
  const { before, after } = change;
  const field = key[0];
  if (!before || field === undefined) return undefined;
  if (after && entityKind(change.kind, facts).remakeable === true) return remade(change, before, after);
  if (key.length > 1 || typeof before[field] !== 'string') return undefined;
  const passing = { ...before, [field]: passingName(change.id) };
  const step: Change = {
    ...change,
    action: 'update',
    before,
    after: passing,
    fields: [{ path: field, before: before[field], after: passing[field] ?? null }],
  };
  return [step, { ...change, before: passing }];
}

function remade({ workspace, kind, label, id }: Change, before: JsonObject, after: JsonObject): Change[] {
  const same = { workspace, kind, label, id };
  return [
    { ...same, action: 'delete', before },
    { ...same, action: 'create', after },
  ];
}

/** Fits a name, a user name, a host and a prefix of a vault alike. */
const passingName = (id: string): string => `tmp-${id.replace(/[^0-9a-z]/gi, '').toLowerCase()}`;
