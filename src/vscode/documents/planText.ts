import * as vscode from 'vscode';
import type { Action, Change, ChangeCounts, FieldChange, Plan, WorkspacePlan } from '../../core/change.js';
import { countChanges, isEmptyPlan } from '../../core/change.js';
import type { Json } from '../../core/json.js';
import { isSecretField, shownValue } from '../../core/secretFields.js';
import { formatChanges, formatKind } from '../format.js';

/** Beyond this a person reads no line of it; the counts above stay complete. */
const shownChanges = 2000;
const shownText = 120;

const signs: Record<Action, string> = { create: '+', update: '~', delete: '-' };

export interface Heading {
  title: string;
  facts: string[];
  warnings: string[];
}

/**
 * A plan as Markdown that is also read well as plain text: counts first, then every change with its fields.
 * @param heading `isWhole` is false when not all could be read or compared: then an empty plan proves nothing.
 */
export function planText(plan: Plan, heading: Heading & { isWhole: boolean }): string {
  const short = `## ${vscode.l10n.t('In short')}`;
  const sections = [...headingLines(heading), '', short, '', ...planLines(plan, heading.isWhole)];
  return `${sections.join('\n')}\n`;
}

/** Title, facts and warnings. */
export function headingLines({ title, facts, warnings }: Heading): string[] {
  const lines = [`# ${title}`, '', ...facts.map((fact) => `- ${fact}`)];
  if (warnings.length === 0) return lines;
  return [...lines, '', `## ${vscode.l10n.t('Warnings')}`, '', ...warnings.map((warning) => `- ⚠ ${warning}`)];
}

/** Counts by workspace and kind, then each change. */
export function planLines(plan: Plan, isWhole = true): string[] {
  if (isEmptyPlan(plan)) {
    return [isWhole ? vscode.l10n.t('No differences.') : vscode.l10n.t('Nothing differs in what could be compared.')];
  }
  const lines = summary(plan);
  let left = shownChanges;
  for (const workspace of plan.workspaces) {
    if (workspace.changes.length === 0 && workspace.exists) continue;
    lines.push('', `## ${vscode.l10n.t('Workspace {0}', workspace.workspace)}`, '');
    if (!workspace.exists) lines.push(vscode.l10n.t('The workspace itself is created first.'), '');
    // In a fence of this name, editors colour what comes and what goes.
    lines.push('```diff', ...workspace.changes.slice(0, left).flatMap(changeLines), '```');
    left = Math.max(0, left - workspace.changes.length);
  }
  const hidden = plan.workspaces.reduce((sum, { changes }) => sum + changes.length, 0) - shownChanges;
  if (hidden > 0) lines.push('', vscode.l10n.t('… and {0} more changes.', hidden));
  return lines;
}

function summary(plan: Plan): string[] {
  const head = [vscode.l10n.t('Workspace'), vscode.l10n.t('Kind'), '+', '~', '-'];
  const rows = plan.workspaces.flatMap((workspace) => kindRows(workspace));
  const unchanged = plan.workspaces.reduce((sum, workspace) => sum + workspace.unchanged, 0);
  return [
    `**${formatChanges(countChanges(plan))}** · ${vscode.l10n.t('unchanged {0}', unchanged)}`,
    '',
    ...table([head, ...rows]),
  ];
}

function kindRows({ workspace, changes }: WorkspacePlan): string[][] {
  const byKind = new Map<string, ChangeCounts>();
  for (const { kind, action } of changes) {
    const counts = byKind.get(kind) ?? { creates: 0, updates: 0, deletes: 0 };
    counts[`${action}s`]++;
    byKind.set(kind, counts);
  }
  return [...byKind].map(([kind, { creates, updates, deletes }]) => [
    workspace,
    formatKind(kind),
    ...[creates, updates, deletes].map(String),
  ]);
}

/** A Markdown table whose columns also line up as plain text. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)];
}

function changeLines({ action, kind, label, fields = [] }: Change): string[] {
  return [`${signs[action]} ${formatKind(kind)} ${oneLine(label)}`, ...fields.map((field) => fieldLine(kind, field))];
}

function fieldLine(kind: string, { path, before, after }: FieldChange): string {
  if (isSecretField(kind, path)) return `    ${path}: ${vscode.l10n.t('changed, not shown')}`;
  return `    ${path}: ${shown(shownValue(kind, path, before))} → ${shown(shownValue(kind, path, after))}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > shownText ? `${text.slice(0, shownText)}…` : text;
}
