import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SchemaFacts, SchemaSource } from './facts.js';

const factsFile = /^(\d+)\.(\d+)\.json$/;

const order = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map((part) => parseInt(part, 10));
  return major * 1000 + minor;
};

/** Schema facts from a folder of `<version>.json` files. Reads the folder once, each file when it is first asked for. */
export function schemaFolder(folder: string): SchemaSource {
  const versions = readdirSync(folder)
    .filter((name) => factsFile.test(name))
    .map((name) => name.replace('.json', ''))
    .sort((a, b) => order(a) - order(b));
  const loaded = new Map<string, Promise<SchemaFacts>>();
  return {
    versions,
    facts(version) {
      const nearest = versions.filter((known) => order(known) <= order(version)).at(-1) ?? versions[0];
      if (nearest === undefined) throw new Error(`no schema facts in ${folder}`);
      let facts = loaded.get(nearest);
      if (!facts) {
        facts = readFile(path.join(folder, `${nearest}.json`), 'utf8').then((text) => JSON.parse(text) as SchemaFacts);
        loaded.set(nearest, facts);
      }
      return facts;
    },
  };
}
