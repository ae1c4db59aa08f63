import { type ChangeCounts, isEmptyPlan } from '../core/change.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { Environment, Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import type { BackupParts } from './backup.js';
import { findSnapshot } from './findSnapshot.js';
import { takeGuard } from './guard.js';
import { type PlannedRestore, planRestore } from './planRestore.js';
import { type Applied, applyPlan, noChanges } from './restoreApply.js';
import type { RestoresParts } from './restores.js';

/** One entity that is not as the snapshot has it. */
export interface DrillDifference {
  workspace: string;
  kind: string;
  id: string;
  /** Absent in what is kept of an encrypted snapshot, as `reason` is. */
  label?: string;
  action: string;
  /** Of a change that the gateway refused. */
  reason?: string;
}

/** What a drill came to. No secret is in it. */
export interface DrillReport {
  format: 1;
  /** ISO 8601. */
  at: string;
  /** `user@host` */
  by: string;
  snapshot: string;
  /** Name of the environment that it was restored into, and what answered there. */
  into: { name: string; gateway: string; edition: string };
  /** `differs`: something is not as the snapshot has it, or not all could be read back. */
  result: 'equal' | 'differs';
  applied: ChangeCounts;
  /** Entities that were equal when all was read back. */
  equal: number;
  differs: DrillDifference[];
  /** What could not be read back. */
  unread: number;
  /** Logins that would stop working when this snapshot is restored. */
  breaks: number;
  warnings: { code: string; message: string }[];
  /** `stopped`: the gateway was there for this drill only. `put-back`: it holds again what it held. */
  teardown: 'stopped' | 'put-back' | 'failed';
  /** Milliseconds, without the teardown. */
  duration: number;
}

/** Where a drill restores into. */
export type DrillPlace =
  /** A gateway that the caller started for it and stops after it. */
  | { gateway: string }
  /** An environment that is marked `scratch`. */
  | { environment: Environment };

export interface Drills {
  /**
   * Restores a snapshot into a place where it harms nobody, compares, and leaves that place as it was. What it came to is kept
   * beside the snapshot; nothing else is left in the store.
   * @throws KongBackupError `environment-invalid` for a place that is no scratch; all that planning and applying throw.
   */
  drill(snapshot: string, place: DrillPlace, context: OperationContext): Promise<DrillReport>;
}

type DrillParts = BackupParts &
  Pick<RestoresParts, 'environments' | 'targets' | 'whileRestoring' | 'store'> & { by: string };

export function createDrills(parts: DrillParts): Drills {
  return {
    async drill(name, place, context) {
      const { manifest, warning } = await findSnapshot(parts.store, name);
      const isOwn = 'gateway' in place;
      const environment = isOwn ? practiceEnvironment(place.gateway) : place.environment;
      const { environments } = await parts.environments.environments();
      refuseUsed(environment, manifest, environments, isOwn);
      return parts.targets.run(environment, context, (target, guarded) =>
        parts.whileRestoring({ snapshot: manifest.id, target: environment }, guarded, async () => {
          try {
            const report = await drillInto(parts, { manifest, target, isOwn }, guarded);
            if (warning) report.warnings.unshift(warning);
            await keep(parts, manifest, report.result, keptReport(report, manifest), guarded);
            return report;
          } catch (error) {
            if (isKongBackupError(error, 'cancelled')) throw error;
            const code = isKongBackupError(error) ? error.code : 'internal';
            await keep(parts, manifest, 'failed', { into: environment.name, code }, guarded);
            throw error;
          }
        }),
      );
    },
  };
}

const practiceEnvironment = (adminUrl: string): Environment => ({
  id: 'drill',
  name: 'practice gateway',
  adminUrl,
  mode: 'traditional',
  engine: 'admin-api',
  scratch: true,
});

interface Drill {
  manifest: Manifest;
  target: Target;
  isOwn: boolean;
}

async function drillInto(parts: DrillParts, drill: Drill, context: OperationContext): Promise<DrillReport> {
  const { manifest, target, isOwn } = drill;
  const begun = Date.now();
  const request = { snapshot: manifest.id, target, mode: 'exact' as const };
  const planned = await planRestore(parts, request, context);
  const guard =
    isOwn || isEmptyPlan(planned.plan) ? undefined : await takeGuard(parts, target, planned, undefined, context);
  const total: Applied = { begun: false, applied: noChanges(), failed: [], warnings: [] };
  let report: Omit<DrillReport, 'teardown'>;
  try {
    throwIfCancelled(context.signal, target.environment.name);
    await applyPlan(parts, target, planned, { total, journal: undefined, safety: guard?.id }, context);
    context.report({ step: 'verify', subject: target.environment.name });
    const after = await planRestore(parts, request, withinStep(context, 'verify'));
    report = reportOf(parts, drill, { planned, after, total, duration: Date.now() - begun });
  } catch (error) {
    // Why the drill failed matters more than that putting back failed too, which the log says.
    if (guard) await putBack(parts, target, guard, context);
    throw error;
  }
  if (isOwn) return { ...report, teardown: 'stopped' };
  const isBack = !guard || (await putBack(parts, target, guard, context));
  const left = planned.plan.workspaces.flatMap(({ workspace, exists }) => (exists ? [] : [workspace]));
  const warnings = [
    ...report.warnings,
    ...left.map((workspace) => ({ code: 'workspace-left', message: `The drill made the workspace ${workspace}.` })),
    ...(isBack || !guard
      ? []
      : [{ code: 'not-put-back', message: `What the environment held could not be put back: it is in ${guard.id}.` }]),
  ];
  return { ...report, warnings, teardown: isBack ? 'put-back' : 'failed' };
}

