import { isObject, type Json, type JsonObject } from '../../src/core/json.js';
import type { Exchange } from './practiceReplay.js';

/**
 * Leaves out of a body what differs between any two gateways or two starts of one: process ids, counters, ports, folders,
 * the words that describe a field; and sorts lists that have no order.
 */
export function comparable({ path: at }: Pick<Exchange, 'path'>, body: Json): Json {
  if (!isObject(body)) return body;
  if (at === '/') return shapeOf(body);
  if (at === '/status') return shapeOf(body);
  if (at === '/timers') return Object.keys(body).filter((key) => key === 'stats');
  if (at === '/plugins/enabled') return sortedList(body, 'enabled_plugins');
  if (at === '/endpoints') return sortedList(body, 'data');
  if (at.startsWith('/schemas/') || at.startsWith('/plugins/schema/')) return withoutWords(body);
  if (at.endsWith('/health')) return withoutNames(body);
  if (at === '/config' && typeof body['config'] === 'string') return { config: sortedYaml(body['config']) };
  if (at === '/config' && !('message' in body)) return loadedByKind(body);
  if (Array.isArray(body['flattened_errors'])) return sortedList(body, 'flattened_errors');
  return body;
}

function sortedList(body: JsonObject, key: string): JsonObject {
  const list = body[key];
  return Array.isArray(list) ? { ...body, [key]: [...list].sort((a, b) => (stable(a) < stable(b) ? -1 : 1)) } : body;
}

const made = ['id', 'created_at', 'updated_at', 'password', 'key'];

/** Text to sort by, without what is made anew at every start. */
function stable(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([name]) => !made.includes(name))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}

/** Keys and types, and the few values that say what the gateway is. */
function shapeOf(body: JsonObject): Json {
  const kept = ['version', 'edition', 'tagline', 'lua_version', 'database', 'reachable', 'loaded_plugins'];
  const shape = (value: Json, key: string): Json => {
    if (kept.includes(key)) return value;
    if (Array.isArray(value)) return 'list';
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner, name)]));
    }
    return typeof value;
  };
  return shape(body, '');
}

/**
 * A schema by field name, for Kong lists the fields of some records in any order; without prose, and without what says
 * nothing: `required: false` and `unique: false`, the least length that every string has, and whether an element is required.
 */
function withoutWords(value: Json, key = ''): Json {
  if (Array.isArray(value)) return fieldsByName(value);
  if (!isObject(value)) return value;
  const inElements = key === 'elements' || key === 'keys' || key === 'values';
  const entries = Object.entries(value).filter(
    ([name, inner]) =>
      !(name === 'description' && typeof inner === 'string') &&
      !(name === 'required' && (inner === false || inElements)) &&
      !(name === 'len_min' && inner === 1) &&
      !(name === 'unique' && inner === false) &&
      !['old_default', 'json_schema'].includes(name) &&
      !(key === 'deprecation' && name === 'message'),
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutWords(inner, name)]));
}

function fieldsByName(list: readonly Json[]): Json {
  const isFields =
    list.length > 0 &&
    list.every((item) => isObject(item) && Object.values(item).length === 1 && isObject(Object.values(item)[0]));
  if (list.every((item) => typeof item === 'string')) return [...list].sort();
  if (!isFields) return list.map((item) => withoutWords(item));
  return Object.fromEntries(list.flatMap((item) => Object.entries(withoutWords(item) as JsonObject)));
}

/** What `/config` answers for a file it took: entities by id, some of them random. */
function loadedByKind(body: JsonObject): JsonObject {
  const kinds = Object.entries(body).map(([kind, entities]): [string, JsonObject] => [
    kind,
    sortedList({ list: Object.values(isObject(entities) ? entities : {}) }, 'list'),
  ]);
  return Object.fromEntries(kinds);
}

/** What a name server says depends on the machine. */
function withoutNames(body: JsonObject): Json {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (key === 'node_id' || key === 'dns' ? null : value)),
  ) as Json;
}

/** Kong writes the keys of a map in any order. */
function sortedYaml(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^[ -]+/, '').replace(/^(\w+_at): \d.*|^(id|password): .*/, '$1$2'));
  return lines.sort().join('\n');
}
