import type { Json, JsonObject } from '../core/json.js';
import type { EntityFacts, FieldFacts, PluginFacts, SchemaFacts } from './facts.js';
import { entityFactsFromKong, pluginFactsFromKong } from './fromKong.js';
import { validateEntity } from './validate.js';

/** A gateway's own schemas of some kinds and plugins, as facts. What is not there is as shipped. */
export interface OwnSchemas {
  entities: Record<string, EntityFacts>;
  plugins: Record<string, PluginFacts>;
}

/** What a gateway answered on `/schemas/*`, by the name of the kind or plugin. */
export interface SchemaAnswers {
  entities: Readonly<Record<string, JsonObject>>;
  plugins: Readonly<Record<string, JsonObject>>;
}

/** The largest schema of Kong's own has some 2,500 values, 20 levels deep. */
const most = { values: 50_000, depth: 200, pattern: 300, repeats: 5 };

/**
 * Answers as facts. They come from outside: one that is out of all proportion, that nothing can be judged by, or that
 * would take for ever is left out and named.
 * @param known shipped facts, which have what `/schemas` does not say.
 */
export function ownSchemas(answers: SchemaAnswers, known: SchemaFacts): { own: OwnSchemas; ignored: string[] } {
  const own: OwnSchemas = { entities: named(), plugins: named() };
  const ignored: string[] = [];
  const take = <T>(name: string, raw: JsonObject, into: Record<string, T>, read: () => T): void => {
    try {
      if (!isInProportion(raw)) throw new RangeError(name);
      into[name] = read();
    } catch {
      ignored.push(name);
    }
  };
  for (const [kind, raw] of Object.entries(answers.entities)) {
    take(kind, raw, own.entities, () => soundEntity(kind, entityOver(ownValue(known.entities, kind), raw), known));
  }
  for (const [name, raw] of Object.entries(answers.plugins)) {
    take(name, raw, own.plugins, () => soundPlugin(name, pluginOver(ownValue(known.plugins, name), raw), known));
  }
  return { own, ignored };
}

const joined = new WeakMap<SchemaFacts, WeakMap<OwnSchemas, SchemaFacts>>();

/** Shipped facts with a gateway's own in their place. The same for the same two, so that they are compiled once. */
export function withOwnSchemas(known: SchemaFacts, own: OwnSchemas): SchemaFacts {
  let byOwn = joined.get(known);
  if (!byOwn) joined.set(known, (byOwn = new WeakMap<OwnSchemas, SchemaFacts>()));
  let facts = byOwn.get(own);
  if (!facts) {
    const { entities, plugins } = known;
    facts = { ...known, entities: { ...entities, ...own.entities }, plugins: { ...plugins, ...own.plugins } };
    byOwn.set(own, facts);
  }
  return facts;
}

/** Names come from outside: `__proto__` is one as any other. */
const named = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
const ownValue = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** Keys, places in an address and fields of requests stand in no answer; older gateways leave out checks and shorthands. */
function entityOver(known: EntityFacts | undefined, raw: JsonObject): EntityFacts {
  const answered = quick(entityFactsFromKong(raw, undefined, { prose: true }));
  const requestOnly = Object.entries(known?.fields ?? {}).filter(
    ([, field]) => (field as { transient?: boolean }).transient,
  );
  const fields = { ...Object.fromEntries(requestOnly), ...answered.fields };
  return { ...known, ...answered, fields };
}

function pluginOver(known: PluginFacts | undefined, raw: JsonObject): PluginFacts {
  return { ...known, ...quick(pluginFactsFromKong(raw, { prose: true })) };
}

/** Whether an answer can be a schema at all: nothing should be done with one that is larger or deeper than any. */
export function isInProportion(raw: Json): boolean {
  const open: [value: Json, depth: number][] = [[raw, 0]];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (++count > most.values || depth > most.depth) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) open.push([inner as Json, depth + 1]);
    if (open.length > most.values) return false;
  }
  return true;
}

/** Tried on values that any schema can be asked about: what fails here would fail in the middle of a file. */
function soundEntity(kind: string, facts: EntityFacts, known: SchemaFacts): EntityFacts {
  const keys = [...(facts.primary_key ?? ['id']), facts.endpoint_key ?? ''];
  if (Object.hasOwn(known.entities, kind) && !keys.some((key) => Object.hasOwn(facts.fields, key))) {
    throw new RangeError(`${kind} that nothing could name`);
  }
  const alone: SchemaFacts = { version: known.version, entities: { [kind]: facts }, plugins: known.plugins };
  for (const value of trials(facts.fields)) {
    validateEntity(alone, kind, value, { as: 'declarative' });
    validateEntity(alone, kind, value, { as: 'admin' });
  }
  return facts;
}

function soundPlugin(name: string, facts: PluginFacts, known: SchemaFacts): PluginFacts {
  if (!facts.fields.config?.fields) throw new RangeError(`${name} that nothing could be told`);
  const alone: SchemaFacts = { ...known, plugins: { [name]: facts } };
  const config = facts.fields.config.fields;
  for (const value of trials(config)) {
    validateEntity(alone, 'plugins', { name, config: value }, { as: 'declarative' });
    validateEntity(alone, 'plugins', { name, config: value }, { as: 'admin' });
  }
  return facts;
}

/** Nothing, and every field with a value of each type. */
function trials(fields: Record<string, FieldFacts>): JsonObject[] {
  const names = Object.keys(fields);
  const filled = (value: Json): JsonObject => Object.fromEntries(names.map((name) => [name, value]));
  return [{}, ...[null, 'text', '', 1, -0.5, true, ['a', 1], {}, { a: ['b'] }, [{ a: {} }]].map(filled)];
}

const quick = <T extends object>(facts: T): T => withoutSlowPatterns(facts) ?? facts;

const patternKeys: ReadonlySet<string> = new Set(['match', 'not_match', 'pattern']);

/** The same without patterns that could take for ever on a long value: fields are then not held to them. */
function withoutSlowPatterns<T>(facts: T, key = ''): T | undefined {
  if (typeof facts === 'string') return patternKeys.has(key) && !isQuick(facts) ? undefined : facts;
  if (typeof facts !== 'object' || facts === null) return facts;
  if (Array.isArray(facts)) {
    const itemKey = key === 'patterns' ? 'pattern' : key;
    return facts.map((item) => withoutSlowPatterns<unknown>(item, itemKey)).filter((item) => item !== undefined) as T;
  }
  const kept = Object.entries(facts).map(([name, inner]) => [name, withoutSlowPatterns<unknown>(inner, name)] as const);
  const isSlow = 'pattern' in facts && !kept.some(([name, inner]) => name === 'pattern' && inner !== undefined);
  return isSlow ? undefined : (Object.fromEntries(kept.filter(([, inner]) => inner !== undefined)) as T);
}

/** Each repeat without an end multiplies the time by the length of the value. */
const isQuick = (pattern: string): boolean =>
  pattern.length <= most.pattern && (pattern.replace(/\[[^\]]*\]/g, 'x').match(/[*+-]/g) ?? []).length <= most.repeats;
