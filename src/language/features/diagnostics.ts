import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import type { Diagnostic, Severity } from '../diagnostic.js';
import type { DiagnosticCode } from '../diagnosticCodes.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** Codes that an editor shows in a way of their own: struck out, faded. */
const tags: Readonly<Partial<Record<DiagnosticCode, DiagnosticTag>>> = {
  'deprecated-field': DiagnosticTag.Deprecated,
  'duplicate-key': DiagnosticTag.Unnecessary,
};

/** A verdict's diagnostics in the protocol's words. `data` carries the path and what a quick fix needs. */
export function toLspDiagnostics(diagnostics: readonly Diagnostic[]): LspDiagnostic[] {
  return diagnostics.map(({ severity, code, message, path, range, data }) => ({
    severity: severities[severity],
    source: 'kong',
    code,
    message,
    range,
    data: { path, ...data },
    ...(tags[code] && { tags: [tags[code]] }),
  }));
}
