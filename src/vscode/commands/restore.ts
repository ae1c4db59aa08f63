import * as vscode from 'vscode';
import type { App, RestorePlan } from '../../app.js';
import { isEmptyPlan } from '../../core/change.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import type { Manifest } from '../../core/snapshot.js';
import { planText } from '../documents/planText.js';
import { pickSnapshot, pickTarget, snapshotIdOf } from '../input/pickers.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import type { ApplyNeeds } from './applyRestore.js';
import { applyRestore } from './applyRestore.js';

type Needs = Pick<Workbench, 'inPlay'> & ApplyNeeds;

/** Plans a restore and shows the plan, asks, takes a safety snapshot, applies, reads back and shows the proof. */
export const restore = (needs: Needs): Command => ({
  id: 'kongBackup.restore',
  async run(call, arg, target) {
    const { app, inPlay, documents, statusBar } = needs;
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
    const uri = await documents.open(titleOf(plan), { text: describe(plan), plan: plan.plan, restore: plan });
    if (isEmptyPlan(plan.plan)) {
      if (plan.unread.length === 0) {
        statusBar.say(vscode.l10n.t('{0} equals the snapshot already', environment.name));
      } else {
        void vscode.window.showWarningMessage(
          vscode.l10n.t(
            '{0}: nothing differs in what could be read, but that was not all. The plan says what is missing.',
            environment.name,
          ),
        );
      }
      return;
    }
    await applyRestore(needs, call, uri, plan);
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

const titleOf = ({ environment, snapshot }: RestorePlan): string =>
  vscode.l10n.t('Plan: restore {0} to {1}', environment.name, snapshot.id);

function describe(plan: RestorePlan): string {
  const { environment, snapshot, gateway, warnings, unread } = plan;
  const facts = [
    vscode.l10n.t('Environment: {0} ({1})', environment.name, environment.adminUrl),
    vscode.l10n.t('Gateway: Kong {0}, {1}', gateway.version, gateway.mode),
    vscode.l10n.t('Snapshot: {0}', snapshot.id),
    vscode.l10n.t('Nothing is written before you say so. A safety snapshot is taken first.'),
  ];
  return planText(plan.plan, {
    title: titleOf(plan),
    facts,
    warnings: warnings.map(({ message }) => message),
    isWhole: unread.length === 0,
  });
}
