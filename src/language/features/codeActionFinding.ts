import type { Diagnostic as LspDiagnostic, TextEdit } from 'vscode-languageserver-types';
import { isObject, type JsonObject } from '../../core/json.js';
import type { FieldFacts } from '../../schema/facts.js';
import { parsePath, type Path } from '../../schema/problem.js';
import type { DiagnosticCode } from '../diagnosticCodes.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { fieldAt } from '../schemaFields.js';
import type { Node } from '../tree.js';

/** A way to mend a finding. */
export interface Fix {
  title: string;
  edits: TextEdit[];
  /** True where it is surely what was meant: then it may be done to all findings at once. */
  isSure: boolean;
}

/** A finding as it came back from the editor. */
export interface Finding {
  code: DiagnosticCode;
  path: Path;
  range: LspDiagnostic['range'];
  suggestions: readonly string[];
  missing: string | undefined;
}

export function findingOf({ code, range, data }: LspDiagnostic): Finding | undefined {
  if (typeof code !== 'string' || !isObject(data as JsonObject)) return undefined;
  const { path, suggestions, missing } = data as Record<string, unknown>;
  return {
    code: code as DiagnosticCode,
    path: typeof path === 'string' ? parsePath(path) : [],
    range,
    suggestions: Array.isArray(suggestions) ? suggestions.filter((text) => typeof text === 'string') : [],
    missing: typeof missing === 'string' ? missing : undefined,
  };
}

/** What Kong's schema says of a field; undefined outside of entities. */
export function factsAt(document: OpenDocument, path: Path): FieldFacts | undefined {
  const { kind, depth, field } = placeOf(path, document.kind, document.facts);
  if (kind === undefined) return undefined;
  const entity = document.valueAt(path.slice(0, depth));
  return fieldAt(document.facts, { kind, value: isObject(entity) ? entity : {} }, field);
}

/** The text of a reference, in whatever form it is written. */
export function referredNode(document: OpenDocument, path: Path): Node | undefined {
  const node = document.nodeAt(path);
  if (node?.type !== 'map') return node;
  return ['id', 'name', 'username'].map((key) => node.entries.get(key)?.value).find((value) => value !== undefined);
}
