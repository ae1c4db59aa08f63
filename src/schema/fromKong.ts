import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityCheck, EntityFacts, FieldFacts, FieldType, PluginFacts } from './facts.js';

/** Deeper than any schema of Kong's; a bound for answers made to exhaust us. */
const maxDepth = 40;

const types: ReadonlySet<string> = new Set<FieldType>([
  'string',
  'integer',
  'number',
  'boolean',
  'array',
  'set',
  'map',
  'record',
  'foreign',
  'json',
  'any',
  'function',
]);

/** How deep in an answer, and whether the gateway's own descriptions are wanted. */
interface Reading {
  depth: number;
  prose: boolean;
}

type Convert = (raw: Json, reading: Reading) => Json | undefined;

const deeper = ({ depth, prose }: Reading): Reading => ({ depth: depth + 1, prose });

const flag: Convert = (raw) => (raw === true ? true : undefined);
const numeric: Convert = (raw) => (typeof raw === 'number' ? raw : undefined);
const text: Convert = (raw) => (typeof raw === 'string' ? raw : undefined);
const any: Convert = (raw) => raw;
const list: Convert = (raw) => (Array.isArray(raw) ? raw : undefined);
const name: Convert = (raw) => (typeof raw === 'string' && raw !== '' ? raw : undefined);

/** Characters. Kong's longest description has some 1,000. */
const longestProse = 2000;

const prose: Convert = (raw, reading) =>
  reading.prose && typeof raw === 'string' && raw.trim() !== '' ? raw.trim().slice(0, longestProse) : undefined;

const range: Convert = (raw) =>
  Array.isArray(raw) && raw.length === 2 && raw.every((limit) => typeof limit === 'number') ? raw : undefined;

const isPattern = (raw: Json): raw is JsonObject & { pattern: string } =>
  isObject(raw) && typeof raw.pattern === 'string';

const patterns: Convert = (raw) => {
  if (!Array.isArray(raw)) return undefined;
  return raw.filter(isPattern).map(({ pattern, err }) => ({ pattern, ...(typeof err === 'string' && { err }) }));
};

const anyPattern: Convert = (raw) => {
  if (!isObject(raw) || !Array.isArray(raw.patterns)) return undefined;
  const strings = raw.patterns.filter((pattern) => typeof pattern === 'string');
  return { patterns: strings, ...(typeof raw.err === 'string' && { err: raw.err }) };
};

const subsets: Convert = (raw) => {
  if (!Array.isArray(raw)) return undefined;
  return raw.filter((subset) => Array.isArray(subset) && subset.every((member) => typeof member === 'string'));
};

/** Kong's prose is left behind; where the value moved to is a fact. */
const deprecation: Convert = (raw) => {
  if (!isObject(raw)) return undefined;
  const kept: JsonObject = {};
  if (typeof raw.removal_in_version === 'string') kept.removal_in_version = raw.removal_in_version;
  const paths = Array.isArray(raw.replaced_with)
    ? raw.replaced_with.flatMap((to) => (isObject(to) && isPath(to.path) ? [{ path: to.path }] : []))
    : [];
  if (paths.length) kept.replaced_with = paths;
  return kept;
};

const isPath = (raw: Json | undefined): raw is string[] =>
  Array.isArray(raw) && raw.every((part) => typeof part === 'string');

const conditions = ['if_match', 'then_match', 'else_match'];

/** What a check is told, with its conditions, which are parts of fields, read as such. */
function checkArgument(arg: Json, reading: Reading): Json {
  if (!isObject(arg)) return arg;
  const entries = Object.entries(arg).flatMap(([key, value]): [string, Json][] => {
    if (!conditions.includes(key)) return [[key, value]];
    return isObject(value) ? [[key, convert(value, deeper(reading))]] : [];
  });
  return Object.fromEntries(entries);
}

const checks: Convert = (raw, reading) => {
  const kept = (Array.isArray(raw) ? raw.filter(isObject) : []).map((check) =>
    Object.fromEntries(Object.entries(check).map(([name, arg]) => [name, checkArgument(arg, reading)])),
  );
  return kept.length ? kept : undefined;
};

/** Fields come as a list of one-key objects, in the order Kong judges them. */
const fields: Convert = (raw, reading) => {
  const kept: JsonObject = Object.create(null) as JsonObject;
  for (const entry of Array.isArray(raw) ? raw : []) {
    if (!isObject(entry)) continue;
    for (const [key, value] of Object.entries(entry)) {
      const facts = field(value, reading);
      if (facts !== undefined) kept[key] = facts;
    }
  }
  return { ...kept };
};

const someFields: Convert = (raw, reading) => {
  const kept = fields(raw, reading);
  return isObject(kept) && Object.keys(kept).length ? kept : undefined;
};

/** A field, or one that only adjusts another and so may leave its type out. */
const field: Convert = (raw, reading) => {
  if (!isObject(raw) || reading.depth > maxDepth) return undefined;
  if (typeof raw.type !== 'string' || !types.has(raw.type)) return undefined;
  return convert(raw, deeper(reading));
};

const subschemas: Convert = (raw, reading) => {
  if (!isObject(raw)) return undefined;
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(raw)) if (isObject(value)) kept[key] = convert(value, deeper(reading));
  return kept;
};

