import * as vscode from 'vscode';
import type { ValidationDiagnostic } from '../app.js';

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** A mark in an editor, with the name of the gateway or tool that says so, where it is not us. */
export function toDiagnostic({ severity, code, message, range, source }: ValidationDiagnostic): vscode.Diagnostic {
  const { start, end } = range;
  const place = new vscode.Range(start.line, start.character, end.line, end.character);
  const diagnostic = new vscode.Diagnostic(place, message, severities[severity]);
  diagnostic.code = code;
  diagnostic.source = source ?? 'Kong Backup';
  return diagnostic;
}
