import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { TextFile } from '../../webApp.js';

/** Files to choose from at most; beyond that a person opens the one they mean. */
const mostFiles = 200;
const declarative = '**/*.{yaml,yml,json}';
const neverLookedAt = '**/{node_modules,.git,.vscode}/**';

/** A file as the editor has it, with edits that are not saved yet. */
export const textFileOf = (document: vscode.TextDocument): TextFile => ({
  name: document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1),
  text: document.getText(),
});

/** The document that a command is about: the one it was given, the active one, or one that the person chooses. */
export async function chosenDocument(arg: unknown, title: string): Promise<vscode.TextDocument | undefined> {
  const uri = arg instanceof vscode.Uri ? arg : (activeFile() ?? (await pickFile(title)));
  return uri && vscode.workspace.openTextDocument(uri);
}

/** The active file, if it may be one of Kong's. */
export function activeFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const isText = document && [languageId, 'yaml', 'json'].includes(document.languageId);
  return isText && !document.uri.scheme.startsWith('kong-') ? document.uri : undefined;
}

/** One of the workspace's files, the active one first, or any other. Undefined when the person gives up. */
export async function pickFile(title: string, except?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const active = activeFile();
  const found = await vscode.workspace.findFiles(declarative, neverLookedAt, mostFiles);
  const uris = new Map([...(active ? [active] : []), ...found].map((uri) => [uri.toString(), uri]));
  if (except) uris.delete(except.toString());
  const files = [...uris.values()].map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const other = { label: vscode.l10n.t('Other File …'), uri: undefined };
  const picked = await vscode.window.showQuickPick([...files, other], { title });
  if (picked !== other) return picked?.uri;
  return (await vscode.window.showOpenDialog({ title, canSelectMany: false }))?.[0];
}
