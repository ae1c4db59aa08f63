// Writes docs/diagnostics.md from the list of codes and an example of each.
//
//   npm run docs:diagnostics
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KongConfFacts } from '../src/language/kongConf/facts.js';
import { schemaFolder } from '../src/schema/folder.js';
import { diagnosticsPage } from './docs/diagnosticsPage.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

async function main(): Promise<void> {
  const facts = JSON.parse(readFileSync(path.join(root, 'schemas/kong-conf.json'), 'utf8')) as KongConfFacts;
  const page = await diagnosticsPage(schemaFolder(path.join(root, 'schemas')), facts);
  writeFileSync(path.join(root, 'docs/diagnostics.md'), page);
}

void main();
