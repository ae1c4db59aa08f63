import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ChangeCounts, isEmptyPlan, type Plan, type WorkspacePlan } from '../core/change.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { ApplyResult, FailedChange } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { BackupParts } from './backup.js';
import { chooseApplier } from './chooseApplier.js';
import { takeGuard } from './guard.js';
import { type PlannedRestore, planRestore, type PlanRestoreRequest, type RestoreWarning } from './planRestore.js';
import { refuseBroken } from './refuseBroken.js';
import { planSignature } from './planWorkspaces.js';
import { type HeldWorkspace, isLiteral } from './snapshotEntities.js';

export interface RestoreRequest {
  /** Id of the snapshot. */
  snapshot: string;
  target: Target;
  /** What was planned, beside snapshot and target: it is planned again with exactly the same. */
  scope?: Omit<PlanRestoreRequest, 'snapshot' | 'target'>;
  /** The plan that was confirmed. */
  plan: Plan;
  /** Whether somebody said yes to logins that stop working: see `PlannedRestore.breaks`. */
  acceptBrokenCredentials?: boolean;
}

/**
 * What reading back showed. `equal`: all was read, nothing differs and no change failed. `differs`: something does.
 * `unproved`: nothing differs in what was read, but not all was read, or a change failed.
 */
export type Proof = 'equal' | 'differs' | 'unproved';

export interface RestoreOutcome {
  safetySnapshot?: string;
  applied: ChangeCounts;
  failed: FailedChange[];
  proof: Proof;
  /** Whether the proof is `equal`. */
  verified: boolean;
  /** What still differs, as far as it could be read. */
  remaining: Plan;
  /** What could not be read back. */
  unread: Gap[];
  warnings: RestoreWarning[];
  /** Milliseconds. */
  duration: number;
}

/**
 * Makes the gateway what the confirmed plan says: plans again and compares, takes a safety snapshot, applies, reads back.
 * Changes that the gateway refused are in the report.
 * @throws KongBackupError `plan-stale`, `credentials-would-break` and all that planning and backup throw: then nothing was written;
 * `restore-incomplete` or `cancelled` once something may have been: then it names the safety snapshot.
 */
export async function restore(
  parts: BackupParts,
  { snapshot, target, scope, plan, acceptBrokenCredentials = false }: RestoreRequest,
  context: OperationContext,
): Promise<RestoreOutcome> {
  const begun = Date.now();
  const request = { ...scope, snapshot, target };
  const now = await planRestore(parts, request, context);
  refuseStale(plan, now, target);
  if (!acceptBrokenCredentials) refuseBroken(now, target);
  const nothing = { creates: 0, updates: 0, deletes: 0 };
  if (isEmptyPlan(now.plan)) {
    return { applied: nothing, failed: [], ...proofOf(now, []), warnings: now.warnings, duration: Date.now() - begun };
  }
  const guard = await takeGuard(parts, target, now, context);
  throwIfCancelled(context.signal, target.environment.name);
  const total: Applied = { begun: false, applied: nothing, failed: [], warnings: [] };
  try {
    await applyPlan(parts, target, now, total, context);
    context.report({ step: 'verify', subject: target.environment.name });
    const after = await planRestore(parts, request, withinStep(context, 'verify'));
    return {
      ...(guard && { safetySnapshot: guard.id }),
      applied: total.applied,
      failed: total.failed,
      ...proofOf(after, total.failed),
      warnings: withoutTwins([...now.warnings, ...total.warnings, ...after.warnings]),
      duration: Date.now() - begun,
    };
  } catch (error) {
    throw total.begun ? afterWriting(error, target, guard) : error;
  }
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

interface Applied {
  /** From here on the gateway may hold a part of the changes. */
  begun: boolean;
  applied: ChangeCounts;
  failed: FailedChange[];
  warnings: RestoreWarning[];
}

/**
 * Engines read files: verified bytes go into a private folder of their own, wherever the snapshot is kept. It is one of the
 * store's, which sweeps what a process that was killed leaves behind.
 */
async function applyPlan(
  parts: BackupParts,
  target: Target,
  { plan, held, snapshot, boundTags, notByFile }: PlannedRestore,
  total: Applied,
  context: OperationContext,
): Promise<void> {
  const folder = await parts.store.stage(target.environment.name);
  const scope = snapshot.selectTags ? { selectTags: snapshot.selectTags } : {};
  try {
    for (const workspacePlan of plan.workspaces) {
      if (workspacePlan.exists && workspacePlan.changes.length === 0) continue;
      const each = held.find(({ workspace }) => workspace === workspacePlan.workspace);
      if (!each) continue;
      const file = path.join(folder.directory, `${safeFileName(workspacePlan.workspace)}.yaml`);
      await writeFile(file, each.bytes, { flag: 'wx', mode: 0o600 });
      const request = { plan: workspacePlan, file, ...scope };
      const obstacle =
        notByFile ?? (boundTags ? 'it can not be held to the tags of the environment.' : obstacleIn(each));
      const { driver, warning } = await chooseApplier(parts.drivers, target, request, obstacle, context);
      if (warning) total.warnings.push(warning);
      reportStart(workspacePlan, context);
      total.begun = true;
      add(total, await driver.apply(target, request, context));
    }
  } finally {
    await folder.discard();
  }
}

/**
 * decK fills in what looks like a template, and stops at what it can't fill in. It gives fields that the file lacks their
 * defaults, where the plan leaves them alone.
 */
function obstacleIn({ part, bytes, lacksFields }: HeldWorkspace): string | undefined {
  if (lacksFields) return 'the snapshot lacks fields of this gateway, which decK would reset.';
  const has = isLiteral(part.driver) && Buffer.from(bytes).includes('${{');
  return has ? 'the file holds text that decK would take for a template.' : undefined;
}

function reportStart({ workspace, changes }: WorkspacePlan, context: OperationContext): void {
  context.report({ step: 'apply', subject: workspace, done: 0, total: changes.length });
}

function add(total: Applied, { applied, failed }: ApplyResult): void {
  total.applied.creates += applied.creates;
  total.applied.updates += applied.updates;
  total.applied.deletes += applied.deletes;
  total.failed.push(...failed);
}

/** What a person needs most when a restore stopped half-way: how to get back. */
function afterWriting(error: unknown, { environment }: Target, guard: Manifest | undefined): KongBackupError {
  const remedy = guard
    ? `The safety snapshot ${guard.id} holds the state before; restore it to go back, or run this restore again to go on.`
    : 'Run this restore again to go on.';
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
