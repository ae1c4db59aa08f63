import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import { formatBytes } from './format.js';

/** VS Code gives no larger file to extensions, so no language server ever sees one. Bytes. */
export const largestDocument = 50 * 1024 * 1024;

/** Of a file this much is looked at to see whether it is Kong's. Bytes. */
const head = 4096;
const declarative = /\.(ya?ml|json)$/i;
const saysKong = /(?:^|[{,])\s*["']?_format_version["']?\s*:/m;

/** Says of each file that the editor keeps from extensions, once, that it does, and what can be done about it. */
export function tellOfLargeFiles(): vscode.Disposable {
  const looked = new Set<string>();
  const look = (tabs: readonly vscode.Tab[]): void => {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText)) continue;
      const { uri } = input;
      if (uri.scheme !== 'file' || !declarative.test(uri.path) || looked.has(uri.toString())) continue;
      looked.add(uri.toString());
      void isLargeOfKong(uri).then((size) => (size === undefined ? undefined : offer(uri, size)));
    }
  };
  look(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
  return vscode.window.tabGroups.onDidChangeTabs(({ opened }) => look(opened));
}

/** Whether VS Code keeps a file from extensions. */
export async function isTooLarge(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size > largestDocument;
  } catch {
    return false;
  }
}

/** @returns its size in bytes; undefined for one that is smaller, or not Kong's. */
async function isLargeOfKong(uri: vscode.Uri): Promise<number | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size > largestDocument && saysKong.test(await startOf(uri.fsPath)) ? size : undefined;
  } catch {
    // Gone again, or nobody may read it: the editor says so itself.
    return undefined;
  }
}

async function startOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(head), 0, head, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function offer(uri: vscode.Uri, size: number): Promise<void> {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const validate = vscode.l10n.t('Validate File');
  const copy = vscode.l10n.t('Copy Command');
  const text = vscode.l10n.t(
    '{0} has {1}: VS Code gives extensions no file of more than {2}, so it is not checked as you type. It can be validated as it is on disk.',
    name,
    formatBytes(size),
    formatBytes(largestDocument),
  );
  const answer = await vscode.window.showInformationMessage(text, validate, copy);
  if (answer === validate) await vscode.commands.executeCommand('kongBackup.validateFile', uri);
  if (answer === copy) await vscode.env.clipboard.writeText(`kong-backup validate ${JSON.stringify(uri.fsPath)}`);
}
