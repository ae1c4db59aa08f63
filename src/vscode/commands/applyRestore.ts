import * as vscode from 'vscode';
import type { App, RestorePlan, RestoreReport } from '../../app.js';
import type { Plan } from '../../core/change.js';
import { isKongBackupError } from '../../core/errors.js';
import { brokenChecks } from '../../core/smokeChecks.js';
import { reportText } from '../documents/reportText.js';
import { describeError } from '../errorMessages.js';
import { formatChanges, formatKind, messageOf } from '../format.js';
import type { PlanPage } from '../views/planPages.js';
import type { Workbench } from '../workbench.js';
import type { Call } from './command.js';

export type ApplyNeeds = Pick<
  Workbench,
  'app' | 'documents' | 'plans' | 'environments' | 'snapshots' | 'statusBar' | 'drift' | 'log'
>;

/** More warnings than this don't fit a dialog; the plan has them all. */
const shownWarnings = 5;
const shownDeletes = 5;

/** Asks for the last word, applies what is chosen on the page and shows what came of it. */
export async function applyRestore(needs: ApplyNeeds, call: Call, page: PlanPage): Promise<void> {
  const { plan } = page;
  const { app, documents, drift, environments, snapshots, statusBar, log } = needs;
  const { environment } = plan;
  if (!(await confirm(plan))) return page.reveal();
  if (!(await acceptDeletes(plan)) || !(await acceptBroken(plan)) || !(await typeName(plan))) return;
  const core = await app.get();
  page.setBusy(true);
  const begun = new Date().toISOString();
  let report: RestoreReport;
  try {
    report = await call.withProgress(vscode.l10n.t('Restoring {0}', environment.name), (context) =>
      core.restore({ ...plan, acceptBrokenCredentials: plan.breaks.length > 0 }, context),
    );
  } catch (error) {
    page.setBusy(false);
    if (isKongBackupError(error, 'plan-stale')) return planAgain(core, call, page, error.reason);
    if (isKongBackupError(error, 'gateway-changed')) return planRest(core, call, page, log.safe(error.reason));
    const guard = await guardSince(core, plan, begun);
    if (guard === undefined) throw error;
    log.error(messageOf(error));
    void offerWayBack(log.safe(describeError(error).text), environment.name, guard);
    return;
  } finally {
    // Whatever came of it: a safety snapshot may be there, and the counts may be others.
    drift.forget(environment);
    snapshots.refresh();
    environments.refresh();
  }
  page.close();
  const title = vscode.l10n.t('Report: restore of {0}', environment.name);
  await documents.open(title, { text: reportText(plan, report), plan: report.remaining });
  const [broken, ...others] = brokenChecks(report.checks);
  if (broken) {
    void offerUndo(
      others.length === 0
        ? vscode.l10n.t(
            'The check {0} passed before the restore of {1} and fails after it.',
            broken.name,
            environment.name,
          )
        : vscode.l10n.t(
            'The check {0} and {1} more passed before the restore of {2} and fail after it.',
            broken.name,
            others.length,
            environment.name,
          ),
      report.restore ?? environment.name,
    );
    return;
  }
  if (report.proof === 'equal') {
    statusBar.say(vscode.l10n.t('Restored and verified {0}', environment.name));
    return;
  }
  const text =
    report.failed.length > 0
      ? vscode.l10n.t('{0}: {1} changes failed. The report names each.', environment.name, report.failed.length)
      : report.proof === 'differs'
        ? vscode.l10n.t('{0} is not equal to the snapshot after the restore. The report says where.', environment.name)
        : vscode.l10n.t(
            '{0}: not all could be read back, so nothing is proved. The report names it.',
            environment.name,
          );
  void offerWayBack(text, report.restore ?? environment.name, report.safetySnapshot);
}

/** The gateway is not what the plan saw: the page shows what is to be done now, and nothing goes on by itself. */
async function planAgain(core: App, call: Call, page: PlanPage, reason: string): Promise<void> {
  const { environment, snapshot, scope, resumes, undoes } = page.plan;
  const plan = await call.withProgress(vscode.l10n.t('Planning the restore of {0}', environment.name), (context) =>
    resumes
      ? core.planResume(resumes.id, context)
      : undoes !== undefined
        ? core.planUndo(undoes, context)
        : core.planRestore(snapshot.id, environment, scope, context),
  );
  page.replace(plan, vscode.l10n.t('{0} Nothing was written. This is the new plan: look at it once more.', reason));
  page.reveal();
}

/** Somebody else wrote what the restore was about to write: the page shows what that was, and what is left to be done. */
async function planRest(core: App, call: Call, page: PlanPage, reason: string): Promise<void> {
  const { environment } = page.plan;
  const run = (await core.unfinishedRestores()).find((each) => each.environment.id === environment.id);
  if (!run) return planAgain(core, call, page, reason);
  const plan = await call.withProgress(vscode.l10n.t('Planning the rest of the restore'), (context) =>
    core.planResume(run.id, context),
  );
  const note = vscode.l10n.t(
    '{0} This is the new plan of what is left: look at it once more, or take back what was written by Undo Last Restore.',
    reason,
  );
  page.replace(plan, note);
  page.reveal();
}

