import * as vscode from 'vscode';
import { defaultKeyFile } from '../../core/keyFile.js';

export interface KeyFileRequest {
  /** Of the dialog that asks for the file. */
  title: string;
  /** What the file is called, unless somebody names it otherwise. */
  name: string;
  /** Writes the file. */
  make(file: string): Promise<{ recipient: string; fingerprint: string }>;
  /** What is asked once the file is there. */
  question: string;
  /** What to know besides of the file. */
  notes?: readonly string[];
}

/** Has a key written into a file, and lets nobody go on who keeps no copy of it. @returns undefined when nobody goes on. */
export async function keyFileKept({
  title,
  name,
  make,
  question,
  notes = [],
}: KeyFileRequest): Promise<{ file: string; fingerprint: string } | undefined> {
  const defaultUri = vscode.Uri.file(defaultKeyFile(name, process.env, process.platform));
  const uri = await vscode.window.showSaveDialog({ title, defaultUri });
  if (!uri) return undefined;
  const { recipient, fingerprint } = await make(uri.fsPath);
  const kept = vscode.l10n.t('A Copy Is Kept Elsewhere');
  const detail = [
    uri.fsPath,
    recipient,
    vscode.l10n.t('Fingerprint: {0}', fingerprint),
    ...notes,
    vscode.l10n.t('Copy the file to a place that is neither this machine nor the store, then go on.'),
  ].join('\n');
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, kept);
  return answer === kept ? { file: uri.fsPath, fingerprint } : undefined;
}
