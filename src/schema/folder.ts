import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SchemaSource } from './facts.js';
import { schemaSource } from './source.js';

const factsFile = /^\d+\.\d+\.json$/;

/** Schema facts from a folder of `<version>.json` files. Reads the folder once, each file when it is first needed. */
export function schemaFolder(folder: string): SchemaSource {
  const versions = readdirSync(folder)
    .filter((name) => factsFile.test(name))
    .map((name) => name.replace('.json', ''));
  return schemaSource(versions, (version) => readFile(path.join(folder, `${version}.json`), 'utf8'));
}
