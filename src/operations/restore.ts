import { isEmptyPlan, type Plan } from '../core/change.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { FailedChange } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { LineFiles } from '../core/lineFiles.js';
import type { Counts, Manifest } from '../core/snapshot.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { BackupParts } from './backup.js';
import { takeGuard } from './guard.js';
import { type KnownPlan, planAgain } from './knownPlan.js';
import { type PlannedRestore, planRestore, type PlanRestoreRequest, type RestoreWarning } from './planRestore.js';
import { planSignature } from './planWorkspaces.js';
import { refuseBroken } from './refuseBroken.js';
import { type Applied, applyPlan, noChanges } from './restoreApply.js';
import { markUndone, RestoreJournal } from './restoreJournal.js';
import type { RestoreOutcome } from './restoreOutcome.js';
import { writtenBy, writtenInAll } from './writtenChanges.js';

export interface RestoreRequest {
  /** Id of the snapshot. */
  snapshot: string;
  target: Target;
  /** What was planned, beside snapshot and target: it is planned again with exactly the same. */
  scope?: Omit<PlanRestoreRequest, 'snapshot' | 'target'>;
  /** The plan that was confirmed. */
  plan: Plan;
  /** How much of each kind was read for it, by workspace. */
  liveCounts?: ReadonlyMap<string, Counts>;
  /** Whether somebody said yes to logins that stop working: see `PlannedRestore.breaks`. */
  acceptBrokenCredentials?: boolean;
  /** The journal that is gone on with, and the safety snapshot that it began with. */
  resumes?: { id: string; guard?: string };
  /** The journal of the restore that this one takes back. */
  undoes?: string;
  /** What the plan was made from. */
  known?: KnownPlan;
}

export type { Proof, RestoreOutcome } from './restoreOutcome.js';

export interface RestoreParts extends BackupParts {
  /** Where journals are kept. */
  journals: LineFiles;
}

/**
 * Makes the gateway what the confirmed plan says: plans again and compares (see `planAgain`), takes a safety snapshot, applies, reads back.
 * Changes that the gateway refused are in the report. What is written stands in a journal, so that a restore that is killed can
 * be found, resumed and undone.
 * @throws KongBackupError `plan-stale`, `credentials-would-break` and all that planning and backup throw: then nothing was written;
 * `restore-incomplete`, `gateway-changed` or `cancelled` once something may have been: then it names the safety snapshot.
 */
export async function restore(
  parts: RestoreParts,
  {
    snapshot,
    target,
    scope,
    plan,
    liveCounts,
    acceptBrokenCredentials = false,
    resumes,
    undoes,
    known,
  }: RestoreRequest,
  context: OperationContext,
): Promise<RestoreOutcome> {
  const clock = new StopWatch();
  const request = { ...scope, snapshot, target };
  const { now, seen } = await planAgain(parts, request, { known, counts: liveCounts }, context);
  refuseStale(plan, now, target);
  if (!acceptBrokenCredentials) refuseBroken(now, target);
  const isNothing = isEmptyPlan(now.plan);
  clock.lap('plan');
  const guard = isNothing ? undefined : await takeGuard(parts, target, now, seen, context);
  throwIfCancelled(context.signal, target.environment.name);
  clock.lap('guard');
  const safety = resumes?.guard ?? guard?.id;
  const journal = await openJournal(parts.journals, { request, now, guard, resumes, undoes, isNothing });
  const total: Applied = { begun: false, applied: noChanges(), failed: [], warnings: [] };
  try {
    if (!isNothing)
      await applyPlan(parts, target, now, { total, journal, safety, isResumed: resumes !== undefined }, context);
    clock.lap('apply');
    if (!isNothing) context.report({ step: 'verify', subject: target.environment.name });
    const again = { ...request, held: now.held };
    const after = isNothing ? now : await planRestore(parts, again, withinStep(context, 'verify'));
    clock.lap('verify');
    const proof = proofOf(after, total.failed);
    await journal?.end(proof.proof, total.failed.length);
    if (undoes !== undefined && total.failed.length === 0) await markUndone(parts.journals, undoes, journal?.id);
    return {
      ...(safety !== undefined && { safetySnapshot: safety }),
      ...(journal && { restore: journal.id }),
      applied: total.applied,
      failed: total.failed,
      written: resumes ? await writtenInAll(parts.journals, resumes.id) : writtenBy(now.plan, total.failed),
      ...proof,
      memberships: { before: now.memberships, after: after.memberships },
      equal: after.plan.workspaces.reduce((sum, { unchanged }) => sum + unchanged, 0),
      warnings: withoutTwins([...now.warnings, ...total.warnings, ...(isNothing ? [] : after.warnings)]),
      ...clock.stop(),
    };
  } catch (error) {
    // What can't be said there any more is plain from what is missing.
    await journal?.stop(isKongBackupError(error) ? error.code : 'internal').catch(() => undefined);
    throw total.begun ? afterWriting(error, target, { safety, journal: journal?.id }) : error;
  } finally {
    await journal?.close().catch(() => undefined);
    if (journal && !total.begun && !isNothing && !resumes) await parts.journals.remove(journal.id);
  }
}

