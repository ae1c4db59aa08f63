import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Field, RecordSchema } from './compile.js';
import type { Shorthand } from './shorthands.js';
import { asList, copyOf, deepEqual, getField, isTable, tostring, type Value } from './lua.js';
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
  const whole = schema.areWhole ? subschemaOf(schema, given) : undefined;
  if (whole) return expandRecord(whole, given, options);
  const faults = new FaultTree();
  const spread = spreadShorthands(schema, given, faults, options);
  if (!faults.empty) return { value: spread, faults };
  const { plain, compound } = planOf(schema, subschemaOf(schema, spread));
  // One copy of an object that is whole already is much cheaper than a property at a time.
  const value: JsonObject = options.update ? { ...spread } : { ...plain, ...spread };
  for (const [name, field] of compound) {
    const adjusted = expandField(field, Object.hasOwn(spread, name) ? spread[name] : undefined, options);
    if (adjusted.faults) faults.fields.set(name, adjusted.faults);
    if (adjusted.value !== undefined) value[name] = adjusted.value;
    else delete value[name];
  }
  return faults.empty ? { value } : { value, faults };
}

/** What there is to do for a record of a schema, worked out once. */
interface Plan {
  /** Values of the fields that were left out, where they are always the same and hold nothing. */
  plain: JsonObject;
  /** Fields whose values have to be looked into. */
  compound: [string, Field][];
}

const plans = new WeakMap<RecordSchema, Map<RecordSchema | undefined, Plan>>();

function planOf(schema: RecordSchema, sub: RecordSchema | undefined): Plan {
  let bySub = plans.get(schema);
  if (!bySub) plans.set(schema, (bySub = new Map()));
  let plan = bySub.get(sub);
  if (!plan) bySub.set(sub, (plan = planned(schema, sub)));
  return plan;
}

const compoundTypes: ReadonlySet<string> = new Set(['record', 'array', 'set', 'map']);

function planned(schema: RecordSchema, sub: RecordSchema | undefined): Plan {
  const plan: Plan = { plain: {}, compound: [] };
  for (const [name, declared] of schema.fields) {
    const field = sub?.fields.get(name) ?? declared;
    const filled = field.abstract || field.type === 'record' ? undefined : missing(field, {});
    const isCompound = compoundTypes.has(field.type) && !field.abstract;
    if (isCompound || isTable(filled)) plan.compound.push([name, field]);
    if (filled !== undefined && !isTable(filled)) plan.plain[name] = filled;
    // Keeps the schema's order of fields; what stands here is replaced.
    else if (isCompound && !field.auto) plan.plain[name] = null;
  }
  return plan;
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

/** @returns the record without its shorthands; the given one when it has none. */
function spreadShorthands(
  schema: RecordSchema,
  given: JsonObject,
  faults: FaultTree,
  { judge }: ExpandOptions,
): JsonObject {
  let value = given;
  for (const [name, { field, shorthand }] of schema.shorthands) {
    const short = Object.hasOwn(value, name) ? value[name] : undefined;
    if (short === undefined) continue;
    const fault = judge?.(field, short) ?? mismatch(name, short, field, shorthand, value);
    if (fault) {
      faults.fields.set(name, fault);
      continue;
    }
    if (value === given) value = { ...given };
    delete value[name];
    for (const { path, value: spread } of shorthand.expand(short)) place(value, path, spread, shorthand.yields);
  }
  return value;
}

/** A deprecated field and the one that replaced it may both be there, but not with different values. */
function mismatch(
  name: string,
  given: Json,
  { deprecation }: Field,
  { reshape }: Shorthand,
  value: JsonObject,
): Fault | undefined {
  if (given === null) return undefined;
  const reshaped = reshape ? reshape(given) : given;
  for (const { path } of deprecation?.replaced_with ?? []) {
    const present = getField(value, path.join('.'));
    if (present === undefined || present === null || deepEqual(present, reshaped)) continue;
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

export interface ExpandedField {
  value: Value;
  faults?: FaultTree;
}

/** A field's value as Kong has it when it starts to judge. */
export function expandField(field: Field, value: Value, options: ExpandOptions): ExpandedField {
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
  if (field.default !== undefined) return copyOf(field.default);
  if (!field.required) return null;
  if (field.abstract || field.type !== 'record' || !field.record) return undefined;
  return expandRecord(field.record, {}, options).value;
}
