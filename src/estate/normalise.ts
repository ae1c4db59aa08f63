import { isObject, type Json, type JsonObject } from '../core/json.js';
import { someWithDefaults, withDefaults } from '../schema/defaults.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';

/** Fields that Kong makes by itself: a difference in them is none. */
const computed: Readonly<Record<string, readonly string[]>> = {
  ca_certificates: ['cert_digest'],
  certificates: ['snis'],
};
const timestamps = ['created_at', 'updated_at', 'ws_id'];

/** The fields of a kind as the schema has them, with a plugin's own under `config`. */
export function fieldsOfKind(facts: SchemaFacts, kind: string, value: JsonObject): Record<string, FieldFacts> {
  const fields = facts.entities[kind]?.fields ?? {};
  const plugin = kind === 'plugins' && typeof value['name'] === 'string' ? facts.plugins[value['name']] : undefined;
  return plugin ? { ...fields, ...plugin.fields } : fields;
}

/** Without what Kong makes by itself. */
export function withoutComputed(kind: string, fields: JsonObject): JsonObject {
  const left = new Set([...timestamps, ...(computed[kind] ?? [])]);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name)));
}

/**
 * An entity in the one form in which equal means the same: defaults filled in, values under the names that they have now,
 * null is absent, sets in order, no fields that Kong makes by itself.
 */
export function comparable(facts: SchemaFacts, kind: string, fields: JsonObject): JsonObject {
  const known = fieldsOfKind(facts, kind, fields);
  const given = withoutComputed(kind, fields);
  const filled = withDefaults(facts, kind, given, { nulls: false });
  return withoutCountdown(kind, canonicalRecord(filled, known));
}

/** What is left of a lifetime gets less each second: only whether there is one can be compared. */
function withoutCountdown(kind: string, result: JsonObject): JsonObject {
  if (typeof result['ttl'] === 'number' && kind === 'keyauth_credentials') result['ttl'] = 'limited';
  return result;
}

/**
 * Two entities in comparable form, or of both only those fields that may differ.
 * @param known the fields of the kind, for both.
 * @param names those that may differ.
 */
export function comparablePair(
  facts: SchemaFacts,
  kind: string,
  pair: readonly [JsonObject, JsonObject],
  known: Record<string, FieldFacts>,
  names: readonly string[],
): [JsonObject, JsonObject] {
  const [one, other] = pair.map((fields) => {
    const filled = someWithDefaults(facts, kind, fields, names);
    return filled && withoutCountdown(kind, canonicalRecord(filled, known));
  });
  return one && other ? [one, other] : [comparable(facts, kind, pair[0]), comparable(facts, kind, pair[1])];
}

/** Names of the fields that a quick look doesn't find equal. */
export function unsureFields(
  a: JsonObject,
  b: JsonObject,
  fields: Record<string, FieldFacts>,
  left: readonly string[],
): string[] {
  const names: string[] = [];
  for (const name of Object.keys(a)) {
    if (!left.includes(name) && !sureEqual(a[name], b[name], fields[name])) names.push(name);
  }
  for (const name of Object.keys(b)) {
    if (!(name in a) && !left.includes(name) && !sureEqual(undefined, b[name], fields[name])) names.push(name);
  }
  return names;
}

function canonicalRecord(value: JsonObject, fields: Record<string, FieldFacts> | undefined): JsonObject {
  const result: JsonObject = {};
  for (const name of Object.keys(value).sort()) {
    const field = value[name];
    if (field === undefined || field === null) continue;
    result[name] = canonical(field, fields?.[name]);
  }
  return result;
}

/** Kong's JSON can't tell an empty list from an empty map. */
function canonical(value: Json, facts: FieldFacts | undefined): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, facts?.elements));
    return facts?.type === 'set' ? sortedSet(items) : items;
  }
  if (!isObject(value)) return value;
  if (facts?.type === 'foreign') return typeof value['id'] === 'string' ? { id: value['id'] } : value;
  if (facts?.type === 'map') return emptyAsList(mapOf(value, facts.values));
  return emptyAsList(canonicalRecord(value, facts?.fields));
}

const emptyAsList = (value: JsonObject): Json => (Object.keys(value).length === 0 ? [] : value);

function mapOf(value: JsonObject, values: FieldFacts | undefined): JsonObject {
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, canonical(value[name] ?? null, values)]));
}

function sortedSet(items: Json[]): Json[] {
  const texts = new Map(items.map((item) => [typeof item === 'string' ? item : JSON.stringify(item), item]));
  return [...texts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}

/**
 * Whether two entities are equal as they stand, null being absent. A quick no is no proof that they differ: only
 * `comparable` can tell. A quick yes holds.
 */
export function sureEqual(a: Json | undefined, b: Json | undefined, facts?: FieldFacts): boolean {
  if (a === undefined || a === null || b === undefined || b === null) {
    if ((a ?? null) !== (b ?? null) || a === b) return a === b;
    // Absent means the default, null means nothing: only the same where the default is nothing. A record has defaults inside.
    return facts?.type !== 'record' && (facts?.default ?? null) === null;
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sureEqual(item, b[index], facts?.elements));
  }
  if (!isObject(a)) return a === b;
  return isObject(b) && sureEqualFields(a, b, facts?.fields);
}

function sureEqualFields(a: JsonObject, b: JsonObject, fields: Record<string, FieldFacts> | undefined): boolean {
  for (const name of Object.keys(a)) if (!sureEqual(a[name], b[name], fields?.[name])) return false;
  for (const name of Object.keys(b)) {
    if (!(name in a) && !sureEqual(undefined, b[name], fields?.[name])) return false;
  }
  return true;
}

/** Names of the fields in which a difference is none, whatever they hold. */
export const computedFields = (kind: string): readonly string[] => [...timestamps, ...(computed[kind] ?? [])];
