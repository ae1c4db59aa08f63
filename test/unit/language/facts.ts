import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaFacts, SchemaSource } from '../../../src/schema/facts.js';

const read = (version: string): SchemaFacts =>
  JSON.parse(readFileSync(path.join(__dirname, '../../../schemas', `${version}.json`), 'utf8')) as SchemaFacts;

/** The facts that the product ships. */
export const facts39 = read('3.9');
export const facts28 = read('2.8');

export const schemas: SchemaSource = {
  versions: ['2.8', '3.9'],
  facts: (version) => Promise.resolve(version.startsWith('2.') ? facts28 : facts39),
};
