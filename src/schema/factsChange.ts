import type { EntityFacts, PluginFacts, SchemaFacts } from './facts.js';

/** What a version's facts are, told by those of another: what differs, and `null` for what is not there. */
export interface FactsChange {
  version: string;
  /** The version that this one is told by. */
  base: string;
  entities: Record<string, EntityFacts | null>;
  plugins: Record<string, PluginFacts | null>;
}

export function isFactsChange(facts: SchemaFacts | FactsChange): facts is FactsChange {
  return 'base' in facts;
}

export function applyChange(base: SchemaFacts, { version, entities, plugins }: FactsChange): SchemaFacts {
  return { version, entities: changed(base.entities, entities), plugins: changed(base.plugins, plugins) };
}

/** The change that makes `facts` of `base`. What is equal in both is left out. */
export function changeBetween(base: SchemaFacts, facts: SchemaFacts): FactsChange {
  return {
    version: facts.version,
    base: base.version,
    entities: difference(base.entities, facts.entities),
    plugins: difference(base.plugins, facts.plugins),
  };
}

function changed<T>(base: Record<string, T>, changes: Record<string, T | null>): Record<string, T> {
  const entries = Object.entries<T | null>({ ...base, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== null));
}

function difference<T>(base: Record<string, T>, facts: Record<string, T>): Record<string, T | null> {
  const kept = Object.entries<T | null>(facts).filter(
    ([name, own]) => !Object.hasOwn(base, name) || JSON.stringify(base[name]) !== JSON.stringify(own),
  );
  const gone = Object.keys(base).filter((name) => !Object.hasOwn(facts, name));
  return Object.fromEntries([...kept, ...gone.map((name) => [name, null] as const)]);
}
