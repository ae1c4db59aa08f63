import * as vscode from 'vscode';
import { pickSnapshot, snapshotIdOf } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Deletes a snapshot, whole or broken, after a question. */
export const deleteSnapshot = ({ app, snapshots }: Pick<Workbench, 'app' | 'snapshots'>): Command => ({
  id: 'kongBackup.deleteSnapshot',
  async run(_call, arg) {
    const core = await app.get();
    const title = vscode.l10n.t('Delete which snapshot?');
    const id = snapshotIdOf(arg) ?? (await pickSnapshot(core, undefined, { title }))?.id;
    if (id === undefined) return;
    const remove = vscode.l10n.t('Delete');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Delete the snapshot {0}?', id),
      { modal: true, detail: vscode.l10n.t('It can’t be brought back.') },
      remove,
    );
    if (answer !== remove) return;
    await core.deleteSnapshot(id);
    snapshots.refresh();
  },
});
