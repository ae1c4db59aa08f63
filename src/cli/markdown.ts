import type { Comparison } from '../app.js';
import { type Change, type ChangeCounts, countChanges, type FieldChange, type Plan } from '../core/change.js';
import type { Json, JsonObject } from '../core/json.js';
import { shownEntity, shownValue } from '../core/secretFields.js';
import { sameText } from './sameText.js';
import { gapText } from './text.js';

/** As much as fits into a comment of a pull request, with room to spare. In characters. */
const longest = 60_000;

const signs = { create: '➕', update: '✏️', delete: '➖' } as const;

/** A comparison for a pull request: counts on top, an entity a fold, secrets masked. */
export function comparisonMarkdown(comparison: Comparison, from: string, to: string): string {
  const { plan, unknown, notCompared, warnings, selectTags, same } = comparison;
  const notes = [
    ...(selectTags ? [`Compared: only what has the tags ${selectTags.join(', ')}.`] : []),
    ...notCompared.map((workspace) => `Not compared: workspace ${workspace}: only one side is known.`),
    ...unknown.map((gap) => `Not compared: ${gapText(gap)}`),
    ...warnings.map(({ message }) => message),
    ...(same ? sameText(same) : []),
  ];
  const open = unknown.length + notCompared.length > 0;
  const nothing = open ? 'Nothing differs in what could be compared.' : 'No differences.';
  return planAsMarkdown(`${from} → ${to}`, plan, notes, nothing);
}

/** A plan for a pull request, in the same form. @param nothing what is said of an empty one. */
export function planAsMarkdown(title: string, plan: Plan, notes: readonly string[], nothing: string): string {
  const changes = plan.workspaces.flatMap((workspace) => workspace.changes);
  const head = [
    `### ${escaped(title)}`,
    '',
    changes.length > 0 ? countsLine(countChanges(plan)) : nothing,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ⚠️ ${escaped(note)}`)] : []),
    ...(changes.length > 0 ? ['', ...summary(changes)] : []),
  ];
  return [head.join('\n'), ...folds(changes, head.join('\n').length)].join('\n\n');
}

const countsLine = ({ creates, updates, deletes }: ChangeCounts): string =>
  `**${creates} to create, ${updates} to update, ${deletes} to delete**`;

function summary(changes: readonly Change[]): string[] {
  const rows = new Map<string, ChangeCounts>();
  for (const { workspace, kind, action } of changes) {
    const key = `| ${escaped(workspace)} | ${escaped(kind)} |`;
    const counts = rows.get(key) ?? { creates: 0, updates: 0, deletes: 0 };
    counts[`${action}s`]++;
    rows.set(key, counts);
  }
  return [
    '| workspace | kind | create | update | delete |',
    '| --- | --- | ---: | ---: | ---: |',
    ...[...rows].map(([key, { creates, updates, deletes }]) => `${key} ${creates} | ${updates} | ${deletes} |`),
  ];
}

function folds(changes: readonly Change[], used: number): string[] {
  const blocks: string[] = [];
  let length = used;
  for (const [index, change] of changes.entries()) {
    const block = fold(change);
    length += block.length + 2;
    if (length > longest) return [...blocks, `… and ${changes.length - index} more.`];
    blocks.push(block);
  }
  return blocks;
}

function fold({ action, workspace, kind, label, before, after, fields = [] }: Change): string {
  const summaryText = `${signs[action]} ${html(kind)} <b>${html(label)}</b> (${html(workspace)})`;
  const entity = after ?? before ?? {};
  const lines =
    action === 'update' ? fields.flatMap((field) => fieldLines(kind, field)) : entityLines(action, kind, entity);
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestTicks(line) + 1)));
  return [`<details><summary>${summaryText}</summary>`, '', `${fence}diff`, ...lines, fence, '', '</details>'].join(
    '\n',
  );
}

const longestTicks = (line: string): number => Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length));

function fieldLines(kind: string, { path, before, after }: FieldChange): string[] {
  const [was, is] = [before, after].map((value) => written(shownValue(kind, path, value)));
  // Two masked values look alike, but they are not.
  return was === is
    ? [`! ${oneLine(path)}: changed, not shown`]
    : [`- ${oneLine(path)}: ${was}`, `+ ${oneLine(path)}: ${is}`];
}

const entityLines = (action: 'create' | 'delete' | 'update', kind: string, entity: JsonObject): string[] =>
  Object.entries(shownEntity(kind, entity))
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${action === 'delete' ? '-' : '+'} ${oneLine(name)}: ${written(value)}`);

const written = (value: Json): string => oneLine(JSON.stringify(value));
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

const html = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]@#|~]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Text that says no more in Markdown than in plain. */
const escaped = (text: string): string => html(text);
