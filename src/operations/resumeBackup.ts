import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import { isBetweenStates, type Manifest, type PartFailure, type PartRecord } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import {
  type BackupParts,
  chooseWorkspaces,
  failedWorkspace,
  headOf,
  heldBy,
  judge,
  takeWorkspaces,
} from './backup.js';
import { databaseHoldsLess } from './databaseHoldsLess.js';
import { partsNotTaken } from './partsNotTaken.js';
import { planParts } from './planBackup.js';
import { probeGateway } from './probeTarget.js';
import { watchRestores } from './restoreBetween.js';
import { takeParts } from './takeParts.js';

export interface ResumeRequest {
  target: Target;
  /** Id of a partial snapshot. */
  snapshot: string;
}

/**
 * Makes a new snapshot of a partial one: what failed is taken anew, the rest is carried over as it was. The partial one stays.
 * @throws KongBackupError `snapshot-without-part` when nothing failed or it is another environment's; as `backup`; what failed
 * again when nothing else was to be taken anew and all of it failed: nothing would be gained.
 */
export async function resumeBackup(
  parts: BackupParts,
  { target, snapshot }: ResumeRequest,
  context: OperationContext,
): Promise<Manifest> {
  const { environment } = target;
  const begun = new Date();
  const before = await parts.store.manifest(snapshot, context.signal);
  const { failures = [] } = before;
  refuseNothingToDo(before, target);
  const gateway = await probeGateway(parts.probe, target, context);
  const failedEntities = failures.filter(({ part }) => part === 'entities');
  // The gateway was away: nobody knew then which workspaces it has.
  const isAll = failedEntities.some(({ workspace }) => workspace === undefined);
  const workspaces = isAll
    ? chooseWorkspaces({ target }, gateway)
    : failedEntities.flatMap(({ workspace }) => workspace ?? []);
  const failedParts = failures.flatMap(({ part, workspace }) => (workspace === undefined ? [part] : []));
  const planned = await planParts(parts, target, gateway, context, failedParts);
  const restoresSince = parts.journals && (await watchRestores(parts.journals, environment, begun));
  const staging = await parts.store.stage(environment.name, context.signal);
  try {
    await carryOver(parts.store, before, staging.directory, context);
    const entities = await takeWorkspaces(parts, { target, workspaces, directory: staging.directory }, context);
    const others = await takeParts(
      {
        target,
        gateway,
        workspaces: before.workspaces,
        parts: planned.filter(({ part, selected }) => selected && part !== 'entities'),
        partDrivers: parts.partDrivers,
        directory: staging.directory,
      },
      context,
    );
    const again = [...entities.failures, ...others.failures, ...gone(failedParts, planned, failures)];
    const taken = [...entities.taken.map(({ part }) => part), ...others.records];
    refuseNoGain(target, taken, again);
    const records = [...before.parts.map(asItWas), ...taken];
    const remains = before.coverage.notHeld.filter((gap) => !isOfFailed(gap, failures));
    throwIfCancelled(context.signal, environment.name);
    context.report({ step: 'publish', subject: environment.name });
    const { label, note, selectTags } = before;
    return await staging.publish({
      ...headOf({ environment, gateway, tool: parts.tool, begun }),
      workspaces: isAll ? workspaces : before.workspaces,
      ...(selectTags && { selectTags }),
      parts: records,
      coverage: {
        held: records.flatMap(heldBy),
        notHeld: [
          ...remains,
          ...entities.failures.map(failedWorkspace),
          ...entities.taken.flatMap((each) => each.gaps),
          ...others.gaps,
          ...partsNotTaken(gateway, [], again).filter(({ part }) => again.some((failure) => failure.part === part)),
        ],
      },
      warnings: [
        ...(isBetweenStates(before) ? [] : ((await restoresSince?.()) ?? [])),
        ...before.warnings.filter(({ code }) => code !== 'gateway-not-asked' && code !== 'database-holds-less'),
        mixed(before),
        ...(await judge(parts, target, gateway, entities.taken, context)),
        ...others.warnings,
        ...databaseHoldsLess(records),
      ],
      ...(again.length > 0 && { failures: again }),
      completes: before.id,
      ...(label !== undefined && { label }),
      ...(note !== undefined && { note }),
    });
  } catch (error) {
    await staging.discard();
    throw writeError(error, parts.store.location);
  }
}

const asItWas = (record: PartRecord): PartRecord => ({
  ...record,
  files: record.files.map(({ stored: _stored, ...file }) => file),
});

/** Gaps that were there only because something failed. */
const isOfFailed = (gap: Gap, failures: readonly PartFailure[]): boolean =>
  failures.some(
    ({ part, workspace }) =>
      gap.part === part && gap.workspace === workspace && (gap.absent === true || gap.kind === undefined),
  );

/** Parts that failed and that nothing here takes any more: they fail as before. */
const gone = (
  parts: readonly string[],
  planned: readonly { part: string }[],
  failures: readonly PartFailure[],
): PartFailure[] =>
  failures.filter(
    ({ part, workspace }) =>
      workspace === undefined && parts.includes(part) && !planned.some((each) => each.part === part),
  );

const mixed = ({ id, createdAt }: Manifest) => ({
  code: 'taken-apart',
  message: `What failed in ${id} was taken anew; the rest is as it was at ${createdAt}. They are not of one moment.`,
});

async function carryOver(
  store: SnapshotStore,
  { id, parts }: Manifest,
  directory: string,
  context: OperationContext,
): Promise<void> {
  const files = parts.flatMap((part) => part.files);
  for (const [done, file] of files.entries()) {
    throwIfCancelled(context.signal, id);
    context.report({ step: 'read', subject: file.path, done, total: files.length });
    const place = path.join(directory, ...file.path.split('/'));
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    await store.extract(id, file.path, place, context.signal);
  }
}

function refuseNothingToDo({ id, failures = [], environment }: Manifest, target: Target): void {
  const isOther = environment.id !== target.environment.id;
  if (failures.length > 0 && !isOther) return;
  throw new KongBackupError('snapshot-without-part', {
    place: id,
    reason: isOther
      ? `It is a snapshot of ${environment.name}, not of ${target.environment.name}.`
      : 'Nothing failed in this snapshot: there is nothing to take anew.',
    remedy: 'Take a new backup.',
  });
}

function refuseNoGain(target: Target, taken: readonly PartRecord[], again: readonly PartFailure[]): void {
  const [first] = again;
  if (taken.length > 0 || !first) return;
  throw new KongBackupError('step-failed', {
    place: `${target.environment.name}, ${first.workspace ?? first.part}`,
    reason: `All of it failed again: ${first.reason}`,
    remedy: first.remedy,
  });
}
