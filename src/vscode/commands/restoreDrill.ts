import * as vscode from 'vscode';
import type { DrillReport } from '../../app.js';
import { pickSnapshot } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'practice' | 'snapshots' | 'statusBar' | 'log'>;

/** Restores a snapshot into a practice gateway of its own, and shows by the row whether all of it came back. */
export const restoreDrill = ({ app, practice, snapshots, statusBar, log }: Needs): Command => ({
  id: 'kongBackup.restoreDrill',
  async run(call, arg) {
    const core = await app.get();
    const snapshot = await pickSnapshot(core, arg, { title: vscode.l10n.t('Try to restore which snapshot?') });
    if (!snapshot) return;
    const gateway = await practice.startForDrill(snapshot);
    try {
      const report = await call.withProgress(vscode.l10n.t('Restore drill of {0}', snapshot.id), (context) =>
        core.drill(snapshot.id, { gateway: gateway.url }, context),
      );
      for (const { kind, label, id, action, reason = '' } of report.differs) {
        log.warn(`${snapshot.id}: ${action} ${kind} ${label ?? id}: ${reason}`);
      }
      for (const { message } of report.warnings) log.warn(`${snapshot.id}: ${message}`);
      tell(report, (text) => statusBar.say(text));
    } finally {
      await gateway.close();
      snapshots.refresh();
    }
  },
});

function tell({ result, snapshot, equal, differs, unread }: DrillReport, say: (text: string) => void): void {
  if (result === 'equal') say(vscode.l10n.t('{0} comes back whole: {1} entities', snapshot, equal));
  else {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} does not come back whole in a practice gateway: {1} differ, {2} kinds could not be read. The log names them.',
        snapshot,
        differs.length,
        unread,
      ),
    );
  }
}
