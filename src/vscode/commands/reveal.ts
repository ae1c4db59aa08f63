import * as vscode from 'vscode';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { pathOfRow } from './pathOfRow.js';

/** Shows a snapshot's folder in the file manager; in a browser, where there is none, in the explorer. */
export const reveal = ({ app }: Pick<Workbench, 'app'>): Command => ({
  id: 'kongBackup.reveal',
  async run(_call, arg) {
    const path = await pathOfRow(await app.get(), arg);
    if (path === undefined) return;
    const isWeb = vscode.env.uiKind === vscode.UIKind.Web || vscode.env.remoteName !== undefined;
    await vscode.commands.executeCommand(isWeb ? 'revealInExplorer' : 'revealFileInOS', vscode.Uri.file(path));
  },
});
