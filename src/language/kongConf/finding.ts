import type { Severity } from '../diagnostic.js';
import type { Span } from '../tree.js';
import type { ConfFile } from './confFile.js';
import type { KongConfFacts } from './facts.js';

/** What can be said of a kong.conf, with what it means. Codes never change their meaning. */
export const confCodes = {
  'unknown-property': 'Kong knows no property of this name, and says nothing of it.',
  'not-in-version': 'The version of Kong that the file is for has no such property.',
  'deprecated-property': 'Another property took the place of this one.',
  'duplicate-property': 'A property stands there twice: Kong takes the last.',
  'not-a-property': 'A line is neither a property nor a comment, or stands in a section: Kong does not read it.',
  'wrong-value': 'Kong takes no such value: it refuses to start, or goes on with another one.',
  'cut-value': 'A `#` ends the value, and may be meant to be part of it.',
  'quoted-value': 'Kong takes quotes for part of the value.',
  contradiction: 'Properties do not go together.',
  'plaintext-secret': 'A secret stands in the file that Kong could read from a vault.',
} as const;

export type ConfCode = keyof typeof confCodes;

export interface ConfFinding {
  severity: Severity;
  code: ConfCode;
  message: string;
  at: Span;
  /** What could stand there instead, the closest first. */
  suggestions?: string[];
}

/** What the checks go by. */
export interface ConfInput {
  file: ConfFile;
  facts: KongConfFacts;
  /** Of the gateway that the file is for: `3.9`. */
  version: string;
}
