import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ChangeCounts, isEmptyPlan, type Plan, type WorkspacePlan } from '../core/change.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { ApplyResult, FailedChange } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import { backup, type BackupParts } from './backup.js';
import { chooseApplier } from './chooseApplier.js';
import { type PlannedRestore, planRestore, type RestoreWarning } from './planRestore.js';
import { planSignature } from './planWorkspaces.js';

export interface RestoreRequest {
  /** Id of the snapshot. */
  snapshot: string;
  target: Target;
  /** The plan that was confirmed. */
  plan: Plan;
}

export interface RestoreOutcome {
  safetySnapshot?: string;
  applied: ChangeCounts;
  failed: FailedChange[];
  verified: boolean;
  remaining: Plan;
  warnings: RestoreWarning[];
  /** Milliseconds. */
  duration: number;
}

/**
 * Makes the gateway what the confirmed plan says: plans again and compares, takes a safety snapshot, applies, reads back.
 * Changes that the gateway refused are in the report.
 * @throws KongBackupError `plan-stale` and all that planning and backup throw: then nothing was written;
 * `restore-incomplete` or `cancelled` once something may have been: then it names the safety snapshot.
 */
export async function restore(
  parts: BackupParts,
  { snapshot, target, plan }: RestoreRequest,
  context: OperationContext,
): Promise<RestoreOutcome> {
  const begun = Date.now();
  const workspaces = plan.workspaces.map(({ workspace }) => workspace);
  const request = { snapshot, target, workspaces };
  const now = await planRestore(parts, request, context);
  refuseStale(plan, now.plan, target);
  const nothing = { creates: 0, updates: 0, deletes: 0 };
  if (isEmptyPlan(now.plan)) {
    const { plan: remaining, warnings } = now;
    return { applied: nothing, failed: [], verified: true, remaining, warnings, duration: Date.now() - begun };
  }
  const guard = await takeGuard(parts, target, now, context);
  throwIfCancelled(context.signal, target.environment.name);
  const total: Applied = { begun: false, applied: nothing, failed: [], warnings: [] };
  try {
    await applyPlan(parts, target, now, guard, total, context);
    context.report({ step: 'verify', subject: target.environment.name });
    const after = await planRestore(parts, request, withinStep(context, 'verify'));
    return {
      ...(guard && { safetySnapshot: guard.id }),
      applied: total.applied,
      failed: total.failed,
      verified: isEmptyPlan(after.plan),
      remaining: after.plan,
      warnings: [...now.warnings, ...total.warnings],
      duration: Date.now() - begun,
    };
  } catch (error) {
    throw total.begun ? afterWriting(error, target, guard) : error;
  }
}

function refuseStale(confirmed: Plan, now: Plan, { environment }: Target): void {
  if (planSignature(confirmed) === planSignature(now)) return;
  throw new KongBackupError('plan-stale', {
    place: environment.name,
    reason: 'The gateway changed since the plan was made.',
    remedy: 'Look at the new plan and confirm it. Nothing was written.',
  });
}

/** The state before, of every workspace that there is; none when all of them have yet to be made. */
async function takeGuard(
  parts: BackupParts,
  target: Target,
  { plan, snapshot, gateway }: PlannedRestore,
  context: OperationContext,
): Promise<Manifest | undefined> {
  const workspaces = plan.workspaces.flatMap(({ workspace, exists }) => (exists ? workspace : []));
  if (workspaces.length === 0) return undefined;
  context.report({ step: 'safety-snapshot', subject: target.environment.name });
  const { selectTags: _selectTags, ...environment } = target.environment;
  const scope = snapshot.selectTags ? { selectTags: snapshot.selectTags } : {};
  const guarded = { ...target, environment: { ...environment, ...scope } };
  const label = `Before restoring ${snapshot.id} (Kong ${gateway.version})`;
  return backup(
    parts,
    { target: guarded, workspaces, label, guards: snapshot.id },
    withinStep(context, 'safety-snapshot'),
  );
}

interface Applied {
  /** From here on the gateway may hold a part of the changes. */
  begun: boolean;
  applied: ChangeCounts;
  failed: FailedChange[];
  warnings: RestoreWarning[];
}

/** Engines read files: verified bytes go into a private folder of their own, wherever the snapshot is kept. */
async function applyPlan(
  parts: BackupParts,
  target: Target,
  { plan, held, snapshot }: PlannedRestore,
  guard: Manifest | undefined,
  total: Applied,
  context: OperationContext,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-'));
  const scope = snapshot.selectTags ? { selectTags: snapshot.selectTags } : {};
  try {
    for (const workspacePlan of plan.workspaces) {
      if (workspacePlan.exists && workspacePlan.changes.length === 0) continue;
      const bytes = held.find(({ workspace }) => workspace === workspacePlan.workspace)?.bytes;
      if (!bytes) continue;
      const file = path.join(folder, `${safeFileName(workspacePlan.workspace)}.yaml`);
      await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
      const request = { plan: workspacePlan, file, ...scope };
      const { driver, warning } = await chooseApplier(parts.drivers, target, request, guard, context);
      if (warning) total.warnings.push(warning);
      reportStart(workspacePlan, context);
      total.begun = true;
      add(total, await driver.apply(target, request, context));
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
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
