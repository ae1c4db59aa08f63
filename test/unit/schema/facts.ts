import type { EntityFacts, PluginFacts, SchemaFacts } from '../../../src/schema/facts.js';

/** Facts of one made-up kind, `things`. */
export function factsOf(thing: EntityFacts, plugins: Record<string, PluginFacts> = {}): SchemaFacts {
  return { version: '3.9', entities: { things: thing }, plugins };
}

/** As a gateway without Enterprise plugins has them. */
export function openSource(facts: SchemaFacts): SchemaFacts {
  const plugins = Object.entries(facts.plugins).filter(([, plugin]) => !plugin.enterprise);
  return { ...facts, plugins: Object.fromEntries(plugins) };
}
