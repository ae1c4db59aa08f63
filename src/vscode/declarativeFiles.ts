import * as vscode from 'vscode';
import { languageId } from '../languageServer/protocol.js';

/** The key stands near the top, after comments and a document mark; further down it is somebody else's. */
const linesLookedAt = 20;
const formatVersion = /^["']?_format_version["']?\s*:/;

/**
 * Takes YAML files for Kong's when they say so themselves. VS Code looks at a file's first line only where no language
 * claims its name, and its own YAML claims every `.yaml`. Nothing of ours touches any other YAML file.
 */
export function takeDeclarativeFiles(): vscode.Disposable {
  const take = (document: vscode.TextDocument): void => {
    if (document.languageId === 'yaml' && saysKong(document)) {
      void vscode.languages.setTextDocumentLanguage(document, languageId);
    }
  };
  vscode.workspace.textDocuments.forEach(take);
  return vscode.workspace.onDidOpenTextDocument(take);
}

function saysKong(document: vscode.TextDocument): boolean {
  const last = Math.min(document.lineCount, linesLookedAt);
  for (let line = 0; line < last; line++) {
    if (formatVersion.test(document.lineAt(line).text)) return true;
  }
  return false;
}
