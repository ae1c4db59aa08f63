import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type {
  PartDriver,
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartStep,
} from '../core/partDriver.js';
import type { PartKind } from '../core/part.js';
import type { Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { withPartSource } from './partSource.js';

export interface PartRestoreParts {
  store: SnapshotStore;
  partDrivers: readonly PartDriver[];
}

export interface PartRestoreRequest {
  target: Target;
  /** Id of a whole snapshot. */
  snapshot: string;
  part: PartKind;
  options: PartRestoreOptions;
}

/** What bringing a part back would do. Nothing is changed. @throws KongBackupError as `withPartSource`, and what the driver throws. */
export async function planPartRestore(
  parts: PartRestoreParts,
  request: PartRestoreRequest,
  context: OperationContext,
): Promise<PartRestorePlan> {
  const { manifest, driver } = await open(parts, request, context);
  const work = (source: Parameters<PartDriver['planRestore']>[1]) =>
    driver.planRestore(request.target, source, request.options, context);
  return withPartSource(parts.store, manifest, request.part, work, context);
}

/**
 * Brings a part back, step by step.
 * @param confirm asked before each step that takes something away from the target; false stops there.
 * @param from the step to go on with, when an earlier run stopped before it.
 * @throws KongBackupError `environment-read-only`, and as `planPartRestore`.
 */
export async function restorePart(
  parts: PartRestoreParts,
  request: PartRestoreRequest & { confirm(step: PartStep): Promise<boolean>; from?: string },
  context: OperationContext,
): Promise<PartRestoreResult> {
  const { environment } = request.target;
  if (environment.readOnly) {
    throw new KongBackupError('environment-read-only', {
      place: environment.name,
      reason: 'The environment is read-only.',
      remedy: 'Take readOnly out of its entry in the environments file first.',
    });
  }
  const { manifest, driver } = await open(parts, request, context);
  const { confirm, from } = request;
  const options = { ...request.options, confirm, ...(from !== undefined && { from }) };
  return withPartSource(
    parts.store,
    manifest,
    request.part,
    (source) => driver.restore(request.target, source, options, context),
    context,
  );
}

async function open(
  { store, partDrivers }: PartRestoreParts,
  { snapshot, part }: PartRestoreRequest,
  { signal }: OperationContext,
): Promise<{ manifest: Manifest; driver: PartDriver }> {
  const manifest = await store.manifest(snapshot, signal);
  const record = manifest.parts.find(({ kind }) => kind === part);
  const driver =
    partDrivers.find(({ id }) => id === record?.driver.id) ??
    partDrivers.find((each) => each.part === part) ??
    partDrivers.find((each) => each.converts === part);
  if (driver) return { manifest, driver };
  throw new KongBackupError('snapshot-without-part', {
    place: snapshot,
    reason: `Nothing here brings back ${part}.`,
    remedy: 'Update Kong Backup & Restore, or use the files of the snapshot by hand.',
  });
}