/** What is carried over, in the order it is written; all else (examples, defaults of the schema language) is dropped. */
const attributes: Readonly<Record<string, Convert>> = {
  type: text,
  description: prose,
  required: flag,
  auto: flag,
  default: any,
  eq: any,
  ne: any,
  one_of: list,
  not_one_of: list,
  between: range,
  gt: numeric,
  len_eq: numeric,
  len_min: numeric,
  len_max: numeric,
  starts_with: text,
  contains: any,
  is_regex: flag,
  uuid: flag,
  timestamp: flag,
  unique: flag,
  unique_across_ws: flag,
  reference: name,
  on_delete: name,
  referenceable: flag,
  encrypted: flag,
  transient: flag,
  abstract: flag,
  immutable: flag,
  match: text,
  match_all: patterns,
  match_any: anyPattern,
  match_none: patterns,
  not_match: text,
  mutually_exclusive_subsets: subsets,
  err: text,
  elements: field,
  keys: field,
  values: field,
  fields,
  shorthand_fields: someFields,
  entity_checks: checks,
  deprecation,
  subschema_key: name,
  subschema_error: text,
};

/** Attributes whose name in Kong's answer differs from ours. */
const renamed: Readonly<Record<string, [from: string, convert: Convert]>> = {
  subschemas: ['subschema_definitions', subschemas],
};

function convert(raw: JsonObject, reading: Reading): JsonObject {
  const kept: JsonObject = {};
  for (const [key, take] of Object.entries(attributes)) {
    const value = raw[key] === undefined ? undefined : take(raw[key], reading);
    if (value !== undefined) kept[key] = value;
  }
  for (const [key, [from, take]] of Object.entries(renamed)) {
    const value = raw[from] === undefined ? undefined : take(raw[from], reading);
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

/** A record's facts, read from the top of a schema. */
function top(
  raw: Json,
  prose: boolean,
): Pick<FieldFacts, 'entity_checks' | 'shorthand_fields'> & Pick<EntityFacts, 'fields'> {
  const converted = isObject(raw) ? convert(raw, { depth: 0, prose }) : {};
  return {
    fields: (converted.fields ?? {}) as unknown as Record<string, FieldFacts>,
    ...(converted.shorthand_fields !== undefined && {
      shorthand_fields: converted.shorthand_fields as unknown as Record<string, FieldFacts>,
    }),
    ...(converted.entity_checks !== undefined && { entity_checks: converted.entity_checks as EntityCheck[] }),
  };
}

const strings = (raw: Json | undefined): string[] =>
  Array.isArray(raw) ? raw.filter((entry) => typeof entry === 'string') : [];

const atTop: Reading = { depth: 0, prose: false };

/** What the address of a kind, its keys and its place in a gateway are; Kong's `/schemas` does not say. */
function fromMeta(meta: JsonObject): Partial<EntityFacts> {
  const primaryKey = strings(meta.primary_key);
  const facts: Record<string, Json | undefined> = {
    cache_key: strings(meta.cache_key).length ? strings(meta.cache_key) : undefined,
    endpoint_key: name(meta.endpoint_key ?? null, atTop),
    admin_api_name: name(meta.admin_api_name ?? null, atTop),
    admin_api_nested_name: name(meta.admin_api_nested_name ?? null, atTop),
    subschema_key: name(meta.subschema_key ?? null, atTop),
    workspaceable: meta.workspaceable === false ? false : undefined,
    generate_admin_api: meta.generate_admin_api === false ? false : undefined,
    db_export: meta.db_export === false ? false : undefined,
    ttl: meta.ttl === true ? true : undefined,
    primary_key: primaryKey.length && primaryKey.join() !== 'id' ? primaryKey : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<EntityFacts>;
}

/** Shorthand fields, which older gateways' `/schemas` leave out, as the meta names them: `{ name, type }`. */
function metaShorthands(meta: JsonObject): Record<string, FieldFacts> {
  const kept: [string, FieldFacts][] = [];
  for (const entry of Array.isArray(meta.shorthand_fields) ? meta.shorthand_fields : []) {
    if (!isObject(entry) || typeof entry.name !== 'string') continue;
    const facts = field({ ...entry, name: null }, atTop);
    if (facts !== undefined) kept.push([entry.name, facts as unknown as FieldFacts]);
  }
  return Object.fromEntries(kept);
}

type Foreign = NonNullable<EntityFacts['foreign']>;

function foreignOf(all: Record<string, FieldFacts>): Foreign {
  const kept: [string, Foreign[string]][] = [];
  for (const [key, { type, reference, required, on_delete }] of Object.entries(all)) {
    if (type !== 'foreign' || reference === undefined) continue;
    kept.push([key, { reference, ...(required && { required }), ...(on_delete && { on_delete }) }]);
  }
  return Object.fromEntries(kept);
}

/**
 * What Kong's `/schemas/<kind>` answers, as facts. Anything odd in it is left out.
 * @param meta what the schema itself doesn't say: `{ cache_key, endpoint_key, admin_api_name, shorthand_fields, ttl … }`.
 * @param wants `prose` for the gateway's own descriptions too: those are never shipped.
 */
export function entityFactsFromKong(raw: Json, meta?: Json, wants?: { prose: boolean }): EntityFacts {
  const facts: EntityFacts = top(raw, wants?.prose === true);
  const more = isObject(meta) ? meta : {};
  const shorthands = { ...metaShorthands(more), ...facts.shorthand_fields };
  if (Object.keys(shorthands).length) facts.shorthand_fields = shorthands;
  const foreign = foreignOf(facts.fields);
  if (Object.keys(foreign).length) facts.foreign = foreign;
  const unique = Object.keys(facts.fields).filter((key) => facts.fields[key]?.unique);
  if (unique.length) facts.unique = unique;
  return Object.assign(facts, fromMeta(more));
}

/** What Kong's `/schemas/plugins/<name>` answers, as facts. Anything odd in it is left out. */
export function pluginFactsFromKong(raw: Json, wants?: { prose: boolean }): PluginFacts {
  return top(raw, wants?.prose === true);
}
