import * as vscode from 'vscode';
import { pruneText } from '../documents/pruneText.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'snapshots' | 'statusBar'>;

/** Shows what the retention policy keeps and why, asks, and then lets go and deletes. */
export const pruneSnapshots = ({ app, documents, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.pruneSnapshots',
  async run(call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Prune the snapshots of which environment?'));
    if (!environment) return;
    const environments = [environment.name];
    const title = vscode.l10n.t('Prune {0}', environment.name);
    const preview = await call.withProgress(title, (context) => core.prune({ environments, dryRun: true }, context));
    await documents.open(vscode.l10n.t('Prune {0}: preview', environment.name), {
      text: pruneText(preview, environment.name),
      plan: { workspaces: [] },
    });
    const { forgotten, deleted, packs } = preview;
    if (forgotten.length === 0 && deleted.length === 0 && (packs?.removed.length ?? 0) === 0) {
      statusBar.say(vscode.l10n.t('{0}: nothing to prune', environment.name));
      return;
    }
    const go = vscode.l10n.t('Prune');
    const question = vscode.l10n.t('Prune the snapshots of {0}?', environment.name);
    const detail = [
      vscode.l10n.t('Let go, to be deleted after the grace time: {0}', forgotten.length),
      vscode.l10n.t('Deleted for good: {0}', deleted.length),
      ...deleted,
    ].join('\n');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, go)) !== go) return;
    try {
      const done = await call.withProgress(title, (context) => core.prune({ environments, dryRun: false }, context));
      const [failed] = done.failed;
      if (failed) {
        void vscode.window.showWarningMessage(
          vscode.l10n.t('{0} snapshots could not be pruned: {1}', done.failed.length, `${failed.id}: ${failed.reason}`),
        );
      } else {
        statusBar.say(
          vscode.l10n.t('{0}: let go {1}, deleted {2}', environment.name, done.forgotten.length, done.deleted.length),
        );
      }
    } finally {
      snapshots.refresh();
    }
  },
});
