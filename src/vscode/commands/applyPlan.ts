import * as vscode from 'vscode';
import { isEmptyPlan } from '../../core/change.js';
import type { ApplyNeeds } from './applyRestore.js';
import { applyRestore } from './applyRestore.js';
import type { Command } from './command.js';

/** Applies what is chosen on the page of a plan, after the last word. */
export const applyPlan = (needs: ApplyNeeds): Command => ({
  id: 'kongBackup.applyPlan',
  async run(call) {
    const page = needs.plans.current;
    if (!page) {
      needs.statusBar.say(vscode.l10n.t('This plan was applied or is too old: plan the restore again'));
      return;
    }
    if (isEmptyPlan(page.plan.plan)) {
      needs.statusBar.say(vscode.l10n.t('Nothing is ticked that could be restored'));
      return;
    }
    await applyRestore(needs, call, page);
  },
});
