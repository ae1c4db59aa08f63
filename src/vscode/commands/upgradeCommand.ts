import * as vscode from 'vscode';
import type { Validation } from '../../app.js';
import type { OperationContext } from '../../core/context.js';
import { headingLines } from '../documents/planText.js';
import { back } from '../input/answer.js';
import { askOne } from '../input/questions.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** What the command needs of where it runs. */
export interface UpgradeParts extends Pick<Workbench, 'documents'> {
  open(arg: unknown, title: string): Promise<vscode.TextDocument | undefined>;
  /** Oldest first. */
  versions(): Promise<readonly string[]>;
  judge(document: vscode.TextDocument, upgradeTo: string, context: OperationContext): Promise<Validation | undefined>;
}

/** Lists what in a file breaks on the way to another version of Kong; how it is judged is the caller's. */
export const upgradeCommand = ({ documents, open, versions, judge }: UpgradeParts): Command => ({
  id: 'kongBackup.validateForUpgrade',
  async run(call, arg, target) {
    const title = vscode.l10n.t('Validate for upgrade');
    const document = await open(arg, title);
    if (!document) return;
    const place = { title, step: 1, totalSteps: 1, canGoBack: false };
    const choices = [...(await versions())].reverse().map((choice) => ({ label: `Kong ${choice}`, choice }));
    const upgradeTo =
      typeof target === 'string' ? target : await askOne(place, vscode.l10n.t('Upgrade to which version?'), choices);
    if (upgradeTo === undefined || upgradeTo === back) return;
    const verdict = await call.withProgress(title, (context) => judge(document, upgradeTo, context));
    if (!verdict) return;
    const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    await documents.open(vscode.l10n.t('{0} for Kong {1}', name, verdict.upgradeTo ?? upgradeTo), {
      text: upgradeText(name, verdict),
      plan: { workspaces: [] },
    });
  },
});

function upgradeText(name: string, { kind, gatewayVersion, upgradeTo = '', diagnostics }: Validation): string {
  const format = kind === 'deck' ? 'decK' : 'DB-less';
  const heading = {
    title: vscode.l10n.t('{0}: from Kong {1} to {2}', name, gatewayVersion, upgradeTo),
    facts: [
      vscode.l10n.t('Format: {0}', format),
      diagnostics.length === 0
        ? vscode.l10n.t('Nothing breaks: Kong {0} takes the file as Kong {1} does.', upgradeTo, gatewayVersion)
        : vscode.l10n.t('New with Kong {0}: {1}', upgradeTo, diagnostics.length),
    ],
    warnings: [],
  };
  const found = diagnostics.map(
    ({ severity, code, message, path, range: { start } }) =>
      `- **${severityName(severity)}** ${name}:${start.line + 1}${path === '' ? '' : ` \`${path}\``}: ${message} (${code})`,
  );
  return `${[...headingLines(heading), '', ...found].join('\n').trimEnd()}\n`;
}

const severityName = (severity: Validation['diagnostics'][number]['severity']): string =>
  ({
    error: vscode.l10n.t('Error'),
    warning: vscode.l10n.t('Warning'),
    information: vscode.l10n.t('Information'),
  })[severity];
