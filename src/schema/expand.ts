import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Field, RecordSchema } from './compile.js';
import { asList, deepEqual, getField, isTable, tostring, type Value } from './lua.js';
import { messages } from './messages.js';
import { FaultTree, type Fault } from './problems.js';

export interface ExpandOptions {
  /** True for a change of part of an entity: nothing is filled in. */
  update?: boolean;
  /** Judges a shorthand field's value before it is spread; without it any value is spread. */
  judge?: (field: Field, value: Json) => Fault | FaultTree | undefined;
}

export interface Expanded {
  value: JsonObject;
  /** What is wrong with shorthand fields; Kong looks no further then. */
  faults?: FaultTree;
}

/** A record whose fields are there as Kong has them when it starts to judge: shorthands spread, defaults filled in. */
export function expandRecord(schema: RecordSchema, given: JsonObject, options: ExpandOptions): Expanded {
  const value = { ...given };
  const faults = new FaultTree();
  spreadShorthands(schema, value, faults, options);
  if (!faults.empty) return { value, faults };
  const sub = subschemaOf(schema, value);
  for (const [name, declared] of schema.fields) {
    const field = sub?.fields.get(name) ?? declared;
    const adjusted = expandField(field, Object.hasOwn(value, name) ? value[name] : undefined, options);
    if (adjusted.faults) faults.fields.set(name, adjusted.faults);
    if (adjusted.value !== undefined) value[name] = adjusted.value;
  }
  return faults.empty ? { value } : { value, faults };
}

/** The schema that a field's value picks: the plugin's, the protocol's. Of a list its first member that has one. */
export function subschemaOf(schema: RecordSchema, value: JsonObject): RecordSchema | undefined {
  const { subschemaKey, subschemas } = schema;
  if (subschemaKey === undefined || !subschemas) return undefined;
  const picked = Object.hasOwn(value, subschemaKey) ? value[subschemaKey] : undefined;
  if (typeof picked === 'string') return subschemas(picked);
  for (const name of asList(picked) ?? []) {
    const sub = typeof name === 'string' ? subschemas(name) : undefined;
    if (sub) return sub;
  }
  return undefined;
}

function spreadShorthands(schema: RecordSchema, value: JsonObject, faults: FaultTree, { judge }: ExpandOptions): void {
  for (const [name, { field, shorthand }] of schema.shorthands) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined) continue;
    const fault = judge?.(field, given) ?? mismatch(name, given, field, value);
    if (fault) {
      faults.fields.set(name, fault);
      continue;
    }
    delete value[name];
    for (const { path, value: spread } of shorthand.expand(given)) place(value, path, spread, shorthand.yields);
  }
}

/** A deprecated field and the one that replaced it may both be there, but not with different values. */
function mismatch(name: string, given: Json, { deprecation }: Field, value: JsonObject): Fault | undefined {
  if (given === null) return undefined;
  for (const { path } of deprecation?.replaced_with ?? []) {
    const present = getField(value, path.join('.'));
    if (present === undefined || present === null || deepEqual(present, given)) continue;
    const message = messages.deprecatedMismatch(name, tostring(given), path.join('.'), tostring(present));
    return { code: 'wrong-value', message };
  }
  return undefined;
}

/** Sets a field below a record without touching the records that were given. */
function place(into: JsonObject, [name = '', ...rest]: readonly string[], spread: Json, yields: boolean): void {
  const present = Object.hasOwn(into, name) ? into[name] : undefined;
  if (rest.length === 0) {
    if (!yields || present === undefined || present === null) into[name] = spread;
    return;
  }
  const below: JsonObject = isObject(present) ? { ...present } : {};
  place(below, rest, spread, yields);
  into[name] = below;
}

interface ExpandedField {
  value: Value;
  faults?: FaultTree;
}

function expandField(field: Field, value: Value, options: ExpandOptions): ExpandedField {
  if (field.abstract) return { value };
  if (field.type === 'record') return expandRecordField(field, value, options);
  if (isTable(value)) return expandMembers(field, value, options);
  return { value: value === undefined && !options.update ? missing(field, options) : value };
}

function expandRecordField(field: Field, given: Value, options: ExpandOptions): ExpandedField {
  const absent = given === undefined;
  if (given === null || (absent && (options.update || !field.required))) {
    return { value: absent && !options.update ? missing(field, options) : given };
  }
  const value = given ?? missing(field, options);
  if (!isTable(value) || !field.record || (Array.isArray(value) && value.length > 0)) return { value };
  return expandRecord(field.record, Array.isArray(value) ? {} : value, options);
}

function expandMembers(field: Field, value: Json[] | JsonObject, options: ExpandOptions): ExpandedField {
  if (field.type === 'map' && field.values && isObject(value)) return expandEntries(field.values, value, options);
  const list = field.type === 'array' || field.type === 'set' ? asList(value) : undefined;
  if (!list || !field.elements) return { value };
  const faults = new FaultTree();
  const members = field.type === 'set' ? [...new Set(list)] : list;
  const expanded = members.map((member, index) => {
    const adjusted = expandField(field.elements as Field, member, options);
    if (adjusted.faults) faults.fields.set(index, adjusted.faults);
    return adjusted.value ?? null;
  });
  return faults.empty ? { value: expanded } : { value: expanded, faults };
}

function expandEntries(field: Field, value: JsonObject, options: ExpandOptions): ExpandedField {
  const faults = new FaultTree();
  const entries = Object.entries(value).map(([key, member]): [string, Json] => {
    const adjusted = expandField(field, member, options);
    if (adjusted.faults) faults.fields.set(key, adjusted.faults);
    return [key, adjusted.value ?? null];
  });
  return faults.empty ? { value: Object.fromEntries(entries) } : { value: Object.fromEntries(entries), faults };
}

/** What stands for a field that was left out. Fields that Kong makes itself stay out. */
function missing(field: Field, options: ExpandOptions): Value {
  if (field.auto) return undefined;
  if (field.default !== undefined) return structuredCloneOf(field.default);
  if (!field.required) return null;
  if (field.abstract || field.type !== 'record' || !field.record) return undefined;
  return expandRecord(field.record, {}, options).value;
}

const structuredCloneOf = (value: Json): Json => (isTable(value) ? structuredClone(value) : value);
