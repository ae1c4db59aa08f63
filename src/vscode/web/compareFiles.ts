import * as vscode from 'vscode';
import type { Command } from '../commands/command.js';
import type { WebWorkbench } from './webWorkbench.js';
import { pickFile, textFileOf } from './webFiles.js';

/** Compares two declarative files by what they mean. Where no gateway and no snapshot is in reach, files are what there is. */
export const compareFiles = ({ jobs, changes }: Pick<WebWorkbench, 'jobs' | 'changes'>): Command => ({
  id: 'kongBackup.compare',
  async run(call, ...args) {
    const [first, second] = args.filter((arg) => arg instanceof vscode.Uri);
    const from = first ?? (await pickFile(vscode.l10n.t('Compare what?')));
    if (!from) return;
    const name = vscode.workspace.asRelativePath(from);
    const to = second ?? (await pickFile(vscode.l10n.t('Compare {0} with what?', name), from));
    if (!to) return;
    const [before, after] = await Promise.all([from, to].map((uri) => vscode.workspace.openTextDocument(uri)));
    if (!before || !after) return;
    const title = `${name} ↔ ${vscode.workspace.asRelativePath(to)}`;
    const comparison = await call.withProgress(title, (context) =>
      jobs.compare(textFileOf(before), textFileOf(after), context),
    );
    changes.open({ title, comparison });
    await vscode.commands.executeCommand('kongBackup.changes.focus');
  },
});
