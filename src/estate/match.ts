import { groupBy } from '../core/groupBy.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Entity } from './entity.js';
import { type EntityKind, entityKind } from './kinds.js';
import { keyText } from './naturalKey.js';
import { comparable } from './normalise.js';
import { withIds } from './references.js';

/** An entity as it should be, beside the one of the gateway that it is. */
export interface Pair {
  kind: EntityKind;
  /** With the gateway's ids, its own and those it refers to. */
  desired: JsonObject;
  /** Absent when it has to be created. */
  live?: JsonObject;
}

export interface Matched {
  pairs: Pair[];
  /** On the gateway, but not wanted. */
  unwanted: Entity[];
  /** How many entities the gateway has under another id than the wanted one. */
  otherIds: number;
}

/** Tells which entity of a gateway is which wanted one: by id, then by natural key, then by being equal in all else. */
export function matchEntities(desired: readonly Entity[], live: readonly Entity[], facts: SchemaFacts): Matched {
  const wantedByKind = groupBy(desired, ({ kind }) => kind);
  const liveByKind = groupBy(live, ({ kind }) => kind);
  const kinds = [...new Set([...wantedByKind.keys(), ...liveByKind.keys()])].map((kind) => entityKind(kind, facts));
  kinds.sort((a, b) => a.level - b.level || (a.kind < b.kind ? -1 : 1));
  const ids = new Map<string, string>();
  const names = namesOf(live);
  const pairs: Pair[] = [];
  const unwanted: Entity[] = [];
  for (const kind of kinds) {
    const matcher = new KindMatcher(kind, liveByKind.get(kind.kind) ?? [], facts);
    const wanted = (wantedByKind.get(kind.kind) ?? []).map(({ fields }) => byId(kind, withIds(fields, ids), names));
    for (const pair of matcher.match(wanted, ids)) pairs.push(pair);
    unwanted.push(...matcher.left().map((fields) => ({ kind: kind.kind, fields })));
  }
  // A reference may have been read before the entity that it names was recognised: only of one kind to itself.
  const settled = pairs.map((pair) => ({ ...pair, desired: { ...withIds(pair.desired, ids) } }));
  return { pairs: settled, unwanted, otherIds: ids.size };
}

type Names = ReadonlyMap<string, string>;
const nameKey = (kind: string, name: string): string => `${kind}\u0000${name}`;

function namesOf(live: readonly Entity[]): Names {
  const names = new Map<string, string>();
  for (const { kind, fields } of live) {
    const name = fields['name'] ?? fields['username'];
    if (typeof name === 'string' && typeof fields['id'] === 'string') names.set(nameKey(kind, name), fields['id']);
  }
  return names;
}

/** References to what only the gateway has may be by name: they get its id. */
function byId({ foreign }: EntityKind, fields: JsonObject, names: Names): JsonObject {
  let result = fields;
  for (const [field, kind] of Object.entries(foreign)) {
    const value = fields[field];
    if (!isObject(value) || typeof value['id'] === 'string' || typeof value['name'] !== 'string') continue;
    const id = names.get(nameKey(kind, value['name']));
    if (id !== undefined) result = { ...result, [field]: { id } };
  }
  return result;
}

class KindMatcher {
  private readonly remaining = new Map<string, JsonObject>();

  constructor(
    private readonly kind: EntityKind,
    live: readonly Entity[],
    private readonly facts: SchemaFacts,
  ) {
    for (const { fields } of live) this.remaining.set(String(fields['id']), fields);
  }

  /** @param ids gets what a recognised entity is called on the gateway. */
  match(wanted: readonly JsonObject[], ids: Map<string, string>): Pair[] {
    const found = new Map<JsonObject, JsonObject>();
    const take = (desired: JsonObject, live: JsonObject): void => {
      found.set(desired, live);
      this.remaining.delete(String(live['id']));
      if (desired['id'] !== live['id']) ids.set(String(desired['id']), String(live['id']));
    };
    for (const desired of wanted) {
      const live = this.remaining.get(String(desired['id']));
      if (live) take(desired, live);
    }
    const left = (): JsonObject[] => wanted.filter((desired) => !found.has(desired));
    for (const key of this.kind.keys) this.matchBy(left(), (fields) => keyText(fields, key), take);
    // What is known by something is not another's equal: that would be known by the same.
    const isNameless = (fields: JsonObject): boolean =>
      this.kind.keys.every((key) => keyText(fields, key) === undefined);
    const nameless = left().filter(isNameless);
    if (nameless.length > 0) this.matchBy(nameless, (fields) => this.content(fields), take);
    return wanted.map((desired) => this.pair(desired, found.get(desired)));
  }

  left(): JsonObject[] {
    return [...this.remaining.values()];
  }

  private matchBy(
    wanted: readonly JsonObject[],
    keyOf: (fields: JsonObject) => string | undefined,
    take: (desired: JsonObject, live: JsonObject) => void,
  ): void {
    if (wanted.length === 0 || this.remaining.size === 0) return;
    const byKey = groupBy(this.remaining.values(), keyOf);
    for (const desired of wanted) {
      const key = keyOf(desired);
      const live = key === undefined ? undefined : byKey.get(key)?.shift();
      if (live) take(desired, live);
    }
  }

  private content(fields: JsonObject): string {
    return JSON.stringify({ ...comparable(this.facts, this.kind.kind, fields), id: null });
  }

  private pair(desired: JsonObject, live: JsonObject | undefined): Pair {
    if (!live) return { kind: this.kind, desired };
    return { kind: this.kind, desired: { ...desired, id: live['id'] ?? null }, live };
  }
}