class StopWatch {
  private readonly durations = { plan: 0, guard: 0, apply: 0, verify: 0 };
  private readonly begun = Date.now();
  private last = this.begun;

  lap(part: keyof RestoreOutcome['durations']): void {
    const now = Date.now();
    this.durations[part] = now - this.last;
    this.last = now;
  }

  stop(): Pick<RestoreOutcome, 'duration' | 'durations'> {
    return { duration: Date.now() - this.begun, durations: this.durations };
  }
}

interface Opening {
  request: PlanRestoreRequest;
  now: PlannedRestore;
  guard: Manifest | undefined;
  resumes: RestoreRequest['resumes'] | undefined;
  undoes: string | undefined;
  isNothing: boolean;
}

/** Where nothing is to be written there is none, unless one that is there has to be ended. */
async function openJournal(
  files: LineFiles,
  { request, now, guard, resumes, undoes, isNothing }: Opening,
): Promise<RestoreJournal | undefined> {
  if (resumes) return RestoreJournal.resume(files, resumes.id, guard?.id);
  if (isNothing) return undefined;
  const { snapshot, target, ...scope } = request;
  return RestoreJournal.begin(files, {
    snapshot,
    environment: target.environment,
    scope: JSON.parse(JSON.stringify(scope)) as JsonObject,
    workspaces: now.plan.workspaces,
    ...(guard && { guard: guard.id }),
    ...(undoes !== undefined && { undoes }),
  });
}

function proofOf(
  { plan: remaining, unread }: PlannedRestore,
  failed: readonly FailedChange[],
): Pick<RestoreOutcome, 'proof' | 'verified' | 'remaining' | 'unread'> {
  const isSure = unread.length === 0 && failed.length === 0;
  const proof = !isEmptyPlan(remaining) ? 'differs' : isSure ? 'equal' : 'unproved';
  return { proof, verified: proof === 'equal', remaining, unread };
}

/** What was said before the restore need not be said again after it. */
function withoutTwins(warnings: readonly RestoreWarning[]): RestoreWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

function refuseStale(
  confirmed: Plan,
  { plan, facts }: { plan: Plan; facts: SchemaFacts },
  { environment }: Target,
): void {
  if (planSignature(confirmed, facts) === planSignature(plan, facts)) return;
  throw new KongBackupError('plan-stale', {
    place: environment.name,
    reason: 'The gateway changed since the plan was made.',
    remedy: 'Look at the new plan and confirm it. Nothing was written.',
  });
}

/** What a person needs most when a restore stopped half-way: how to get back. */
function afterWriting(
  error: unknown,
  { environment }: Target,
  { safety, journal }: { safety: string | undefined; journal: string | undefined },
): KongBackupError {
  if (isKongBackupError(error, 'gateway-changed')) return error;
  const way =
    safety === undefined
      ? 'Resume the restore to go on.'
      : `The safety snapshot ${safety} holds the state before; undo the restore to go back to it, or resume it to go on.`;
  const remedy = journal === undefined ? way : `${way} What it wrote: kong-backup restores look ${journal}.`;
  const wasCancelled = isKongBackupError(error, 'cancelled');
  const why = isKongBackupError(error) ? `${error.place}: ${error.reason}` : String((error as Error).message ?? error);
  return new KongBackupError(wasCancelled ? 'cancelled' : 'restore-incomplete', {
    place: environment.name,
    reason: wasCancelled
      ? 'Cancelled after writing began: the gateway may hold a part of the changes.'
      : `The restore stopped after writing began. ${why}`,
    remedy,
    cause: error,
  });
}
