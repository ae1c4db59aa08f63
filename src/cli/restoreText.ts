import type { RestorePlan, RestoreReport } from '../app.js';
import type { Change } from '../core/change.js';
import { addedText, selectorText } from '../core/choiceText.js';
import { isLeftOnPurpose } from '../core/leftOnPurpose.js';
import { brokenChecks, checkText } from '../core/smokeChecks.js';
import { planAsMarkdown } from './markdown.js';
import { gapText, planData, planText, plural } from './text.js';

/** How a restore is told: before as a plan, after as a report. */
export function planOverview(restorePlan: RestorePlan): string {
  const { snapshot, environment, gateway, plan, counts, warnings, choice, added, left } = restorePlan;
  const { creates, updates, deletes } = counts;
  return [
    `Restore of ${snapshot.id}`,
    `into ${environment.name} (${environment.adminUrl}, Kong ${gateway.version}):`,
    planText(plan),
    `Create ${creates}, update ${updates}, delete ${deletes}${left > 0 ? `; ${left} left as they are` : ''}.`,
    ...(choice.mode === 'exact' ? [] : [`mode: ${choice.mode}`]),
    ...added.map((each) => `added: ${addedText(each)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

const exceptions = ({ warnings }: Pick<RestorePlan, 'warnings'>): string =>
  isLeftOnPurpose(warnings) ? ', apart from what the warnings name' : '';

export function nothingText({ environment, snapshot, warnings, unread }: RestorePlan): string {
  const isProved = unread.length === 0;
  return [
    isProved
      ? `${isLeftOnPurpose(warnings) ? 'What was compared of ' : ''}${environment.name} is what ${snapshot.id} says${exceptions({ warnings })}.`
      : `Nothing differs in what ${environment.name} shows, but that is not all of ${snapshot.id}.`,
    ...unread.map((gap) => `not proved: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

const equalText = ({ warnings }: RestoreReport): string =>
  isLeftOnPurpose(warnings)
    ? 'what was compared is equal to the snapshot, apart from what the warnings name'
    : 'equal to the snapshot';

export function reportText({ environment }: RestorePlan, report: RestoreReport): string {
  const { creates, updates, deletes } = report.applied;
  const lines = [
    ...brokenText(environment.name, report),
    `${environment.name}: created ${creates}, updated ${updates}, deleted ${deletes}.`,
  ];
  const { before, after } = report.memberships;
  if (before + after > 0) lines.push(`Memberships of consumer groups: ${before} before, ${after} after.`);
  for (const { change, reason } of report.failed) lines.push(`failed: ${change.kind} ${change.label}: ${reason}`);
  for (const { code, message } of report.warnings) lines.push(`warning: ${code}: ${message}`);
  for (const check of report.checks ?? []) {
    if (check.change !== 'broken') lines.push(`check: ${checkText(check)}`);
  }
  if (report.safetySnapshot !== undefined) lines.push(`The state before is in ${report.safetySnapshot}.`);
  if (report.proof === 'equal') return [...lines, `Read back: ${equalText(report)}.`].join('\n');
  for (const gap of report.unread) lines.push(`not proved: ${gapText(gap)}`);
  if (report.proof === 'unproved') {
    return [...lines, 'Read back: nothing differs in what could be read, but that proves not all.'].join('\n');
  }
  const left = report.remaining.workspaces.reduce((sum, { changes }) => sum + changes.length, 0);
  return [...lines, `Read back: ${plural(left, 'difference')} left.`, planText(report.remaining)].join('\n');
}

/** What a person has to know first: what broke, and the way back. */
function brokenText(environment: string, { checks = [], restore }: RestoreReport): string[] {
  const broken = brokenChecks(checks);
  if (broken.length === 0) return [];
  return [
    ...broken.map((check) => `BROKEN: check ${checkText(check)}`),
    `Undo it: kong-backup undo ${restore ?? environment}`,
  ];
}

/** It says the same once more, to be kept. */
function withoutDocument({ document: _document, ...report }: RestoreReport): Omit<RestoreReport, 'document'> {
  return report;
}

/** @param report absent for a plan that was not applied. */
export function restoreData(restorePlan: RestorePlan, report?: RestoreReport) {
  const { snapshot, environment, gateway, plan, counts, warnings, unread, breaks, keepingWays } = restorePlan;
  return {
    snapshot: snapshot.id,
    environment: environment.name,
    gateway: { version: gateway.version, edition: gateway.edition, mode: gateway.mode },
    ...choiceData(restorePlan),
    counts,
    warnings,
    unread,
    breaks: breaks.map(({ code, message }) => ({ code, message })),
    keepingWays,
    plan: planData(plan),
    ...(report && {
      report: {
        ...withoutDocument(report),
        failed: report.failed.map(({ change, reason }) => ({
          kind: change.kind,
          label: change.label,
          action: change.action,
          workspace: change.workspace,
          reason,
        })),
        remaining: planData(report.remaining),
      },
    }),
  };
}

const named = ({ workspace, action, kind, label, id }: Change) => ({ workspace, action, kind, label, id });

/** What was chosen, what that brings with it, and what it can't have. */
function choiceData({ choice, added, blocked, left, overrides, manyDeletes }: RestorePlan) {
  return {
    mode: choice.mode,
    ...(choice.only && { only: choice.only.map(selectorText) }),
    ...(choice.except && { except: choice.except.map(selectorText) }),
    added: added.map((each) => ({ ...named(each.change), why: each.why, for: named(each.for) })),
    blocked: blocked.map(({ change, why, by, byName }) => ({
      ...named(change),
      why,
      ...(by && { by: named(by) }),
      ...(byName !== undefined && { byName }),
    })),
    left,
    overrides,
    ...(manyDeletes && { manyDeletes }),
  };
}

export const planMarkdown = (restorePlan: RestorePlan): string => {
  const { environment, snapshot, plan, warnings, added, choice, left } = restorePlan;
  const notes = [
    ...(choice.mode === 'exact' ? [] : [`Mode: ${choice.mode}; ${left} differences are left as they are.`]),
    ...added.map(addedText),
    ...warnings.map(({ message }) => message),
  ];
  const none = isLeftOnPurpose(warnings) ? 'No differences in what was compared.' : 'No differences.';
  return planAsMarkdown(`Restore ${environment.name} to ${snapshot.id}`, plan, notes, none);
};
