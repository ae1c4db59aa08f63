import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { Command } from './command.js';

/** Sorts the lists at the top of the active file by name, as the language server's code action does. */
export const sortEntities = (): Command => ({
  id: 'kongBackup.sortEntities',
  async run() {
    if (vscode.window.activeTextEditor?.document.languageId !== languageId) return;
    await vscode.commands.executeCommand('editor.action.sourceAction', { kind: 'source.sort.kong', apply: 'first' });
  },
});
