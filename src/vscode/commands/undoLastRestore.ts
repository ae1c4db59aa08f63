import * as vscode from 'vscode';
import type { App, RestorePlan } from '../../app.js';
import { isEmptyPlan } from '../../core/change.js';
import { equalAlready } from '../equalAlready.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'inPlay' | 'plans' | 'snapshots' | 'statusBar'>;

/** Shows what takes the last restore back, as any plan is shown. */
export const undoLastRestore = (needs: Needs): Command => ({
  id: 'kongBackup.undoLastRestore',
  async run(call, arg) {
    const core = await needs.app.get();
    const name = typeof arg === 'string' ? arg : environmentOf(arg)?.name;
    const title = vscode.l10n.t('Planning how to undo the restore');
    const plan = await call.withProgress(title, (context) => core.planUndo(name, context));
    await show(needs, call, core, plan);
  },
});

/** Shows what is left to do of a restore that did not come to its end. */
export const resumeRestore = (needs: Needs): Command => ({
  id: 'kongBackup.resumeRestore',
  async run(call, arg) {
    const core = await needs.app.get();
    const id = typeof arg === 'string' ? arg : undefined;
    const title = vscode.l10n.t('Planning the rest of the restore');
    const plan = await call.withProgress(title, (context) => core.planResume(id, context));
    await show(needs, call, core, plan);
  },
});

/** What a restore wrote, and what it was about to write, entity by entity. */
export const lookAtRestore = ({ app, documents }: Needs): Command => ({
  id: 'kongBackup.lookAtRestore',
  async run(_call, arg) {
    const core = await app.get();
    const id = typeof arg === 'string' ? arg : (await core.restores())[0]?.id;
    const { run, entries } = await core.lookAtRestore(id ?? '');
    const { environment, snapshot, by, at, guard, counts } = run;
    const lines = [
      vscode.l10n.t('{0} into {1}, by {2}, {3}', snapshot, environment.name, by, at),
      vscode.l10n.t(
        'Planned {0}, written {1}, failed {2}, unknown {3}',
        ...[counts.planned, counts.written, counts.failed, counts.unknown],
      ),
      ...(guard === undefined ? [] : [vscode.l10n.t('The state before is in {0}', guard)]),
      '',
      ...entries.map((entry) =>
        [
          entry.outcome,
          entry.action,
          entry.workspace,
          entry.kind,
          ...(entry.name === undefined ? [] : [entry.name]),
          entry.id,
        ].join('  '),
      ),
    ];
    const title = vscode.l10n.t('Journal: restore of {0}', environment.name);
    await documents.open(title, { text: lines.join('\n'), plan: { workspaces: [] } });
  },
});

async function show(needs: Needs, call: Call, core: App, plan: RestorePlan): Promise<void> {
  const { inPlay, plans, snapshots, statusBar } = needs;
  inPlay.set(plan.environment);
  if (!isEmptyPlan(plan.plan)) {
    plans.open(plan);
    return;
  }
  // Nothing is left to write: only the journal is to be settled.
  await call.withProgress(vscode.l10n.t('Restoring {0}', plan.environment.name), (context) =>
    core.restore(plan, context),
  );
  snapshots.refresh();
  statusBar.say(equalAlready(plan));
}
