import * as vscode from 'vscode';
import type { ChangeCounts } from '../core/change.js';
import type { Gap } from '../core/coverage.js';
import type { Counts } from '../core/snapshot.js';

const units = ['B', 'kB', 'MB', 'GB'] as const;

/** "12 kB" */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "5 minutes ago", in the editor's language. @param now milliseconds since 1970. */
export function formatAge(iso: string, now: number = Date.now()): string {
  const age = now - Date.parse(iso);
  const words = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: 'auto' });
  for (const [unit, length] of spans) {
    if (age >= length) return words.format(-Math.floor(age / length), unit);
  }
  return words.format(0, 'second');
}

/** "2026-11-21 06:51:23", local time. */
export function formatTime(iso: string, precision: 'seconds' | 'minutes' = 'seconds'): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
  return precision === 'minutes' ? time : `${time}:${two(date.getSeconds())}`;
}

/** "create 3, update 2, delete 1" */
export function formatChanges({ creates, updates, deletes }: ChangeCounts): string {
  return vscode.l10n.t('create {0}, update {1}, delete {2}', creates, updates, deletes);
}

/** "create 3, delete 1": only what there is to do, where there is little room. */
export function formatChangesShort({ creates, updates, deletes }: ChangeCounts): string {
  return [
    ...(creates > 0 ? [vscode.l10n.t('create {0}', creates)] : []),
    ...(updates > 0 ? [vscode.l10n.t('update {0}', updates)] : []),
    ...(deletes > 0 ? [vscode.l10n.t('delete {0}', deletes)] : []),
  ].join(', ');
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `basicauth_credentials` → "basicauth credentials" */
export function formatKind(kind: string): string {
  return kind.replaceAll('_', ' ');
}

/** "default plugins: why. What to do." */
export function formatGap({ part, kind, workspace, reason, remedy }: Gap): string {
  const what = [workspace, formatKind(kind ?? part)].filter((word) => word !== undefined).join(' ');
  return `${what}: ${reason} ${remedy}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
