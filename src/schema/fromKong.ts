import type { Json } from '../core/json.js';
import type { EntityFacts, PluginFacts } from './facts.js';

/** What Kong's `/schemas/<kind>` answers, as facts. Anything odd in it is left out. */
export function entityFactsFromKong(_raw: Json, _meta?: Json): EntityFacts {
  return { fields: {} };
}

/** What Kong's `/schemas/plugins/<name>` answers, as facts. Anything odd in it is left out. */
export function pluginFactsFromKong(_raw: Json): PluginFacts {
  return { fields: {} };
}
