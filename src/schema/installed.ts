import type { PluginFacts, SchemaFacts } from './facts.js';

/** What is known of a gateway beyond its version. */
export interface Installation {
  /** `community`: the plugins of Enterprise are not there. Every plugin of the version is when absent. */
  edition?: 'community' | 'enterprise';
  /** Plugins that are there besides, custom ones above all. The configuration of one without facts is not judged. */
  plugins?: readonly string[];
}

const made = new WeakMap<SchemaFacts, Map<string, SchemaFacts>>();

/** The facts of a gateway with these plugins installed. The same for the same installation, so that it is compiled once. */
export function installedFacts(facts: SchemaFacts, { edition, plugins = [] }: Installation): SchemaFacts {
  if (edition !== 'community' && plugins.every((name) => Object.hasOwn(facts.plugins, name))) return facts;
  const key = JSON.stringify([edition, ...plugins]);
  let known = made.get(facts);
  if (!known) made.set(facts, (known = new Map<string, SchemaFacts>()));
  let installed = known.get(key);
  if (!installed) known.set(key, (installed = { ...facts, plugins: chosen(facts, edition, new Set(plugins)) }));
  return installed;
}

function chosen(
  { plugins }: SchemaFacts,
  edition: Installation['edition'],
  named: ReadonlySet<string>,
): Record<string, PluginFacts> {
  const unjudged: PluginFacts = { fields: {} };
  const there = Object.entries(plugins).filter(
    ([name, { enterprise }]) => named.has(name) || edition !== 'community' || !enterprise,
  );
  const unknown = [...named].filter((name) => !Object.hasOwn(plugins, name));
  return Object.fromEntries([...there, ...unknown.map((name) => [name, unjudged] as const)]);
}
