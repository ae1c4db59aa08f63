import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { FieldFacts, SchemaFacts } from './facts.js';

/** Where a plugin takes the configuration that it shares with others, when it names no other place. */
const places: Readonly<Record<string, string>> = {
  acme: 'config.storage_config.redis',
  datakit: 'config.resources.cache.redis',
  'upstream-oauth': 'config.cache.redis',
};

export const partialPlace = (plugin: string): string => places[plugin] ?? 'config.redis';

/** By type of partial: a plugin that takes it, whose fields are the partial's own. */
const takers: Readonly<Record<string, string>> = {
  'redis-ce': 'rate-limiting',
  'redis-ee': 'rate-limiting-advanced',
};

/** The fields of a partial's `config`; undefined for a type that is not known here. */
export function partialConfig(facts: SchemaFacts, type: Json | undefined): FieldFacts | undefined {
  const plugin = typeof type === 'string' && Object.hasOwn(takers, type) ? takers[type] : undefined;
  return plugin === undefined ? undefined : facts.plugins[plugin]?.fields.config?.fields?.redis;
}

/** A plugin with a value at a dotted place below it. What is given stays as it is. */
export function withValueAt(plugin: JsonObject, place: string, value: Json): JsonObject {
  const [name = '', ...rest] = place.split('.');
  if (rest.length === 0) return { ...plugin, [name]: value };
  const below = Object.hasOwn(plugin, name) ? plugin[name] : undefined;
  return { ...plugin, [name]: withValueAt(isObject(below) ? below : {}, rest.join('.'), value) };
}
