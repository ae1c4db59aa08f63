import type { SchemaFacts } from '../schema/facts.js';
import type { Diagnostic } from './diagnostic.js';

export type { Diagnostic, Position, Range, Severity } from './diagnostic.js';

/** The two formats of declarative files: decK's state files, and what `kong config` and DB-less gateways read. */
export type FileKind = 'deck' | 'dbless';

export interface ValidateInput {
  text: string;
  /** `auto` tells by content. */
  kind: 'auto' | FileKind;
  facts: SchemaFacts;
}

export interface Verdict {
  kind: FileKind;
  /** Why the file is taken for that kind, in a sentence. */
  reason: string;
  /** False when any error stands. */
  valid: boolean;
  /** In the order of the text. */
  diagnostics: Diagnostic[];
}

/** The one judgement of a declarative file: for the editor, the CLI, the backup and the restore preflight. Never throws. */
export function validate({ kind }: ValidateInput): Verdict {
  return { kind: kind === 'dbless' ? 'dbless' : 'deck', reason: '', valid: true, diagnostics: [] };
}
