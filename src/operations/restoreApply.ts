import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Change, ChangeCounts, WorkspacePlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { ApplyJournal, ApplyRequest, ApplyResult, EntityDriver, FailedChange } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, type KongBackupError } from '../core/errors.js';
import { isLiteral } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import type { Staging } from '../core/store.js';
import { membership } from '../estate/deckNames.js';
import type { BackupParts } from './backup.js';
import { chooseApplier } from './chooseApplier.js';
import { GatewayChanged } from './movedEntities.js';
import type { PlannedRestore, RestoreWarning } from './planRestore.js';
import type { RestoreJournal } from './restoreJournal.js';
import type { HeldWorkspace } from './snapshotEntities.js';

export const noChanges = (): ChangeCounts => ({ creates: 0, updates: 0, deletes: 0 });

/** What a restore has written so far. */
export interface Applied {
  /** From here on the gateway may hold a part of the changes. */
  begun: boolean;
  applied: ChangeCounts;
  failed: FailedChange[];
  warnings: RestoreWarning[];
}

/** How it is told of. */
export interface Applying {
  total: Applied;
  journal: RestoreJournal | undefined;
  /** The safety snapshot, where there is one. */
  safety: string | undefined;
  /** Whether another process wrote a part of it. */
  isResumed?: boolean;
}

/**
 * Engines read files: verified bytes go into a private folder of their own, wherever the snapshot is kept. It is one of the
 * store's, which sweeps what a process that was killed leaves behind. A workspace that fails stops no other.
 */
export async function applyPlan(
  parts: BackupParts,
  target: Target,
  planned: PlannedRestore,
  { total, journal, safety, isResumed = false }: Applying,
  context: OperationContext,
): Promise<void> {
  const folder = await parts.store.stage(target.environment.name);
  const errors: unknown[] = [];
  const todo = planned.plan.workspaces.filter(({ exists, changes }) => !exists || changes.length > 0);
  try {
    for (const plan of todo) {
      try {
        const result = await applyWorkspace(parts, target, { plan, planned, total, journal, folder }, context);
        add(total, result);
        if (!result.moved) continue;
        // Then there is nothing to go on with or to take back, least of all what stopped it.
        if (!isResumed && todo.every(({ exists }) => exists) && isUntouched(total)) total.begun = false;
        const { name: environment } = target.environment;
        const way = total.begun ? wayBack(safety) : '';
        throw new GatewayChanged(result.moved, { environment, applied: total.applied, wayBack: way });
      } catch (error) {
        if (!isOfOneWorkspace(error)) throw error;
        errors.push(error);
        const { place, reason } = error;
        total.failed.push(...plan.changes.map((change) => ({ change, reason: `${place}: ${reason}` })));
        total.warnings.push({ code: 'workspace-failed', message: `${plan.workspace}: ${reason}` });
      }
    }
  } finally {
    await folder.discard();
  }
  if (errors.length > 0 && errors.length === todo.length) throw errors[0];
}

/** Whether the others may fare better. */
const isOfOneWorkspace = (error: unknown): error is KongBackupError =>
  isKongBackupError(error) && /^(?:gateway|workspace|tool)-/.test(error.code) && error.code !== 'gateway-changed';

interface WorkspaceJob {
  plan: WorkspacePlan;
  planned: PlannedRestore;
  total: Applied;
  journal: RestoreJournal | undefined;
  folder: Staging;
}

async function applyWorkspace(
  parts: BackupParts,
  target: Target,
  { plan, planned, total, journal, folder }: WorkspaceJob,
  context: OperationContext,
): Promise<ApplyResult> {
  const { held, snapshot, boundTags, notByFile } = planned;
  const each = held.find(({ workspace }) => workspace === plan.workspace);
  const file = path.join(folder.directory, `${safeFileName(plan.workspace)}.yaml`);
  // Of a workspace that is taken back the snapshot holds nothing.
  await writeFile(file, each?.bytes ?? '', { flag: 'wx', mode: 0o600 });
  const steps = journal?.stepsOf(plan);
  const scope = snapshot.selectTags ? { selectTags: snapshot.selectTags } : {};
  const request = { plan, file, ...scope, ...(steps && { journal: steps }) };
  const obstacle =
    target.environment.engine !== 'deck'
      ? undefined
      : (notByFile ??
        (boundTags ? 'it can not be held to the tags of the environment.' : each && obstacleIn(each, plan)));
  const { driver, warning } = await chooseApplier(parts.drivers, target, request, obstacle, context);
  if (warning) total.warnings.push(warning);
  reportStart(plan, context);
  await steps?.begin();
  total.begun = true;
  if (driver.id === 'admin-api' || !steps) return driver.apply(target, request, context);
  return applyAsOneStep(driver, target, request, steps, context);
}

/** What an engine does with a file as a whole is one step. */
async function applyAsOneStep(
  driver: EntityDriver,
  target: Target,
  request: ApplyRequest,
  steps: ApplyJournal,
  context: OperationContext,
): Promise<ApplyResult> {
  const { changes } = request.plan;
  await steps.before([...changes.keys()]);
  const result = await driver.apply(target, request, context);
  const failed = new Set(result.failed.map(({ change }) => change));
  await steps.after(changes.map((each, change) => ({ change, done: !failed.has(each) })));
  return result;
}

/**
 * decK fills in what looks like a template, and stops at what it can't fill in. It gives fields that the file lacks their
 * defaults, where the plan leaves them alone. What has no id in the file gets one that no journal knows.
 */
function obstacleIn({ part, bytes, lacksFields }: HeldWorkspace, { changes }: WorkspacePlan): string | undefined {
  if (lacksFields) return 'the snapshot lacks fields of this gateway, which decK would reset.';
  const ids = new Set(Buffer.from(bytes).toString().match(uuids));
  const isUnknown = ({ action, kind, id }: Change): boolean =>
    action === 'create' && kind !== membership && !ids.has(id);
  if (changes.some(isUnknown)) return 'the file gives ids to not all that is made, so that an undo could not tell it.';
  const has = isLiteral(part.driver) && Buffer.from(bytes).includes('${{');
  return has ? 'the file holds text that decK would take for a template.' : undefined;
}

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

function reportStart({ workspace, changes }: WorkspacePlan, context: OperationContext): void {
  context.report({ step: 'apply', subject: workspace, done: 0, total: changes.length });
}

function add(total: Applied, { applied, failed }: ApplyResult): void {
  total.applied.creates += applied.creates;
  total.applied.updates += applied.updates;
  total.applied.deletes += applied.deletes;
  total.failed.push(...failed);
}

const wayBack = (safety: string | undefined): string =>
  safety === undefined
    ? ''
    : `The safety snapshot ${safety} holds the state before: undo the restore to go back to it.`;

const isUntouched = ({ applied: { creates, updates, deletes }, failed }: Applied): boolean =>
  creates + updates + deletes + failed.length === 0;
