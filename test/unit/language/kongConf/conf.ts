import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readConf } from '../../../../src/language/kongConf/confFile.js';
import type { KongConfFacts } from '../../../../src/language/kongConf/facts.js';
import type { ConfInput } from '../../../../src/language/kongConf/finding.js';

const file = path.join(__dirname, '../../../../schemas/kong-conf.json');
export const confFacts = JSON.parse(readFileSync(file, 'utf8')) as KongConfFacts;

/** A text as features see it. */
export const conf = (text: string, version = '3.9'): ConfInput => ({ file: readConf(text), facts: confFacts, version });
