import * as vscode from 'vscode';
import { comparisonText } from '../documents/comparisonText.js';
import { pickSnapshot, snapshotIdOf } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Shows what changed from the older of two snapshots to the newer one. */
export const compareSnapshots = ({
  app,
  documents,
  changes,
}: Pick<Workbench, 'app' | 'documents' | 'changes'>): Command => ({
  id: 'kongBackup.compareSnapshots',
  async run(call, arg, selection) {
    const core = await app.get();
    const selected = (Array.isArray(selection) ? selection : []).flatMap((node) => snapshotIdOf(node) ?? []);
    const one = await pickSnapshot(core, arg, { title: vscode.l10n.t('Compare which snapshot?') });
    if (!one) return;
    const other = await pickSnapshot(
      core,
      selected.find((id) => id !== one.id),
      { title: vscode.l10n.t('Compare with which snapshot?'), except: one.id },
    );
    if (!other) return;
    const [older, newer] = one.createdAt <= other.createdAt ? [one, other] : [other, one];
    const title = vscode.l10n.t('{0} compared with {1}', older.id, newer.id);
    const comparison = await call.withProgress(title, (context) =>
      core.compare({ snapshot: older.id }, { snapshot: newer.id }, context),
    );
    changes.open({ title: `${older.id} ↔ ${newer.id}`, comparison });
    const facts = [vscode.l10n.t('Older: {0}', older.id), vscode.l10n.t('Newer: {0}', newer.id)];
    await documents.open(title, { text: comparisonText(comparison, { title, facts }), plan: comparison.plan });
  },
});
