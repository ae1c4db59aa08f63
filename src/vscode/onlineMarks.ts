import * as vscode from 'vscode';
import type { OnlineValidation, ValidationDiagnostic } from '../app.js';
import { languageId } from '../languageServer/protocol.js';
import { toDiagnostic } from './toDiagnostic.js';

/** What a gateway said of files, until they change: nobody knows what it would say of another text. */
export class OnlineMarks implements vscode.Disposable {
  private readonly marks = vscode.languages.createDiagnosticCollection('kongBackup.online');
  private readonly subscriptions = vscode.Disposable.from(
    this.marks,
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.clear(document);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)),
  );

  show(document: vscode.TextDocument, { diagnostics }: Pick<OnlineValidation, 'diagnostics'>): void {
    // The language server marks what it finds in its own files itself; the same marks twice would be noise.
    const isKnown = document.languageId === languageId && document.uri.scheme === 'file';
    const isNew = ({ source }: ValidationDiagnostic): boolean => source !== undefined || !isKnown;
    this.marks.set(document.uri, diagnostics.filter(isNew).map(toDiagnostic));
  }

  clear({ uri }: Pick<vscode.TextDocument, 'uri'>): void {
    this.marks.delete(uri);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
