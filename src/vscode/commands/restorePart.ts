import * as vscode from 'vscode';
import type { PlannedPartRestore } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { keyringNoticeIn } from '../../core/keyringNotice.js';
import type { PartKind } from '../../core/part.js';
import type { Manifest } from '../../core/snapshot.js';
import { partPlanText, partReportText } from '../documents/stepsText.js';
import { askKeyring } from '../input/acknowledgeKeyring.js';
import { confirmName, confirmStep } from '../input/confirmStep.js';
import { pickSnapshot, pickTarget } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Choices = Readonly<Record<string, string | boolean>>;
type Needs = Pick<Workbench, 'app' | 'documents' | 'environments' | 'snapshots' | 'statusBar'>;

/** Brings one part of a snapshot back, step by step: the plan is shown, and what destroys something is asked about. */
export const restorePart = (needs: Needs): Command => ({
  id: 'kongBackup.restorePart',
  async run(call, arg, target, part) {
    const core = await needs.app.get();
    const snapshot = await pickSnapshot(core, arg, { title: vscode.l10n.t('Bring back a part of which snapshot?') });
    if (!snapshot) return;
    const chosen = typeof part === 'string' ? (part as PartKind) : await pickPart(snapshot);
    if (!chosen) return;
    const environment = await pickTarget(core, snapshot, target, vscode.l10n.t('Restore which environment?'));
    if (!environment) return;
    const title = vscode.l10n.t('{0}: bring back {1}', environment.name, chosen);
    const plan = (choices: Choices) =>
      call.withProgress(title, (context) =>
        core.planPartRestore(snapshot.id, environment, { part: chosen, choices }, context),
      );
    let choices: Choices = {};
    let planned = await plan(choices);
    const notice = keyringNoticeIn(planned.plan.warnings);
    if (notice !== undefined) {
      if (!(await askKeyring(environment, notice))) return;
      choices = { acknowledged: true };
      planned = await plan(choices);
    }
    await needs.documents.open(title, { text: partPlanText(title, planned), plan: { workspaces: [] } });
    const { refused } = planned.plan;
    if (refused) {
      void vscode.window.showErrorMessage(`${environment.name}: ${refused.reason} ${refused.remedy}`);
      return;
    }
    if ((await agreed(environment, planned)) && (await confirmName(environment))) {
      await bringBack(needs, call, { environment, planned, choices, title });
    }
  },
});

async function pickPart({ id, parts }: Manifest): Promise<PartKind | undefined> {
  const kinds = [...new Set(parts.map(({ kind }) => kind))].filter((kind) => kind !== 'entities');
  if (kinds.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} holds no part beside the entities.', id));
    return undefined;
  }
  const items = kinds.map((kind) => ({
    label: kind,
    description: parts.find((each) => each.kind === kind)?.driver.id ?? '',
  }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Bring back which part?') });
  return picked?.label;
}

async function agreed(environment: Environment, { snapshot, part, plan }: PlannedPartRestore): Promise<boolean> {
  const yes = vscode.l10n.t('Begin');
  const question = vscode.l10n.t('Bring back {0} of {1} to {2}?', part, environment.name, snapshot.id);
  const detail = [
    ...plan.steps.map(({ title }, index) => `${index + 1}. ${title}`),
    ...plan.warnings.map(({ message }) => `⚠ ${message}`),
  ].join('\n');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

interface Bringing {
  environment: Environment;
  planned: PlannedPartRestore;
  choices: Choices;
  title: string;
}

async function bringBack(
  { app, documents, environments, snapshots, statusBar }: Needs,
  call: Call,
  { environment, planned, choices, title }: Bringing,
): Promise<void> {
  const core = await app.get();
  const { part, snapshot } = planned;
  const request = {
    part,
    choices,
    confirm: (step: Parameters<typeof confirmStep>[1]) => confirmStep(environment, step),
  };
  try {
    const result = await call.withProgress(title, (context) =>
      core.restorePart(snapshot.id, environment, request, context),
    );
    const name = vscode.l10n.t('Report: {0} of {1}', part, environment.name);
    await documents.open(name, { text: partReportText(name, planned, result), plan: { workspaces: [] } });
    if (result.failed) {
      void vscode.window.showErrorMessage(`${environment.name}: ${result.failed.reason} ${result.failed.remedy}`);
    } else if (result.verified) statusBar.say(vscode.l10n.t('Restored and verified {0}', environment.name));
  } finally {
    snapshots.refresh();
    environments.refresh();
  }
}
