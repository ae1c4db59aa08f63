import type { JsonObject } from '../../core/json.js';
import type { CryptoChecks } from '../../schema/formats/format.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import type { DiagnosticData, Severity } from '../diagnostic.js';
import type { DiagnosticCode } from '../diagnosticCodes.js';
import type { Aspect, KongDocument } from '../document.js';
import type { EntityIndex } from '../entityIndex.js';
import type { FileKind } from '../fileKind.js';
import type { Model } from '../model.js';
import type { Span } from '../tree.js';

/** A diagnostic before it has a place in the text. */
export interface Finding {
  severity: Severity;
  code: DiagnosticCode;
  message: string;
  path: Path;
  /** What of the path's value to mark. The value itself when absent. */
  at?: Aspect;
  /** What to mark instead of the path: a field that stands for the whole entity. */
  mark?: Path;
  /** Marks this place instead: for what no path names. */
  span?: Span;
  data?: DiagnosticData;
  /** Who says so, where it is not this language service. */
  source?: string;
}

/** What a check of the text alone sees. */
export interface TextInput {
  document: KongDocument;
}

/** What a check of a file's content sees. */
export interface CheckInput extends TextInput {
  kind: FileKind;
  /** Whether all entities are known to be such as decK's reader takes. */
  isReadByDeck?: boolean;
  facts: SchemaFacts;
  value: JsonObject;
  model: Model;
  index: Pick<EntityIndex, 'find' | 'names' | 'references'>;
  crypto?: CryptoChecks;
}

export type TextCheck = (input: TextInput) => Iterable<Finding>;
export type Check = (input: CheckInput) => Iterable<Finding>;
