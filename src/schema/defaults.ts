import { isObject, type Json, type JsonObject } from '../core/json.js';
import { schemaOf, type Field, type RecordSchema } from './compile.js';
import { expandField, expandRecord, subschemaOf } from './expand.js';
import type { SchemaFacts } from './facts.js';
import { targetWithPort } from './formats/host.js';
import { asList, copyOf, getField } from './lua.js';

export interface DefaultsOptions {
  /** True to answer absent optional fields as `null`, as the Admin API does; false to leave them out. */
  nulls: boolean;
  /** Whether to show values under their deprecated names too, as the Admin API does. As `nulls` when not given. */
  deprecated?: boolean;
}

/**
 * What Kong stores and answers for what was posted: shorthands spread, defaults at every depth, sets without doubles.
 * Fields that Kong makes (id, created_at, key …) and what it looks up (a reference's id) are the caller's. A kind or
 * plugin without facts comes back as it was.
 */
export function withDefaults(
  facts: SchemaFacts,
  kind: string,
  value: JsonObject,
  options: DefaultsOptions,
): JsonObject {
  const schema = schemaOf(facts, kind);
  if (!schema) return copyOf(value);
  const { value: expanded } = expandRecord(schema, copyOf(value), {});
  const stored = { ...expanded, ...rewritten(kind, expanded) };
  return shown(schema, stored, options);
}

/**
 * What `withDefaults` makes of some fields at the top, absent ones left out: a fraction of the work where little is asked for.
 * @returns undefined where they can't be told by themselves, because others have a say in them.
 */
export function someWithDefaults(
  facts: SchemaFacts,
  kind: string,
  value: JsonObject,
  names: readonly string[],
): JsonObject | undefined {
  const schema = schemaOf(facts, kind);
  if (schema && !standAlone(schema, value, names)) return undefined;
  const sub = schema && subschemaOf(schema, value);
  const result: JsonObject = {};
  for (const name of names) {
    const given = Object.hasOwn(value, name) ? copyOf(value[name] ?? null) : undefined;
    const field = sub?.fields.get(name) ?? schema?.fields.get(name);
    const filled = field ? expandField(field, given, {}).value : given;
    if (filled === undefined || filled === null) continue;
    result[name] = field ? shownField(field, filled, { nulls: false }) : filled;
  }
  return { ...result, ...rewritten(kind, result) };
}

function standAlone({ shorthands, subschemaKey }: RecordSchema, value: JsonObject, names: readonly string[]): boolean {
  for (const name of shorthands.keys()) if (Object.hasOwn(value, name)) return false;
  return subschemaKey === undefined || (!names.includes(subschemaKey) && (value[subschemaKey] ?? null) !== null);
}

/**
 * An entity, or part of one, with shorthands and deprecated names spread over the fields they stand for, and nothing filled in:
 * both sides of a PATCH have to be so before they are merged.
 */
export function withoutShorthands(facts: SchemaFacts, kind: string, value: JsonObject): JsonObject {
  const schema = schemaOf(facts, kind);
  return schema ? expandRecord(schema, copyOf(value), { update: true }).value : copyOf(value);
}

/** Values that Kong writes in one way, however they were given. */
function rewritten(kind: string, value: JsonObject): JsonObject {
  if (kind === 'targets' && typeof value.target === 'string') return { target: targetWithPort(value.target) };
  return {};
}

function shown(schema: RecordSchema, value: JsonObject, options: DefaultsOptions): JsonObject {
  const sub = subschemaOf(schema, value);
  if (sub && schema.areWhole) return shown(sub, value, options);
  const result: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    const declared = schema.fields.get(name);
    const field = sub?.fields.get(name) ?? declared;
    if (member === null && !options.nulls) continue;
    result[name] = field ? shownField(field, member, options) : member;
  }
  if (options.deprecated ?? options.nulls) Object.assign(result, mirrored(schema, value, options));
  return result;
}

function shownField(field: Field, value: Json, options: DefaultsOptions): Json {
  if (field.type === 'record' && field.record && isObject(value)) return shown(field.record, value, options);
  const list = field.type === 'array' || field.type === 'set' ? asList(value) : undefined;
  if (list)
    return field.elements?.record ? list.map((member) => shownField(field.elements as Field, member, options)) : list;
  if (field.type !== 'map' || !isObject(value) || !field.values?.record) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, shownField(field.values as Field, member, options)]),
  );
}

/** Values under the names that they had before. */
function mirrored(schema: RecordSchema, value: JsonObject, { nulls }: DefaultsOptions): JsonObject {
  const fields: JsonObject = {};
  for (const [name, { shorthand }] of schema.shorthands) {
    if (!shorthand.mirrors) continue;
    const mirror = getField(value, shorthand.mirrors.join('.')) ?? null;
    if (mirror !== null || nulls) fields[name] = mirror;
  }
  return fields;
}
