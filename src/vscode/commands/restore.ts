import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { isEmptyPlan } from '../../core/change.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import type { Manifest } from '../../core/snapshot.js';
import { pickSnapshot, pickTarget, snapshotIdOf } from '../input/pickers.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'plans' | 'statusBar'>;

/** Plans a restore and shows the plan, from which a person chooses and restores. Nothing is written here. */
export const restore = (needs: Needs): Command => ({
  id: 'kongBackup.restore',
  async run(call, arg, target) {
    const { app, inPlay, plans, statusBar } = needs;
    const core = await app.get();
    const snapshot = await chooseSnapshot(core, arg);
    if (!snapshot) return;
    const named =
      typeof target === 'string' ? target : snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
    const title = vscode.l10n.t('Restore {0} into which environment?', snapshot.id);
    const environment = await pickTarget(core, snapshot, named, title);
    if (!environment) return;
    refuseReadOnly(environment);
    inPlay.set(environment);
    const plan = await call.withProgress(vscode.l10n.t('Planning the restore of {0}', environment.name), (context) =>
      core.planRestore(snapshot.id, environment, {}, context),
    );
    plans.open(plan);
    if (!isEmptyPlan(plan.whole)) return;
    if (plan.unread.length === 0) {
      statusBar.say(vscode.l10n.t('{0} equals the snapshot already', environment.name));
      return;
    }
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0}: nothing differs in what could be read, but that was not all. The plan says what is missing.',
        environment.name,
      ),
    );
  },
});

function chooseSnapshot(core: App, arg: unknown): Promise<Manifest | undefined> {
  const title = vscode.l10n.t('Restore which snapshot?');
  const environment = snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
  if (environment) return pickSnapshot(core, undefined, { title, environment: environment.name });
  return pickSnapshot(core, arg, { title });
}

function refuseReadOnly({ name, readOnly }: Environment): void {
  if (!readOnly) return;
  throw new KongBackupError('environment-read-only', {
    place: name,
    reason: vscode.l10n.t('The environments file says readOnly.'),
    remedy: vscode.l10n.t('Restore into another environment, or take the flag away.'),
  });
}
