import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { quietContext } from '../../core/context.js';
import { pickSnapshot, snapshotIdsOf } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Deletes the selected snapshots, whole or broken, after a question that names them. */
export const deleteSnapshot = ({ app, snapshots }: Pick<Workbench, 'app' | 'snapshots'>): Command => ({
  id: 'kongBackup.deleteSnapshot',
  async run(_call, arg, selection) {
    const core = await app.get();
    const ids = await chooseIds(core, arg, selection);
    const [first] = ids;
    if (first === undefined) return;
    const remove = vscode.l10n.t('Delete');
    const question =
      ids.length === 1
        ? vscode.l10n.t('Delete the snapshot {0}?', first)
        : vscode.l10n.t('Delete {0} snapshots?', ids.length);
    const detail = [...(ids.length > 1 ? ids : []), vscode.l10n.t('It can’t be undone.')].join('\n');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
    try {
      for (const id of ids) await core.deleteSnapshot(id, quietContext());
    } finally {
      snapshots.refresh();
    }
  },
});

async function chooseIds(core: App, arg: unknown, selection: unknown): Promise<string[]> {
  const ids = snapshotIdsOf(arg, selection);
  if (ids.length > 0) return ids;
  const picked = await pickSnapshot(core, undefined, { title: vscode.l10n.t('Delete which snapshot?') });
  return picked ? [picked.id] : [];
}
