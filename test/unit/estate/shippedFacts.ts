import { readFileSync } from 'node:fs';
import type { SchemaFacts } from '../../../src/schema/facts.js';

/** Kong's schemas of 3.9, as the product ships them. */
export const facts = JSON.parse(
  readFileSync(new URL('../../../schemas/3.9.json', import.meta.url), 'utf8'),
) as SchemaFacts;
