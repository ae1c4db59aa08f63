import * as vscode from 'vscode';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { pathOfRow } from './pathOfRow.js';

/** Puts the path of a snapshot, or of one of its files, on the clipboard. */
export const copyPath = ({ app, statusBar }: Pick<Workbench, 'app' | 'statusBar'>): Command => ({
  id: 'kongBackup.copyPath',
  async run(_call, arg) {
    const path = await pathOfRow(await app.get(), arg);
    if (path === undefined) return;
    await vscode.env.clipboard.writeText(path);
    statusBar.say(vscode.l10n.t('Path copied'));
  },
});
