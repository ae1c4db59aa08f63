import type { SchemaFacts, SchemaSource } from './facts.js';
import { applyChange, isFactsChange, type FactsChange } from './factsChange.js';

/** Sorts versions by age: `3.9` before `3.10`. */
export function compareVersions(a: string, b: string): number {
  return order(a) - order(b);
}

const order = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map((part) => parseInt(part, 10));
  return major * 1000 + minor;
};

/**
 * Schema facts by version, each read when it is first asked for.
 *
 * @param available versions that `read` has, in any order.
 * @param read gives the text of a version's facts, or of how they differ from another version's.
 */
export function schemaSource(available: readonly string[], read: (version: string) => Promise<string>): SchemaSource {
  const versions = [...available].sort(compareVersions);
  const loaded = new Map<string, Promise<SchemaFacts>>();
  const load = (version: string): Promise<SchemaFacts> => {
    let facts = loaded.get(version);
    if (!facts) loaded.set(version, (facts = readFacts(version)));
    return facts;
  };
  const readFacts = async (version: string): Promise<SchemaFacts> => {
    const facts = JSON.parse(await read(version)) as SchemaFacts | FactsChange;
    return isFactsChange(facts) ? applyChange(await load(facts.base), facts) : facts;
  };
  return {
    versions,
    facts(version) {
      const nearest = versions.filter((known) => compareVersions(known, version) <= 0).at(-1) ?? versions[0];
      return nearest === undefined ? Promise.reject(new Error('there are no schema facts')) : load(nearest);
    },
  };
}
