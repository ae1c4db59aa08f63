import type { Change, Plan } from '../core/change.js';
import type { Gap } from '../core/coverage.js';
import type { Json } from '../core/json.js';
import { shownEntity, shownValue } from '../core/secretFields.js';
import type { Counts } from '../core/snapshot.js';
import { visible } from '../core/visible.js';

/** Rows in columns, two blanks apart, without blanks at the ends of lines. What ends a row makes no column wider. */
export function table(raw: readonly (readonly string[])[]): string {
  const rows = raw.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const longestLabel = 80;

/** A label of any length as one can put it into a line. */
export const shortLabel = (label: string): string =>
  label.length <= longestLabel ? label : `${label.slice(0, longestLabel)}…`;

/** `1 service`, `3 services` */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

export const entities = (count: number): string => (count === 1 ? '1 entity' : `${count} entities`);

export const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** `12 kB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

/** `default plugins: why. What to do.` */
export function gapText({ part, kind, workspace, reason, remedy }: Gap): string {
  const what = [workspace, kind ?? part].filter((word) => word !== undefined).join(' ');
  return `${what}: ${reason} ${remedy}`;
}

const signs = { create: '+', update: '~', delete: '-' } as const;

/** A plan for a person to read: workspace by workspace, a line a change, secrets masked. */
export function planText({ workspaces }: Plan): string {
  const blocks = workspaces.map(({ workspace, exists, changes, unchanged }) => {
    const made = exists ? '' : ' (the workspace will be created)';
    return [`${workspace}: ${plural(changes.length, 'change')}, ${unchanged} equal${made}`, ...changes.map(changeText)];
  });
  return blocks.flat().join('\n');
}

function changeText({ action, kind, label, fields }: Change): string {
  let text = `  ${signs[action]} ${kind} ${visible(label)}`;
  for (const { path, before, after } of fields ?? []) {
    const was = short(shownValue(kind, path, before));
    const is = short(shownValue(kind, path, after));
    // Two masked values look alike, but they are not.
    text += was === is ? `\n      ${path}: changed` : `\n      ${path}: ${was} → ${is}`;
  }
  return text;
}

const longestValue = 60;

function short(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}

/** A plan as data, secrets masked. */
export function planData({ workspaces }: Plan): Plan {
  return { workspaces: workspaces.map((each) => ({ ...each, changes: each.changes.map(changeData) })) };
}

function changeData({ action, workspace, kind, label, id, before, after, fields }: Change): Change {
  return {
    ...{ action, workspace, kind, label, id },
    ...(before && { before: shownEntity(kind, before) }),
    ...(after && { after: shownEntity(kind, after) }),
    ...(fields && {
      fields: fields.map((field) => ({
        ...field,
        before: shownValue(kind, field.path, field.before),
        after: shownValue(kind, field.path, field.after),
      })),
    }),
  };
}
