import * as vscode from 'vscode';
import type { VerifyReport } from '../../app.js';
import { pickSnapshot, snapshotIdsOf } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Depth = 'quick' | 'deep';

/** Looks whether the selected snapshots, whole or broken, are what they were. The rows show the result from then on. */
export const verifySnapshot = ({
  app,
  snapshots,
  statusBar,
  log,
}: Pick<Workbench, 'app' | 'snapshots' | 'statusBar' | 'log'>): Command => ({
  id: 'kongBackup.verifySnapshot',
  async run(call, arg, selection, wanted) {
    const core = await app.get();
    const ids = snapshotIdsOf(arg, selection);
    if (ids.length === 0) {
      const picked = await pickSnapshot(core, undefined, { title: vscode.l10n.t('Verify which snapshot?') });
      if (!picked) return;
      ids.push(picked.id);
    }
    const depth = wanted === 'quick' || wanted === 'deep' ? wanted : await askDepth();
    if (!depth) return;
    const title = vscode.l10n.t('Verifying {0}', ids.length === 1 ? (ids[0] ?? '') : String(ids.length));
    try {
      const report = await call.withProgress(title, (context) => core.verify(ids, depth, context));
      for (const text of report.verifications.flatMap(({ problems, remarks }) => [...problems, ...remarks])) {
        log.warn(text);
      }
      tell(report, (text) => statusBar.say(text));
    } finally {
      snapshots.refresh();
    }
  },
});

async function askDepth(): Promise<Depth | undefined> {
  const items: (vscode.QuickPickItem & { depth: Depth })[] = [
    {
      label: vscode.l10n.t('Quick'),
      detail: vscode.l10n.t('Every file is there, with its size and checksum. Needs no key.'),
      depth: 'quick',
    },
    {
      label: vscode.l10n.t('Deep'),
      detail: vscode.l10n.t('Opens, decrypts and parses the files too, counts entities, looks into dumps.'),
      depth: 'deep',
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Verify how?') }))?.depth;
}

/** One word at the end: a toast only where somebody has to look. */
function tell({ verifications, failed }: VerifyReport, say: (text: string) => void): void {
  const damaged = verifications.filter(({ result }) => result === 'damaged');
  const [first] = damaged;
  if (first) {
    const [problem = ''] = first.problems;
    const text =
      damaged.length === 1
        ? vscode.l10n.t('The snapshot {0} is damaged: {1}', first.id, problem)
        : vscode.l10n.t('{0} of {1} snapshots are damaged. The log says more.', damaged.length, verifications.length);
    void vscode.window.showErrorMessage(text);
  } else if (failed.length > 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} snapshots could not be looked at: {1}', failed.length, failed[0]?.reason ?? ''),
    );
  } else {
    const remarks = verifications.reduce((sum, each) => sum + each.remarks.length, 0);
    say(
      remarks > 0
        ? vscode.l10n.t('Verified: {0} whole; {1} remarks in the log', verifications.length, remarks)
        : vscode.l10n.t('Verified: {0} whole', verifications.length),
    );
  }
}
