import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';

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

function activeFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const isYaml = document && [languageId, 'yaml', 'json'].includes(document.languageId);
  return isYaml && document.uri.scheme === 'file' ? document.uri : undefined;
}

async function chooseFile(title: string): Promise<vscode.Uri | undefined> {
  const filters = { YAML: ['yaml', 'yml', 'json'] };
  return (await vscode.window.showOpenDialog({ title, filters, canSelectMany: false }))?.[0];
}
