import * as vscode from 'vscode';
import type { PlannedPartRestore, RecoveryReport } from '../../app.js';
import type { PartRestoreResult, PartStep } from '../../core/partDriver.js';
import { headingLines } from './planText.js';

/** The steps by which a part is brought back, before any of them is done. */
export function partPlanText(title: string, { plan }: PlannedPartRestore): string {
  const { steps, warnings, refused } = plan;
  const facts = refused
    ? [vscode.l10n.t('It can not be done: {0} {1}', refused.reason, refused.remedy)]
    : [
        vscode.l10n.t(
          'Nothing is written before you say so. Each step that destroys something is asked about by itself.',
        ),
      ];
  const heading = { title, facts, warnings: warnings.map(({ message }) => message) };
  return textOf([...headingLines(heading), '', ...steps.flatMap(stepLines)]);
}

function stepLines({ title, command, destroys, undo }: PartStep, index: number): string[] {
  return [
    `${index + 1}. ${title}`,
    ...(command === undefined ? [] : [`   - ${vscode.l10n.t('Runs: {0}', command)}`]),
    ...(destroys === undefined ? [] : [`   - ⚠ ${destroys}`]),
    ...(undo === undefined ? [] : [`   - ${vscode.l10n.t('To go back: {0}', undo)}`]),
  ];
}

/** What became of the steps, and the way back from them. */
export function partReportText(
  title: string,
  { plan }: PlannedPartRestore,
  { done, failed, verified, warnings }: PartRestoreResult,
): string {
  const facts = [
    ...(failed ? [vscode.l10n.t('Failed: {0} {1}', failed.reason, failed.remedy)] : []),
    verified ? vscode.l10n.t('Read back and compared: equal.') : vscode.l10n.t('Not proved by reading back.'),
  ];
  const did = plan.steps.filter(({ id }) => done.includes(id));
  const back = [...did].reverse().flatMap(({ undo }) => undo ?? []);
  const heading = { title, facts, warnings: warnings.map(({ message }) => message) };
  return textOf([
    ...headingLines(heading),
    '',
    ...did.map((step) => `- ✓ ${step.title}`),
    ...(back.length === 0 ? [] : ['', `## ${vscode.l10n.t('The way back')}`, '', ...back.map((text) => `1. ${text}`)]),
  ]);
}

/** How far a guided restore came. */
export function recoveryText(title: string, report: RecoveryReport): string {
  const { state, result, reason = '', remedy = '', partsLeft, warnings } = report;
  const facts = [
    ...(result === 'done' ? [] : [`${reason} ${remedy}`]),
    ...(result === 'done' && partsLeft.length > 0
      ? [vscode.l10n.t('The snapshot holds more, to be brought back part by part: {0}', partsLeft.join(', '))]
      : []),
  ];
  const signs = { done: '✓', failed: '✗', skipped: '–', undone: '↶' };
  const lines = state.steps.map(({ step, state: was, about }) => `- ${signs[was]} **${step}**: ${about}`);
  return textOf([...headingLines({ title, facts, warnings }), '', ...lines]);
}

const textOf = (lines: readonly string[]): string => `${lines.join('\n').trimEnd()}\n`;
