import type { OperationContext } from '../core/context.js';
import { type ErrorCode, isKongBackupError, throwIfCancelled } from '../core/errors.js';
import { refuseEmpty } from '../core/retention.js';
import type { Collection, HeldLock, StoreUpkeep } from '../core/upkeep.js';
import { isPinned, keepRecord } from './keepSnapshots.js';
import { isOver, planPrune, type PruneAction, type PruneLine, type PruneRequest } from './planPrune.js';
import type { VerifyParts } from './verifySnapshot.js';

export interface PruneParts extends VerifyParts {
  upkeep: StoreUpkeep;
}

export interface PruneReport {
  dryRun: boolean;
  /** Newest first. */
  lines: PruneLine[];
  /** Ids. Those of a dry run are what would be. */
  forgotten: string[];
  deleted: string[];
  failed: { id: string; code: string; reason: string }[];
  /** What is no whole snapshot: it counts for nothing and is left alone. */
  notWhole: { id: string; code: string; reason: string }[];
  packs?: Collection;
  /** Why packs were not looked at. */
  packsLeft?: string;
}

export const emptyReport: PruneReport = {
  dryRun: false,
  lines: [],
  forgotten: [],
  deleted: [],
  failed: [],
  notWhole: [],
};

/** The same, with ids as they are among those of all stores. */
export function withPrefix(report: PruneReport, prefix: string): PruneReport {
  const named = <T extends { id: string }>(each: T): T => ({ ...each, id: prefix + each.id });
  return {
    ...report,
    lines: report.lines.map(named),
    forgotten: report.forgotten.map((id) => prefix + id),
    deleted: report.deleted.map((id) => prefix + id),
    failed: report.failed.map(named),
    notWhole: report.notWhole.map(named),
  };
}

/** Adds what was done in one more store. */
export function addReport(all: PruneReport, report: PruneReport): void {
  all.lines = [...all.lines, ...report.lines];
  all.forgotten = [...all.forgotten, ...report.forgotten];
  all.deleted = [...all.deleted, ...report.deleted];
  all.failed = [...all.failed, ...report.failed];
  all.notWhole = [...all.notWhole, ...report.notWhole];
  const left = [all.packsLeft, report.packsLeft].filter((text) => text !== undefined);
  if (left.length > 0) all.packsLeft = left.join('\n');
  if (report.packs) {
    const { removed, bytes, tooYoung, waits } = all.packs ?? { removed: [], bytes: 0, tooYoung: 0, waits: false };
    all.packs = {
      removed: [...removed, ...report.packs.removed],
      bytes: bytes + report.packs.bytes,
      tooYoung: tooYoung + report.packs.tooYoung,
      waits: waits || report.packs.waits,
    };
  }
}

/**
 * Lets go what no policy keeps, and deletes what was let go once its grace time is over: under the lock, the manifest first, so
 * that what stops it leaves whole snapshots only. Then removes packs that no snapshot needs any more.
 * @throws KongBackupError `retention-invalid`, `store-locked`, `store-*`, `cancelled`.
 */
export async function prune(parts: PruneParts, request: PruneRequest, context: OperationContext): Promise<PruneReport> {
  for (const [environment, policy] of request.policies) refuseEmpty(policy, environment);
  if (request.dryRun) return run(parts, request, undefined, context);
  const lock = await parts.upkeep.lock({ purpose: 'prune' }, context);
  try {
    await parts.upkeep.sweep(context.signal);
    return await run(parts, request, lock, context);
  } finally {
    await lock.release();
  }
}

async function run(
  parts: PruneParts,
  request: PruneRequest,
  lock: HeldLock | undefined,
  context: OperationContext,
): Promise<PruneReport> {
  const now = await parts.upkeep.now(context.signal);
  const entries = await parts.store.list(undefined, context.signal);
  const lines = await planPrune(parts, entries, { ...request, now }, context);
  const report: PruneReport = {
    dryRun: request.dryRun,
    lines,
    forgotten: idsOf(lines, 'forget'),
    deleted: idsOf(lines, 'delete'),
    failed: [],
    notWhole: entries.flatMap(({ id, problem }) => (problem && isAsked(id, request) ? [{ id, ...problem }] : [])),
  };
  if (lock) {
    report.forgotten = await forgetAll(parts, report, { ...request, now }, lock, context);
    report.deleted = await deleteAll(parts, report, now, lock, context);
  }
  await collect(parts, report, lock, context);
  return report;
}

const isAsked = (id: string, { folders }: PruneRequest): boolean => folders?.has(id.slice(0, id.indexOf('/'))) ?? true;

const idsOf = (lines: readonly PruneLine[], action: PruneAction): string[] =>
  lines.flatMap((line) => (line.action === action ? line.id : []));

async function forgetAll(
  parts: PruneParts,
  report: PruneReport,
  { now }: { now: Date },
  lock: HeldLock,
  context: OperationContext,
): Promise<string[]> {
  const done: string[] = [];
  for (const { id, action, deleteAfter = '' } of report.lines) {
    if (action !== 'forget') continue;
    throwIfCancelled(context.signal, id);
    await lock.assertHeld();
    const reason = 'No rule of the policy keeps it.';
    await attempt(report, id, done, () =>
      keepRecord(parts, id, now, { kind: 'forgotten', deleteAfter, reason }, context.signal),
    );
  }
  return done;
}

/** A person may remember or pin one at any time, and needs no lock for it: right before they go they are looked at again. */
async function deleteAll(
  { store }: PruneParts,
  report: PruneReport,
  now: Date,
  lock: HeldLock,
  context: OperationContext,
): Promise<string[]> {
  const ids = idsOf(report.lines, 'delete');
  if (ids.length === 0) return [];
  const again = new Map((await store.list(undefined, context.signal)).map((entry) => [entry.id, entry]));
  const done: string[] = [];
  for (const [index, id] of ids.entries()) {
    const entry = again.get(id);
    if (!entry || !isOver(entry, now) || isPinned(entry)) continue;
    throwIfCancelled(context.signal, id);
    context.report({ step: 'delete', subject: id, done: index, total: ids.length });
    await lock.assertHeld();
    await attempt(report, id, done, () => store.remove(id, context.signal));
  }
  return done;
}

/** One that fails does not stop the others, unless all of them would. */
async function attempt(report: PruneReport, id: string, done: string[], job: () => Promise<void>): Promise<void> {
  try {
    await job();
    done.push(id);
  } catch (error) {
    if (!isKongBackupError(error) || stopsAll.has(error.code)) throw error;
    report.failed.push({ id, code: error.code, reason: error.reason });
  }
}

const stopsAll = new Set<ErrorCode>(['cancelled', 'store-locked', 'store-unreachable', 'store-denied']);

async function collect(
  { upkeep }: PruneParts,
  report: PruneReport,
  lock: HeldLock | undefined,
  context: OperationContext,
): Promise<void> {
  try {
    report.packs = await upkeep.collect(lock, context);
  } catch (error) {
    const isUnknown = isKongBackupError(error, 'snapshot-damaged') || isKongBackupError(error, 'snapshot-newer-format');
    if (!isUnknown) throw error;
    report.packsLeft = `${error.place}: ${error.reason} Nobody knows which packs it needs.`;
  }
}