/** Milliseconds that putting back may take after a cancel. */
const putBackTime = 300_000;

/** What the environment held before comes back; the snapshot of it goes only then. @returns whether it is back. */
async function putBack(
  parts: DrillParts,
  target: Target,
  guard: Manifest,
  context: OperationContext,
): Promise<boolean> {
  // A cancel ends the drill; it does not leave a half restored gateway.
  const patient = { ...context, signal: AbortSignal.timeout(putBackTime) };
  try {
    const request = { snapshot: guard.id, target, mode: 'exact' as const };
    const back = await planRestore(parts, request, patient);
    const total: Applied = { begun: false, applied: noChanges(), failed: [], warnings: [] };
    await applyPlan(parts, target, back, { total, journal: undefined, safety: guard.id }, patient);
    const after = await planRestore(parts, request, withinStep(patient, 'verify'));
    if (!isEmptyPlan(after.plan) || total.failed.length > 0) return false;
    await parts.store.remove(guard.id, patient.signal);
    return true;
  } catch (error) {
    context.log.error(`${target.environment.name}: what it held before the drill is in ${guard.id}: ${String(error)}`);
    return false;
  }
}

function reportOf(
  { by }: DrillParts,
  { manifest, target }: Drill,
  done: { planned: PlannedRestore; after: PlannedRestore; total: Applied; duration: number },
): Omit<DrillReport, 'teardown'> {
  const { planned, after, total, duration } = done;
  const reasons = new Map(total.failed.map(({ change, reason }) => [`${change.kind} ${change.id}`, reason]));
  const left = after.plan.workspaces.flatMap(({ changes }) => changes);
  const isEqual = left.length === 0 && after.unread.length === 0 && total.failed.length === 0;
  return {
    format: 1,
    at: new Date().toISOString(),
    by,
    snapshot: manifest.id,
    into: { name: target.environment.name, gateway: planned.gateway.version, edition: planned.gateway.edition },
    result: isEqual ? 'equal' : 'differs',
    applied: total.applied,
    equal: after.plan.workspaces.reduce((sum, { unchanged }) => sum + unchanged, 0),
    differs: left.map(({ workspace, kind, id, label, action }) => {
      const reason = reasons.get(`${kind} ${id}`);
      return { workspace, kind, id, label, action, ...(reason !== undefined && { reason }) };
    }),
    unread: after.unread.length,
    breaks: planned.breaks.length,
    warnings: [...planned.warnings, ...total.warnings].map(({ code, message }) => ({ code, message })),
    duration,
  };
}

/** So many are named in what is kept: listings read it. */
const mostKept = 50;

/** Of an encrypted snapshot nothing that it holds. */
function keptReport(report: DrillReport, { encryption }: Manifest): object {
  const differs = report.differs.slice(0, mostKept);
  if (!encryption) return { ...report, differs };
  return {
    ...report,
    differs: differs.map(({ label: _label, reason: _reason, ...rest }) => rest),
    warnings: report.warnings.map(({ code }) => ({ code, message: '' })),
  };
}

/** Who may not write beside the snapshot has drilled all the same. */
async function keep(
  { store, by }: DrillParts,
  { id }: Manifest,
  result: DrillReport['result'] | 'failed',
  report: object,
  { log }: OperationContext,
): Promise<void> {
  try {
    const at = new Date().toISOString();
    await store.record(id, { kind: 'drilled', at, by, result, report: JSON.stringify(report) });
  } catch (error) {
    log.warn(`${id}: the result of the drill could not be kept beside it: ${String(error)}`);
  }
}

/** A drill overwrites what is there: never a gateway that somebody uses, above all not the one that the snapshot is of. */
function refuseUsed(
  { id, name, adminUrl, scratch = false }: Environment,
  { environment: from }: Manifest,
  environments: readonly Environment[],
  isOwn: boolean,
): void {
  if (isOwn) return;
  const used = environments.find((each) => !each.scratch && isSameGateway(each.adminUrl, adminUrl));
  const reason = !scratch
    ? 'It is not marked `scratch: true`, and a drill overwrites all that it holds.'
    : id === from.id || isSameGateway(from.adminUrl, adminUrl)
      ? 'It is the gateway that the snapshot is of.'
      : used && `It is the gateway of ${used.name}, which is not marked \`scratch: true\`.`;
  if (reason === undefined) return;
  throw new KongBackupError('environment-invalid', {
    place: name,
    reason: `${reason} Nothing was written.`,
    remedy: 'Name a scratch environment, or none: then a practice gateway is started for the drill.',
  });
}

function isSameGateway(a: string, b: string): boolean {
  const place = (address: string): string => {
    const { protocol, hostname, port, pathname } = new URL(address);
    const host = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname) ? 'localhost' : hostname;
    return `${host}:${port || (protocol === 'https:' ? '443' : '80')}${pathname.replace(/\/+$/, '')}`;
  };
  return place(a) === place(b);
}
