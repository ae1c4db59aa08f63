import type { Cron } from 'croner';
import { cronReason, parseCron } from '../core/cron.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { milliseconds } from '../core/fieldChecks.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';

/** How an environment stands with its schedule. */
export interface DueState {
  environment: Environment;
  /** Newest whole snapshot that is no safety snapshot; absent when there is none. */
  lastSuccess?: Manifest;
  /** Absent when the environment has no schedule, or its cron expression never comes to pass. */
  nextDue?: Date;
  /** False without a schedule. */
  isOverdue: boolean;
  /** When it becomes overdue, unless a backup is made before; absent without a schedule, and once it is. */
  overdueFrom?: Date;
}

/** @throws KongBackupError `environment-invalid`: five fields, as cron has them, that come to pass some day. */
export function checkCron(cron: string, place: string): void {
  if (cronOf(cron, place).nextRun() !== null) return;
  throw new KongBackupError('environment-invalid', {
    place: `${place}: schedule`,
    reason: `"${cron}" never comes: no day fits all of its fields.`,
    remedy: 'Write a day that there is, such as "30 2 1 * *" for the first of each month.',
  });
}

/**
 * @param entries of the environment, newest first.
 * Without `overdueAfter` a backup is overdue once the one due after it is due too: one of them was missed.
 */
export function dueState(environment: Environment, entries: readonly CatalogueEntry[], now: Date): DueState {
  const lastSuccess = newestSuccess(entries, now);
  const { schedule } = environment;
  const state = { environment, ...(lastSuccess && { lastSuccess }) };
  if (!schedule) return { ...state, isOverdue: false };
  const cron = cronOf(schedule.cron, environment.name);
  const nextDue = cron.nextRun(now) ?? undefined;
  const due = { ...state, ...(nextDue && { nextDue }) };
  // Never backed up, though somebody meant to.
  if (!lastSuccess) return { ...due, isOverdue: true };
  const overdueFrom = overdueFromOf(cron, new Date(lastSuccess.createdAt), schedule.overdueAfter);
  if (!overdueFrom) return { ...due, isOverdue: false };
  const isOverdue = overdueFrom.getTime() <= now.getTime();
  return { ...due, isOverdue, ...(!isOverdue && { overdueFrom }) };
}

/** A snapshot is a success where nothing of it failed and nobody found it damaged; one from the future proves nothing. */
export function newestSuccess(entries: readonly CatalogueEntry[], now: Date): Manifest | undefined {
  return entries.find(
    ({ manifest, state }) =>
      manifest &&
      manifest.guards === undefined &&
      (manifest.failures ?? []).length === 0 &&
      state?.verified?.result !== 'damaged' &&
      Date.parse(manifest.createdAt) <= now.getTime(),
  )?.manifest;
}

function overdueFromOf(cron: Cron, last: Date, overdueAfter: string | undefined): Date | undefined {
  if (overdueAfter !== undefined) return new Date(last.getTime() + milliseconds(overdueAfter));
  const next = cron.nextRun(last);
  return (next && cron.nextRun(next)) ?? undefined;
}

function cronOf(cron: string, place: string): Cron {
  try {
    return parseCron(cron);
  } catch (error) {
    throw new KongBackupError('environment-invalid', {
      place: `${place}: schedule`,
      reason: `"${cron}" is no cron expression: ${cronReason(error)}`,
      remedy: 'Write five fields, such as "30 2 * * *" for half past two each night.',
      cause: error,
    });
  }
}