/** The safety snapshot that a restore took before it failed: once there is one, something may have been written. */
async function guardSince(
  core: App,
  { environment, snapshot }: RestorePlan,
  begun: string,
): Promise<string | undefined> {
  const entries = await core.snapshots(environment.name);
  const guard = entries.find(({ manifest }) => manifest?.guards === snapshot.id && manifest.createdAt >= begun);
  return guard?.id;
}

/** The modal: names the environment, counts what would happen. */
async function confirm({ environment, snapshot, plan, counts, warnings }: RestorePlan): Promise<boolean> {
  const lines = [
    formatChanges(counts),
    ...deletesOf(plan),
    ...warnings.slice(0, shownWarnings).map(({ message }) => `⚠ ${message}`),
    ...(warnings.length > shownWarnings
      ? [vscode.l10n.t('… and {0} more warnings in the plan.', warnings.length - shownWarnings)]
      : []),
    vscode.l10n.t('A safety snapshot is taken first.'),
  ];
  const restore =
    counts.deletes > 0
      ? vscode.l10n.t('Restore {0}, Deleting {1}', environment.name, counts.deletes)
      : vscode.l10n.t('Restore {0}', environment.name);
  const look = vscode.l10n.t('Look at the Plan First');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Restore {0} ({1}) to the snapshot {2}?', environment.name, environment.adminUrl, snapshot.id),
    { modal: true, detail: lines.join('\n') },
    // Enter takes the first button: where something is deleted, that is the careful one.
    ...(counts.deletes > 0 ? [look, restore] : [restore, look]),
  );
  return answer === restore;
}

/** What goes is named. */
function deletesOf({ workspaces }: Plan): string[] {
  const deletes = workspaces.flatMap(({ changes }) => changes.filter(({ action }) => action === 'delete'));
  return [
    ...deletes.slice(0, shownDeletes).map(({ kind, label }) => `− ${formatKind(kind)} ${label}`),
    ...(deletes.length > shownDeletes
      ? [vscode.l10n.t('… and {0} more deletes in the plan.', deletes.length - shownDeletes)]
      : []),
  ];
}

/** Deletes that are too many to overlook are said yes to apart. */
async function acceptDeletes({ environment, manyDeletes }: RestorePlan): Promise<boolean> {
  if (!manyDeletes) return true;
  const anyway = vscode.l10n.t('Restore Anyway, Deleting {0} Entities', manyDeletes.deletes);
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0} of the {1} entities of {2} that were compared would be deleted. Is this the right gateway, and the right snapshot?',
      manyDeletes.deletes,
      manyDeletes.live,
      environment.name,
    ),
    { modal: true },
    anyway,
  );
  return answer === anyway;
}

/** Logins that would stop working are said yes to apart; what keeps them is offered first. */
async function acceptBroken({ environment, breaks, keepingWays }: RestorePlan): Promise<boolean> {
  if (breaks.length === 0) return true;
  const lines = [
    ...breaks.slice(0, shownWarnings).map(({ message }) => `⚠ ${message}`),
    ...(breaks.length > shownWarnings
      ? [vscode.l10n.t('… and {0} more warnings in the plan.', breaks.length - shownWarnings)]
      : []),
    ...keepingWays,
  ];
  const anyway = vscode.l10n.t('Restore Anyway, Breaking {0} Logins', breaks.length);
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Logins of {0} would stop working. Restore it this way?', environment.name),
    { modal: true, detail: lines.join('\n') },
    anyway,
  );
  return answer === anyway;
}

/** A protected environment's name is typed, so that nobody restores it by habit. */
async function typeName({ environment, counts }: RestorePlan): Promise<boolean> {
  if (!environment.protected) return true;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('{0} is protected', environment.name),
    prompt: vscode.l10n.t('Type its name to {0}.', formatChanges(counts)),
    placeHolder: environment.name,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === environment.name ? undefined : vscode.l10n.t('Type {0}, exactly.', environment.name),
  });
  return typed === environment.name;
}

/** @param restore its id, or the environment whose last one it is. */
async function offerWayBack(text: string, restore: string, guard: string | undefined): Promise<void> {
  const goBack = vscode.l10n.t('Plan the Way Back');
  const answer = await vscode.window.showErrorMessage(text, ...(guard === undefined ? [] : [goBack]));
  if (answer === goBack) await vscode.commands.executeCommand('kongBackup.undoLastRestore', restore);
}

/** @param restore its id, or the environment whose last one it is. */
async function offerUndo(text: string, restore: string): Promise<void> {
  const undo = vscode.l10n.t('Undo This Restore');
  const answer = await vscode.window.showErrorMessage(text, undo);
  if (answer === undo) await vscode.commands.executeCommand('kongBackup.undoLastRestore', restore);
}
