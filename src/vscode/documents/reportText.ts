import * as vscode from 'vscode';
import type { RestorePlan, RestoreReport } from '../../app.js';
import { countChanges, isEmptyPlan } from '../../core/change.js';
import { isLeftOnPurpose } from '../../core/leftOnPurpose.js';
import { brokenChecks, type CheckChange } from '../../core/smokeChecks.js';
import { formatChanges, formatGap, formatKind } from '../format.js';
import { headingLines, planLines } from './planText.js';

/** What a restore did, and the proof: what was written, what failed, what a read-back found. */
export function reportText(plan: RestorePlan, report: RestoreReport): string {
  const { failed, proof, checks = [], remaining, unread, warnings } = report;
  const failures = failed.map(({ change, reason }) =>
    vscode.l10n.t('Failed: {0} {1} {2}: {3}', change.action, formatKind(change.kind), change.label, reason),
  );
  const titles = {
    equal: vscode.l10n.t('Restored {0}', plan.environment.name),
    differs: vscode.l10n.t('Restore of {0} is not complete', plan.environment.name),
    unproved: vscode.l10n.t('Restore of {0} is not proved', plan.environment.name),
  };
  const notProved = unread.map((gap) => vscode.l10n.t('Not proved: {0}', formatGap(gap)));
  const heading = {
    title: titles[proof],
    facts: factsOf(plan, report),
    warnings: [
      ...brokenChecks(checks).map(checkLine),
      ...failures,
      ...notProved,
      ...warnings.map((each) => each.message),
    ],
  };
  const lines = headingLines(heading);
  if (checks.length > 0) {
    lines.push('', `## ${vscode.l10n.t('Smoke checks')}`, '', ...checks.map((check) => `- ${checkLine(check)}`));
  }
  if (!isEmptyPlan(remaining)) {
    lines.push('', `## ${vscode.l10n.t('Still different')}`, '', ...planLines(remaining));
  }
  lines.push('', `## ${vscode.l10n.t('What was planned')}`, '', ...planLines(plan.plan));
  return `${lines.join('\n')}\n`;
}

function checkLine({ name, change, after }: CheckChange): string {
  const words = {
    broken: vscode.l10n.t('{0}: passed before and fails after', name),
    failing: vscode.l10n.t('{0}: failed before and after', name),
    mended: vscode.l10n.t('{0}: failed before and passes after', name),
    passing: vscode.l10n.t('{0}: passed before and after', name),
  };
  return [words[change], ...after.problems].join(': ');
}

const proofs: Record<RestoreReport['proof'], (report: RestoreReport) => string> = {
  equal: ({ warnings }) =>
    isLeftOnPurpose(warnings)
      ? vscode.l10n.t('Verified: what was compared equals the snapshot. What was left as it is, is named below.')
      : vscode.l10n.t('Verified: read back and compared, the gateway equals the snapshot.'),
  differs: ({ remaining }) => vscode.l10n.t('Not equal: {0} still differ.', formatChanges(countChanges(remaining))),
  unproved: () =>
    vscode.l10n.t('Not proved: nothing differs in what could be read back, but not all was read or a change failed.'),
};

function factsOf({ environment, snapshot, counts }: RestorePlan, report: RestoreReport): string[] {
  const { applied, proof, safetySnapshot, duration } = report;
  return [
    proofs[proof](report),
    vscode.l10n.t('Environment: {0} ({1})', environment.name, environment.adminUrl),
    vscode.l10n.t('Snapshot: {0}', snapshot.id),
    vscode.l10n.t('Planned: {0}', formatChanges(counts)),
    vscode.l10n.t('Written: {0}', formatChanges(applied)),
    safetySnapshot === undefined
      ? vscode.l10n.t('No safety snapshot was needed.')
      : vscode.l10n.t('Safety snapshot, to go back: {0}', safetySnapshot),
    vscode.l10n.t('Took {0} s', (duration / 1000).toFixed(1)),
  ];
}
