import * as vscode from 'vscode';
import type { ApplyNeeds } from './applyRestore.js';
import { applyRestore } from './applyRestore.js';
import type { Command } from './command.js';

/** Applies the plan that an open document shows, after the last word. */
export const applyPlan = (needs: ApplyNeeds): Command => ({
  id: 'kongBackup.applyPlan',
  async run(call, arg) {
    const uri = arg instanceof vscode.Uri ? arg : vscode.window.activeTextEditor?.document.uri;
    const plan = uri && needs.documents.pending(uri);
    if (!plan) {
      needs.statusBar.say(vscode.l10n.t('This plan was applied or is too old: plan the restore again'));
      return;
    }
    await applyRestore(needs, call, uri, plan);
  },
});
