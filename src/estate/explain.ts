import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { Entity } from './entity.js';
import { fieldChanges } from './fieldChanges.js';
import { labelOfEntity } from './label.js';
import { matchEntities, type Pair } from './match.js';
import { comparable, computedFields, fieldsOfKind } from './normalise.js';
import { samePassword } from './plan.js';

/** Why something that reads differently on two sides is no difference. */
export type SameReason =
  'default' | 'computed' | 'order' | 'older-name' | 'empty' | 'null' | 'lifetime' | 'password' | 'other-id' | 'writing';

/** A field that reads differently in so many entities of a kind, and means the same. */
export interface SameMeaning {
  reason: SameReason;
  kind: string;
  /** `config.minute`, `tags`; list positions are left out: `config.rules[].name`. Empty for entities as a whole. */
  path: string;
  count: number;
  /** What a person calls one of them. */
  example: string;
}

/** What reads differently on two sides and is no difference, with the reason; most frequent first. */
export function explainSame(desired: readonly Entity[], live: readonly Entity[], facts: SchemaFacts): SameMeaning[] {
  const found = new Map<string, SameMeaning>();
  const idsOf = new Set(live.map(({ kind, fields }) => `${kind} ${String(fields['id'])}`));
  const { pairs } = matchEntities(desired, live, facts);
  const note = (pair: Pair, reason: SameReason, path: string): void => {
    const { kind } = pair.kind;
    const key = `${reason} ${kind} ${path}`;
    const same = found.get(key);
    if (same) same.count++;
    else {
      const example = labelOfEntity({ kind, fields: pair.desired }, () => undefined);
      found.set(key, { reason, kind, path, count: 1, example });
    }
  };
  const own = new Map<string, Set<string>>();
  for (const { kind, fields } of desired) {
    const ids = own.get(kind) ?? new Set<string>();
    own.set(kind, ids.add(String(fields['id'])));
  }
  for (const pair of pairs) {
    if (!pair.live) continue;
    const { kind } = pair.kind;
    const id = String(pair.live['id']);
    if (idsOf.has(`${kind} ${id}`) && own.get(kind)?.has(id) !== true) note(pair, 'other-id', 'id');
    explainPair(pair, pair.live, facts, (reason, path) => note(pair, reason, path));
  }
  for (const [pair, count] of moved(pairs, live)) {
    const { kind } = pair.kind;
    const example = labelOfEntity({ kind, fields: pair.desired }, () => undefined);
    found.set(`order ${kind}`, { reason: 'order', kind, path: '', count, example });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.kind + a.path < b.kind + b.path ? -1 : 1));
}

type Note = (reason: SameReason, path: string) => void;

function explainPair({ kind: { kind }, desired }: Pair, live: JsonObject, facts: SchemaFacts, note: Note): void {
  const known = fieldsOfKind(facts, kind, live);
  const computed = new Set(computedFields(kind));
  const [before, after] = [comparable(facts, kind, live), comparable(facts, kind, desired)];
  const differs = new Set(fieldChanges(before, after).map(({ path }) => topOf(path)));
  for (const name of new Set([...Object.keys(live), ...Object.keys(desired)])) {
    const [was, is] = [live[name], desired[name]];
    if (name === 'id' || isSame(was, is)) continue;
    if (computed.has(name)) note('computed', name);
    else if (name === 'password' && samePassword(kind, desired, live)) note('password', name);
    else if (name === 'ttl' && !differs.has(name)) note('lifetime', name);
    else if (!differs.has(name)) explainValue(was, is, known[name], name, note);
    else if (isObject(was) && isObject(is)) {
      explainInside([was, is], [before[name], after[name]], known[name]?.fields, name, note);
    }
  }
}

/** Of a record that differs, the fields that don't. */
function explainInside(
  [was, is]: readonly [JsonObject, JsonObject],
  [before, after]: readonly [Json | undefined, Json | undefined],
  known: Record<string, FieldFacts> | undefined,
  path: string,
  note: Note,
): void {
  if (!isObject(before) || !isObject(after)) return;
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const here = `${path}.${name}`;
    const [one, other] = [was[name], is[name]];
    if (isSame(one, other)) continue;
    const [oneFull, otherFull] = [before[name], after[name]];
    if (isSame(oneFull, otherFull)) explainValue(one, other, known?.[name], here, note);
    else if (isObject(one) && isObject(other)) {
      explainInside([one, other], [oneFull, otherFull], known?.[name]?.fields, here, note);
    }
  }
}

/** Two values that mean the same. */
function explainValue(
  was: Json | undefined,
  is: Json | undefined,
  known: FieldFacts | undefined,
  path: string,
  note: Note,
): void {
  if (isSame(was, is)) return;
  if (!isObject(was) || !isObject(is) || known?.type === 'foreign') return note(reasonOf(was, is, known), path);
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    explainValue(was[name], is[name], known?.fields?.[name] ?? known?.values, `${path}.${name}`, note);
  }
}

function reasonOf(was: Json | undefined, is: Json | undefined, known: FieldFacts | undefined): SameReason {
  if ((was ?? null) === null && (is ?? null) === null) return 'null';
  const isEmpty = (value: Json | undefined): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (isEmpty(was) && isEmpty(is)) return 'empty';
  // A name that the schema no longer has stands for another one.
  if (!known || known.deprecation) return 'older-name';
  if ((was ?? null) === null || (is ?? null) === null) return 'default';
  return known.type === 'set' ? 'order' : 'writing';
}

/** Entities that stand elsewhere among those of their kind: one of each kind, and how many. */
function moved(pairs: readonly Pair[], live: readonly Entity[]): Map<Pair, number> {
  const places = new Map(live.map(({ fields }, index) => [fields, index]));
  const last = new Map<string, number>();
  const counts = new Map<string, { pair: Pair; count: number }>();
  for (const pair of pairs) {
    if (!pair.live || pair.kind.untagged === true) continue;
    const { kind } = pair.kind;
    const place = places.get(pair.live) ?? 0;
    if (place >= (last.get(kind) ?? -1)) last.set(kind, place);
    else counts.set(kind, { pair: counts.get(kind)?.pair ?? pair, count: (counts.get(kind)?.count ?? 0) + 1 });
  }
  return new Map([...counts.values()].map(({ pair, count }) => [pair, count]));
}

const topOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isSame(a[name], b[name]));
}
