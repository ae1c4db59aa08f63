import * as vscode from 'vscode';
import { languageId } from '../languageServer/protocol.js';

/** The key stands near the top, after comments and a document mark; further down it is somebody else's. */
const linesLookedAt = 20;
const formatVersion = /^["']?_format_version["']?\s*:/;
/** What manifests of Kubernetes and descriptions of OpenAPI start with. */
const ofOthers = /^["']?(?:apiVersion|openapi|swagger)["']?\s*:/;

/**
 * Takes YAML files for Kong's when they say so themselves. VS Code looks at a file's first line only where no language
 * claims its name, and its own YAML claims every `.yaml`. Nothing of ours touches any other YAML file: one that has a name
 * of ours, and says that it is another's, is given back.
 */
export function takeDeclarativeFiles(): vscode.Disposable {
  const take = (document: vscode.TextDocument): void => {
    const is = languageOf(document);
    if (is !== undefined && is !== document.languageId) void vscode.languages.setTextDocumentLanguage(document, is);
  };
  vscode.workspace.textDocuments.forEach(take);
  return vscode.workspace.onDidOpenTextDocument(take);
}

/** What a document of YAML says it is; undefined of one that says nothing. */
function languageOf(document: vscode.TextDocument): string | undefined {
  if (document.languageId !== 'yaml' && document.languageId !== languageId) return undefined;
  const lines = Array.from({ length: Math.min(document.lineCount, linesLookedAt) }, (_, line) => document.lineAt(line));
  const says = (pattern: RegExp): boolean => lines.some(({ text }) => pattern.test(text));
  if (says(formatVersion)) return languageId;
  return says(ofOthers) ? 'yaml' : undefined;
}
