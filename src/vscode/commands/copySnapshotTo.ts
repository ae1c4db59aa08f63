import * as vscode from 'vscode';
import { pickSnapshot } from '../input/pickers.js';
import { pickStore, transferredText, unlessDecrypted } from '../input/pickStore.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'snapshots' | 'statusBar'>;

/** Copies a snapshot into another store, or moves it there. */
export const copySnapshotTo = ({ app, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.copySnapshotTo',
  async run(call, arg) {
    const core = await app.get();
    const snapshot = await pickSnapshot(core, arg, { title: vscode.l10n.t('Copy which snapshot?') });
    if (!snapshot) return;
    const { id } = snapshot;
    const own = id.includes(':') ? id.slice(0, id.indexOf(':')) : 'default';
    const to = await pickStore(core, vscode.l10n.t('Copy {0} to which store?', id), own);
    if (to === undefined) return;
    const title = vscode.l10n.t('Copy {0} to {1}', id, to);
    const choices = [
      { label: vscode.l10n.t('Copy'), description: vscode.l10n.t('it stays here too'), job: core.copySnapshot },
      {
        label: vscode.l10n.t('Move'),
        description: vscode.l10n.t('it is removed here once the copy was opened and compared'),
        job: core.moveSnapshot,
      },
    ];
    const choice = await vscode.window.showQuickPick(choices, { title });
    if (!choice) return;
    try {
      const done = await unlessDecrypted((mayDecrypt) =>
        call.withProgress(title, (context) => choice.job(id, to, { mayDecrypt }, context)),
      );
      if (!done) return;
      statusBar.say(transferredText(done));
    } finally {
      snapshots.refresh();
    }
  },
});
