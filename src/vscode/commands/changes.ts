import * as vscode from 'vscode';
import { ChangeNode } from '../tree/changeNodes.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'changes'>;

/** Both sides of an entity that differs. */
export const openChange = ({ changes }: Needs): Command => ({
  id: 'kongBackup.openChange',
  async run(_call, arg) {
    if (arg instanceof ChangeNode) await changes.show(arg.change);
  },
});

export const openAllChanges = ({ changes }: Needs): Command => ({
  id: 'kongBackup.openAllChanges',
  run: () => changes.showAll(),
});

export const filterChanges = ({ changes }: Needs): Command => ({
  id: 'kongBackup.filterChanges',
  async run() {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Show which changes?'),
      prompt: vscode.l10n.t('Words of the workspace, kind, name or action; nothing shows all.'),
      value: changes.filter,
    });
    if (text !== undefined) changes.filterBy(text.trim());
  },
});

/** Shows the secrets of the comparison that is open, or masks them again. */
export const revealSecrets = ({ changes }: Needs): Command => ({
  id: 'kongBackup.revealSecrets',
  async run() {
    if (changes.areSecretsShown) return changes.showSecrets(false);
    const reveal = vscode.l10n.t('Reveal Secrets');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Show passwords, keys and tokens of this comparison in clear?'),
      {
        modal: true,
        detail: vscode.l10n.t('Who sees your screen sees them. They are masked again in the next comparison.'),
      },
      reveal,
    );
    if (answer === reveal) changes.showSecrets(true);
  },
});

export const closeComparison = ({ changes }: Needs): Command => ({
  id: 'kongBackup.closeComparison',
  run: () => Promise.resolve(changes.open(undefined)),
});
