import * as vscode from 'vscode';
import type { RestorePlan, RestoreReport } from '../../app.js';
import { countChanges } from '../../core/change.js';
import { formatChanges, formatKind } from '../format.js';
import { planText } from './planText.js';

/** What a restore did, and the proof: what was written, what failed, what a read-back found. */
export function reportText(plan: RestorePlan, report: RestoreReport): string {
  const { applied, failed, verified, remaining, safetySnapshot, duration, warnings } = report;
  const seconds = (duration / 1000).toFixed(1);
  const facts = [
    vscode.l10n.t('Environment: {0} ({1})', plan.environment.name, plan.environment.adminUrl),
    vscode.l10n.t('Snapshot: {0}', plan.snapshot.id),
    vscode.l10n.t('Planned: {0}', formatChanges(plan.counts)),
    vscode.l10n.t('Written: {0}', formatChanges(applied)),
    verified
      ? vscode.l10n.t('Verified: read back and compared, the gateway equals the snapshot.')
      : vscode.l10n.t('Not equal: {0} still differ.', formatChanges(countChanges(remaining))),
    safetySnapshot === undefined
      ? vscode.l10n.t('No safety snapshot was needed.')
      : vscode.l10n.t('Safety snapshot, to go back: {0}', safetySnapshot),
    vscode.l10n.t('Took {0} s', seconds),
  ];
  const failures = failed.map(({ change, reason }) => {
    return vscode.l10n.t('Failed: {0} {1} {2}: {3}', change.action, formatKind(change.kind), change.label, reason);
  });
  const title = verified
    ? vscode.l10n.t('Restored {0}', plan.environment.name)
    : vscode.l10n.t('Restore of {0} is not complete', plan.environment.name);
  return planText(remaining, { title, facts, warnings: [...failures, ...warnings.map(({ message }) => message)] });
}
