import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import { isTooLarge } from '../largeFiles.js';

/**
 * The document of a file that a command is about: the one a menu passed, else the active one, else one that the person
 * chooses. It is saved, because what is on disk is what gets read. Undefined when the person gave up.
 */
export async function openDocument(arg: unknown, title: string): Promise<vscode.TextDocument | undefined> {
  const uri = arg instanceof vscode.Uri ? arg : (activeFile() ?? (await chooseFile(title)));
  if (!uri) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) await document.save();
  return document;
}

/** What a command needs of a file that it reads from disk. The language is known of documents only. */
export type OpenFile = Pick<vscode.TextDocument, 'uri'> & Partial<Pick<vscode.TextDocument, 'languageId'>>;

/** As `openDocument`; of a file that is too large for an extension only where it is. */
export async function openFile(arg: unknown, title: string): Promise<OpenFile | undefined> {
  const uri = arg instanceof vscode.Uri ? arg : (activeFile() ?? largeActiveFile() ?? (await chooseFile(title)));
  if (!uri) return undefined;
  return (await isTooLarge(uri)) ? { uri } : openDocument(uri, title);
}

/** The file in front, where there is no document of it. */
function largeActiveFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isInFront = vscode.window.activeTextEditor === undefined && input instanceof vscode.TabInputText;
  return isInFront && input.uri.scheme === 'file' && /\.(ya?ml|json)$/i.test(input.uri.path) ? input.uri : undefined;
}

function activeFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const isYaml = document && [languageId, 'yaml', 'json'].includes(document.languageId);
  return isYaml && document.uri.scheme === 'file' ? document.uri : undefined;
}

async function chooseFile(title: string): Promise<vscode.Uri | undefined> {
  const filters = { YAML: ['yaml', 'yml', 'json'] };
  return (await vscode.window.showOpenDialog({ title, filters, canSelectMany: false }))?.[0];
}
