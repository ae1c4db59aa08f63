import * as vscode from 'vscode';
import type { App, RecoveryReport, RecoveryState } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import type { PartStep } from '../../core/partDriver.js';
import type { Manifest } from '../../core/snapshot.js';
import { recoveryText } from '../documents/stepsText.js';
import { confirmName, confirmStep } from '../input/confirmStep.js';
import { pickSnapshot, pickTarget } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'environments' | 'snapshots' | 'statusBar'>;
type Way = 'begin' | 'resume' | 'undo';

/** Restores in the order of Kong's documents, step by step: the database first, and where that fails its declarative part. */
export const guidedRestore = (needs: Needs): Command => ({
  id: 'kongBackup.guidedRestore',
  async run(call, arg, target) {
    const core = await needs.app.get();
    const snapshot = await pickSnapshot(core, arg, { title: vscode.l10n.t('Restore which snapshot?') });
    if (!snapshot) return;
    const environment = await pickTarget(core, snapshot, target, vscode.l10n.t('Restore which environment?'));
    if (!environment) return;
    const way = await chooseWay(core, environment, await core.recovery(environment));
    if (way === undefined || !(await agreed(environment, snapshot, way)) || !(await confirmName(environment))) return;
    try {
      const report = await walk(core, call, { environment, snapshot, way });
      await show(needs, environment, report, way);
    } finally {
      needs.snapshots.refresh();
      needs.environments.refresh();
    }
  },
});

/** One that stopped is gone on with, taken back or given up; one that is done can be taken back. */
async function chooseWay(
  core: App,
  environment: Environment,
  state: RecoveryState | undefined,
): Promise<Way | undefined> {
  if (!state) return 'begin';
  const detail = state.steps.map(({ step, state: was, about }) => `${step}: ${was}. ${about}`).join(' ');
  const items = [
    { label: vscode.l10n.t('Go on with it'), way: 'resume' as const },
    { label: vscode.l10n.t('Take it back'), way: 'undo' as const },
    { label: vscode.l10n.t('Give it up and begin anew'), way: 'abandon' as const },
  ].map((item) => ({ ...item, detail }));
  const title = vscode.l10n.t('A guided restore of {0} is there, of {1}', environment.name, state.snapshot);
  const way = (await vscode.window.showQuickPick(items, { title }))?.way;
  if (way !== 'abandon') return way;
  await core.abandonRecovery(environment);
  return 'begin';
}

async function agreed(environment: Environment, { id, parts, gateway }: Manifest, way: Way): Promise<boolean> {
  const question =
    way === 'undo'
      ? vscode.l10n.t('Take back the guided restore of {0}?', environment.name)
      : vscode.l10n.t(
          'Restore {0} ({1}) to the snapshot {2}, step by step?',
          environment.name,
          environment.adminUrl,
          id,
        );
  const hasDump = parts.some(({ kind }) => kind === 'database');
  const detail = [
    vscode.l10n.t('1. The gateway has to be of the version of the snapshot: Kong {0}.', gateway.version),
    hasDump
      ? vscode.l10n.t('2. The database is restored beside the live one, compared, and put in its place.')
      : vscode.l10n.t('2. The snapshot holds no dump of the database: this step is left out.'),
    vscode.l10n.t('3. Where that fails: an empty database is bootstrapped, and the declarative part is loaded.'),
    vscode.l10n.t('Each step that destroys something is asked about by itself, and can be taken back.'),
  ].join('\n');
  const yes = vscode.l10n.t('Begin');
  const answer = await vscode.window.showWarningMessage(
    question,
    { modal: true, ...(way !== 'undo' && { detail }) },
    yes,
  );
  return answer === yes;
}

interface Walk {
  environment: Environment;
  snapshot: Manifest;
  way: Way;
}

async function walk(core: App, call: Call, { environment, snapshot, way }: Walk): Promise<RecoveryReport> {
  const confirm = (step: PartStep): Promise<boolean> => confirmStep(environment, step);
  const title = vscode.l10n.t('Guided restore of {0}', environment.name);
  if (way === 'undo') {
    return call.withProgress(title, (context) => core.undoRecovery(environment, { confirm }, context));
  }
  const request = { resume: way === 'resume', confirm, fallBack };
  const report = await call.withProgress(title, (context) => core.recover(snapshot.id, environment, request, context));
  if (report.at !== 'version' || !(await acceptVersion(report))) return report;
  const further = { ...request, resume: true, acceptVersion: true };
  return call.withProgress(title, (context) => core.recover(snapshot.id, environment, further, context));
}

async function fallBack(reason: string): Promise<boolean> {
  const instead = vscode.l10n.t('Load the Declarative Part Instead');
  const message = vscode.l10n.t('The database can not be restored.');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail: reason }, instead)) === instead;
}

async function acceptVersion({ reason = '', remedy = '' }: RecoveryReport): Promise<boolean> {
  const anyway = vscode.l10n.t('Go On with This Version');
  const answer = await vscode.window.showWarningMessage(reason, { modal: true, detail: remedy }, anyway);
  return answer === anyway;
}

async function show(
  { documents, statusBar }: Needs,
  environment: Environment,
  report: RecoveryReport,
  way: Way,
): Promise<void> {
  const name = vscode.l10n.t('Guided restore of {0}', environment.name);
  await documents.open(name, { text: recoveryText(name, report), plan: { workspaces: [] } });
  if (report.result === 'done') {
    statusBar.say(
      way === 'undo'
        ? vscode.l10n.t('Took the restore of {0} back', environment.name)
        : vscode.l10n.t('Restored {0}', environment.name),
    );
    return;
  }
  void vscode.window.showErrorMessage(`${environment.name}: ${report.reason ?? ''} ${report.remedy ?? ''}`);
}
