import { isObject, type Json } from '../core/json.js';
import type { PluginFacts, SchemaFacts } from '../schema/facts.js';

/** The facts of a gateway that has the plugins, too, that a decK file itself brings: of its own, and copies under another name. */
export function withDefinedPlugins(facts: SchemaFacts, file: Json): SchemaFacts {
  if (!isObject(file)) return facts;
  const defined: Record<string, PluginFacts> = {};
  for (const { name } of records(file['custom_plugins'])) {
    if (isNew(name, facts)) defined[name] = { fields: {} };
  }
  for (const { name, ref } of records(file['cloned_plugins'])) {
    if (!isNew(name, facts) || typeof ref !== 'string') continue;
    defined[name] = (Object.hasOwn(facts.plugins, ref) ? facts.plugins[ref] : defined[ref]) ?? { fields: {} };
  }
  return Object.keys(defined).length ? { ...facts, plugins: { ...facts.plugins, ...defined } } : facts;
}

const records = (list: Json | undefined) => (Array.isArray(list) ? list.filter(isObject) : []);

const isNew = (name: Json | undefined, { plugins }: SchemaFacts): name is string =>
  typeof name === 'string' && name !== '__proto__' && !Object.hasOwn(plugins, name);
