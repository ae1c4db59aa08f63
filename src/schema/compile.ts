import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityCheck, FieldFacts, SchemaFacts } from './facts.js';
import { formatAt } from './checks/customFormats.js';
import { entityRuleAt } from './checks/customEntityChecks.js';
import type { EntityRule } from './checks/judgement.js';
import type { Format } from './formats/format.js';
import { hostWithWildcards } from './formats/host.js';
import { path } from './formats/path.js';
import { luaPattern } from './luaPattern.js';
import { majorOf } from './major.js';
import { messages } from './messages.js';
import { routeSubschemas, vaultSubschema } from './subschemas.js';
import { shorthandAt, type Shorthand } from './shorthands.js';

/** A Lua pattern made ready; undefined when it cannot be put as a regular expression, and then nothing is said. */
export interface Pattern {
  regex: RegExp | undefined;
  /** Of the values that it is tried on, in characters. */
  longest: number;
  err?: string;
}

/** A field's facts, ready to judge by: patterns compiled, what Kong does in Lua attached. */
export interface Field extends Omit<
  FieldFacts,
  'elements' | 'keys' | 'values' | 'fields' | 'shorthand_fields' | 'subschemas'
> {
  elements?: Field;
  keys?: Field;
  values?: Field;
  /** Of a record. */
  record?: RecordSchema;
  patterns?: { match?: Pattern; not_match?: Pattern; all?: Pattern[]; any?: Pattern[]; none?: Pattern[] };
  format?: Format;
}

/** A check over several fields: its name, what it is told, and what Kong does in Lua where it does. */
export interface CompiledCheck {
  name: string;
  arg: Json;
  rule?: EntityRule;
  /** What the field that a condition is about has to be besides. */
  format?: Format;
}

/** The fields of a record and what holds between them. */
export interface RecordSchema {
  fields: ReadonlyMap<string, Field>;
  checks: readonly CompiledCheck[];
  shorthands: ReadonlyMap<string, { field: Field; shorthand: Shorthand }>;
  /** Names that Kong takes as they come, fields or not. */
  unjudged: ReadonlySet<string>;
  /** The field whose value picks one of `subschemas`, whose fields take the place of those of the same name. */
  subschemaKey?: string;
  subschemas?: (value: string) => RecordSchema | undefined;
  /** True where each of those has all there is, the fields of this one too. */
  areWhole?: boolean;
  unknownSubschema?: (value: string) => string;
}

type RecordFacts = Pick<
  FieldFacts,
  'fields' | 'entity_checks' | 'shorthand_fields' | 'subschema_key' | 'subschema_error' | 'subschemas'
>;

function pattern(source: string, err?: string): Pattern {
  const regex = luaPattern(source);
  return { regex, longest: regex ? longestFor(regex) : 0, ...(err !== undefined && { err }) };
}

/**
 * Where a pattern can be tried in many ways, a long value could take it minutes, and no value that has such a pattern is as
 * long. A doubt is no error.
 */
function longestFor({ source }: RegExp): number {
  const repeats = source.match(/(?<!\\)[*+]/g)?.length ?? 0;
  return repeats + (source.startsWith('^') ? 0 : 1) < 2 ? Infinity : 4000;
}

function compiledPatterns(facts: FieldFacts): NonNullable<Field['patterns']> | undefined {
  const { match, not_match, match_all, match_any, match_none } = facts;
  if (!(match ?? not_match ?? match_all ?? match_any ?? match_none)) return undefined;
  return {
    ...(match !== undefined && { match: pattern(match) }),
    ...(not_match !== undefined && { not_match: pattern(not_match) }),
    ...(match_all && { all: match_all.map((each) => pattern(each.pattern, each.err)) }),
    ...(match_any && { any: match_any.patterns.map((each) => pattern(each, match_any.err)) }),
    ...(match_none && { none: match_none.map((each) => pattern(each.pattern, each.err)) }),
  };
}

/** What Kong calls a path everywhere can be told by its rules. */
const isPath = ({ starts_with: start, match_none: none }: FieldFacts): boolean =>
  start === '/' && none?.some(({ pattern: refused }) => refused === '//') === true;

/** What Kong calls a host with wildcards everywhere: the mark of its rules is where a wildcard may stand. */
const isWildcardHost = ({ match_any: any }: FieldFacts): boolean =>
  any?.patterns.includes('^%*%.') === true && any.patterns.includes('%.%*$');

const formatByRules = (facts: FieldFacts): Format | undefined => {
  if (isPath(facts)) return path;
  return isWildcardHost(facts) ? hostWithWildcards : undefined;
};

/** @param place where the field stands: `services:host`, `plugins/cors:config.origins[]`, `…headers{key}`. */
export function compileField(facts: FieldFacts, place: string, version: string): Field {
  const { elements, keys, values, fields, shorthand_fields: _, subschemas: __, ...own } = facts;
  const patterns = compiledPatterns(facts);
  const format = formatAt(place, version) ?? formatByRules(facts);
  return {
    ...own,
    ...(elements && { elements: compileField({ ...elements, required: true }, `${place}[]`, version) }),
    ...(keys && { keys: compileField({ ...keys, required: true }, `${place}{key}`, version) }),
    ...(values && { values: compileField({ ...values, required: true }, `${place}{}`, version) }),
    ...(fields && { record: compileRecord(facts, place, version) }),
    ...(patterns && { patterns }),
    ...(format && { format }),
  };
}

const conditions = new WeakMap<JsonObject, Map<Field | undefined, Field>>();

