import * as vscode from 'vscode';
import type { Validation } from '../../app.js';
import { headingLines } from '../documents/planText.js';
import { back } from '../input/answer.js';
import { askOne } from '../input/questions.js';
import { validationRequest } from '../validationRequest.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'inPlay' | 'statuses'>;

/** Lists what in a file breaks on the way to another version of Kong. Nothing is written. */
export const validateForUpgrade = ({ app, documents, inPlay, statuses }: Needs): Command => ({
  id: 'kongBackup.validateForUpgrade',
  async run(call, arg, target) {
    const core = await app.get();
    const title = vscode.l10n.t('Validate for upgrade');
    const document = await openDocument(arg, title);
    if (!document) return;
    const place = { title, step: 1, totalSteps: 1, canGoBack: false };
    const choices = [...core.gatewayVersions].reverse().map((choice) => ({ label: `Kong ${choice}`, choice }));
    const upgradeTo =
      typeof target === 'string' ? target : await askOne(place, vscode.l10n.t('Upgrade to which version?'), choices);
    if (upgradeTo === undefined || upgradeTo === back) return;
    const request = { ...validationRequest(inPlay.current, statuses), upgradeTo };
    const [verdict] = await call.withProgress(title, (context) =>
      core.validate([document.uri.fsPath], request, context),
    );
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
