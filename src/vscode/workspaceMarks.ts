import * as vscode from 'vscode';
import type { Validation } from '../app.js';
import { languageId } from '../languageServer/protocol.js';
import { toDiagnostic } from './toDiagnostic.js';

/** What was found in files that nobody has open. Of open ones the language server tells, so they have no marks here. */
export class WorkspaceMarks implements vscode.Disposable {
  private readonly marks = vscode.languages.createDiagnosticCollection('kongBackup.workspace');
  private readonly subscriptions = vscode.Disposable.from(
    this.marks,
    vscode.workspace.onDidOpenTextDocument(({ uri, languageId: language }) => {
      if (language === languageId) this.marks.delete(uri);
    }),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.marks.delete(uri))),
  );

  /** In place of all that was found before. */
  show(found: readonly [uri: vscode.Uri, diagnostics: Validation['diagnostics']][]): void {
    const open = vscode.workspace.textDocuments.filter((document) => document.languageId === languageId);
    const told = new Set(open.map(({ uri }) => uri.toString()));
    this.marks.clear();
    for (const [uri, diagnostics] of found) {
      if (!told.has(uri.toString())) this.marks.set(uri, diagnostics.map(toDiagnostic));
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
