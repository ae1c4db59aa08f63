import * as vscode from 'vscode';
import type { BeforeUpgradeReport, UpgradePlan } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { headingLines } from '../documents/planText.js';
import { acknowledgeKeyring } from '../input/acknowledgeKeyring.js';
import { back } from '../input/answer.js';
import { pickEnvironment } from '../input/pickers.js';
import { askText } from '../input/questions.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'snapshots'>;

/** Backs up by both methods of Kong's documents, verifies, and holds the files to the version to come. */
export const backUpBeforeUpgrade = ({ app, documents, snapshots }: Needs): Command => ({
  id: 'kongBackup.backUpBeforeUpgrade',
  async run(call, arg, target) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Back up which environment?'));
    if (!environment) return;
    const { name } = environment;
    const title = vscode.l10n.t('Back up {0} before an upgrade', name);
    const to = typeof target === 'string' ? target : await askVersion(title, core.gatewayVersions.at(-1) ?? '');
    if (to === undefined) return;
    const plan = await call.withProgress(title, (context) => core.planBeforeUpgrade(environment, to, context));
    if (!(await agreed(environment, plan))) return;
    const report = await call.withProgress(title, (context) => core.backUpBeforeUpgrade(environment, to, context));
    const heading = vscode.l10n.t('{0} before Kong {1}', name, to);
    await documents.open(heading, { text: reportText(heading, report), plan: { workspaces: [] } });
    await snapshots.show(report.snapshot.id);
    await acknowledgeKeyring(core, environment, report.snapshot.warnings);
  },
});

async function askVersion(title: string, placeholder: string): Promise<string | undefined> {
  const answer = await askText(
    { title, step: 1, totalSteps: 1, canGoBack: false },
    {
      prompt: vscode.l10n.t('Upgrade to which version?'),
      placeholder,
      check: (text) =>
        /^\d+\.\d+/.test(text) ? undefined : vscode.l10n.t('Type a version of Kong, such as {0}.', placeholder),
    },
  );
  return answer === back ? undefined : answer;
}

/** The plan, before it runs. */
async function agreed({ name, adminUrl }: Environment, plan: UpgradePlan): Promise<boolean> {
  const { from, to, parts, missing, warnings } = plan;
  const detail = [
    vscode.l10n.t('From Kong {0} to {1}.', from, to),
    vscode.l10n.t('Taken: {0}', parts.join(', ')),
    ...missing.map(({ reason, remedy }) => `⚠ ${reason} ${remedy}`),
    ...warnings.map(({ message }) => `⚠ ${message}`),
    vscode.l10n.t('It is pinned, opened and counted, and its files are held to the version to come.'),
  ].join('\n');
  const yes = vscode.l10n.t('Back Up');
  const question = vscode.l10n.t('Back up {0} ({1}) before the upgrade?', name, adminUrl);
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, yes)) === yes;
}

function reportText(title: string, report: BeforeUpgradeReport): string {
  const { snapshot, verification, findings, reminders, missing, warnings, to } = report;
  const total = findings.reduce((sum, { diagnostics }) => sum + diagnostics.length, 0);
  const heading = {
    title,
    facts: [
      vscode.l10n.t('Snapshot: {0}', snapshot.id),
      verification?.result === 'whole'
        ? vscode.l10n.t('Opened and counted: it is whole.')
        : vscode.l10n.t('It is not proved to be whole: {0}', (verification?.problems ?? []).join(' ')),
      vscode.l10n.t('New with Kong {0}: {1}', to, total),
    ],
    warnings: [
      ...missing.map(({ reason, remedy }) => `${reason} ${remedy}`),
      ...(snapshot.failures ?? []).map(({ part, reason, remedy }) => `${part}: ${reason} ${remedy}`),
      ...[...warnings, ...snapshot.warnings].map(({ message }) => message),
    ],
  };
  const lines = findings.flatMap(({ path, diagnostics }) =>
    diagnostics.map(
      ({ severity, code, message, range: { start } }) =>
        `- **${severity}** ${path}:${start.line + 1}: ${message} (${code})`,
    ),
  );
  const remember = [`## ${vscode.l10n.t('Before you upgrade')}`, '', ...reminders.map((each) => `- ${each}`)];
  return `${[...headingLines(heading), '', ...lines, '', ...remember].join('\n').trimEnd()}\n`;
}
