import type { Severity } from '../diagnostic.js';
import type { Span } from '../tree.js';
import type { ConfCode } from './confCodes.js';
import type { ConfFile } from './confFile.js';
import type { KongConfFacts } from './facts.js';

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