/** A field as a condition changes it: `{ eq: "redis" }`, `{ required: true }`; what it does not name stays. */
export function compileCondition(condition: JsonObject, field: Field | undefined, format?: Format): Field {
  let byField = conditions.get(condition);
  if (!byField) conditions.set(condition, (byField = new Map()));
  let changed = byField.get(field);
  if (!changed) {
    const facts = { type: field?.type ?? 'any', ...condition } as unknown as FieldFacts;
    byField.set(field, (changed = { ...field, ...compileField(facts, '', ''), ...(format && { format }) }));
  }
  return changed;
}

const below = (place: string, name: string): string => `${place}${place.endsWith(':') ? '' : '.'}${name}`;

const nothing: ReadonlySet<string> = new Set();
const always: ReadonlySet<string> = new Set(['updated_at']);

export function compileRecord(facts: RecordFacts, place: string, version: string): RecordSchema {
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(facts.fields ?? {})) {
    fields.set(name, compileField(field, below(place, name), version));
  }
  const shorthands = new Map<string, { field: Field; shorthand: Shorthand }>();
  for (const [name, field] of Object.entries(facts.shorthand_fields ?? {})) {
    const compiled = compileField(field, below(place, name), version);
    shorthands.set(name, { field: compiled, shorthand: shorthandAt(below(place, name), name, field) });
  }
  return {
    fields,
    checks: (facts.entity_checks ?? []).flatMap((check) => compileCheck(check, place, version)),
    shorthands,
    unjudged: majorOf(version) < 3 ? nothing : always,
    ...subschemaOf(facts, place, version),
  };
}

function compileCheck(check: EntityCheck, place: string, version: string): CompiledCheck[] {
  return Object.entries(check).map(([name, arg]) => {
    const sources = isObject(arg) && Array.isArray(arg.field_sources) ? arg.field_sources.join(' ') : '';
    const rule = name === 'custom_entity_check' ? entityRuleAt(place, sources) : undefined;
    const then = isObject(arg) && typeof arg.then_field === 'string' ? arg.then_field : '';
    const format = name === 'conditional' ? formatAt(`${below(place, then)}?`, version) : undefined;
    return { name, arg, ...(rule && { rule }), ...(format && { format }) };
  });
}

/** Fields that depend on the value of one of them, where the facts themselves say so. */
function subschemaOf(facts: RecordFacts, place: string, version: string): Partial<RecordSchema> {
  const { subschema_key: subschemaKey, subschemas, subschema_error: error } = facts;
  if (subschemaKey === undefined || subschemas === undefined) return {};
  const find = lazily((name) => {
    const sub = Object.hasOwn(subschemas, name) ? subschemas[name] : undefined;
    return sub && compileRecord(joined(facts, sub), place, version);
  });
  // Kong's text holds the place of the name as %q or %s.
  const unknownSubschema = (value: string): string =>
    error === undefined
      ? messages.subschemaUnknown(value)
      : error.replace('%q', () => JSON.stringify(value)).replace('%s', () => value);
  return { subschemaKey, subschemas: find, areWhole: true, unknownSubschema };
}

/** A record's own fields with those that one of its subschemas adds or puts in their place. */
function joined({ fields, entity_checks: checks = [] }: RecordFacts, sub: RecordFacts): RecordFacts {
  return { ...sub, fields: { ...fields, ...sub.fields }, entity_checks: [...checks, ...(sub.entity_checks ?? [])] };
}

function lazily<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name) as T;
  };
}

/** Kinds whose schema another field's value completes; Kong's `/schemas/<kind>` does not show how. */
function kindSubschemas(facts: SchemaFacts): Readonly<Record<string, Partial<RecordSchema>>> {
  const { version } = facts;
  return {
    plugins: {
      subschemaKey: 'name',
      subschemas: lazily((name) => {
        const plugin = Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
        return plugin && compileRecord(plugin, `plugins/${name}:`, version);
      }),
      unknownSubschema: messages.pluginUnknown,
    },
    routes: {
      subschemaKey: 'protocols',
      subschemas: lazily((protocol) => {
        const sub = Object.hasOwn(routeSubschemas, protocol) ? routeSubschemas[protocol] : undefined;
        return sub && compileRecord(sub, 'routes:', version);
      }),
      unknownSubschema: messages.subschemaUnknown,
    },
    vaults: {
      subschemaKey: 'name',
      subschemas: lazily((name) => {
        const sub = vaultSubschema(name, version);
        return sub && compileRecord(sub, `vaults/${name}:`, version);
      }),
      unknownSubschema: messages.vaultUnknown,
    },
  };
}

const compiled = new WeakMap<SchemaFacts, (kind: string) => RecordSchema | undefined>();

/** A kind's schema, compiled once for as long as its facts live; undefined for a kind there are no facts of. */
export function schemaOf(facts: SchemaFacts, kind: string): RecordSchema | undefined {
  let find = compiled.get(facts);
  if (!find) {
    const completed = kindSubschemas(facts);
    find = lazily((name) => {
      const entity = Object.hasOwn(facts.entities, name) ? facts.entities[name] : undefined;
      if (!entity) return undefined;
      const { subschema_key: _, ...record } = entity;
      const schema = compileRecord(record, `${name}:`, facts.version);
      const completion = Object.hasOwn(completed, name) ? completed[name] : undefined;
      return { ...schema, ...(entity.ttl && { unjudged: new Set([...schema.unjudged, 'ttl']) }), ...completion };
    });
    compiled.set(facts, find);
  }
  return find(kind);
}
