import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { PartStep } from '../core/partDriver.js';
import { goOn, type GuidedRestoreParts, type RecoverRequest, type RecoveryReport } from './guidedRestoreParts.js';
import { clearRecovery, noted, readRecovery, type RecoveryRecord, writeRecovery } from './guidedRestoreState.js';

/** Steps by which there is a way back, the last one first. Others are named. */
export async function undoGuidedRestore(
  parts: GuidedRestoreParts,
  environment: Environment,
  { confirm }: Pick<RecoverRequest, 'confirm'>,
  context: OperationContext,
): Promise<RecoveryReport> {
  const file = parts.stateFile(environment);
  let state = await readRecovery(file);
  if (!state) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: 'No guided restore is on its way, and none was done.',
      remedy: 'See with kong-backup kept what other restores kept.',
    });
  }
  const warnings: string[] = [];
  for (const record of [...state.steps].reverse()) {
    if (record.state === 'undone' || record.state === 'skipped' || record.step === 'version') continue;
    const taken = await undoStep(parts, environment, record, confirm, context);
    if (taken === 'declined') {
      return {
        state,
        result: 'waiting',
        at: record.step,
        reason: 'It was not agreed to.',
        remedy: goOn,
        partsLeft: [],
        warnings,
      };
    }
    if (taken === undefined) {
      if (record.state === 'done' && record.step !== 'start') warnings.push(byHand(record));
      continue;
    }
    state = noted(state, { step: record.step, state: 'undone', about: taken });
    await writeRecovery(file, state);
  }
  await clearRecovery(file);
  return { state, result: 'done', partsLeft: [], warnings };
}

/** @returns what was done; undefined where there is no way back by itself. */
async function undoStep(
  parts: GuidedRestoreParts,
  environment: Environment,
  { way }: RecoveryRecord,
  confirm: RecoverRequest['confirm'],
  context: OperationContext,
): Promise<string | undefined> {
  if (!way) return undefined;
  if ('database' in way) {
    const name = await parts.undoKept(environment, way.database, confirm, context);
    return name === undefined ? 'declined' : `${way.database} is live again; the restored one is kept as ${name}.`;
  }
  const plan = await parts.restores.planRestore(way.snapshot, environment, {}, context);
  const { creates, updates, deletes } = plan.counts;
  const step: PartStep = {
    id: 'undo',
    title: `Restore the safety snapshot ${way.snapshot}: create ${creates}, update ${updates}, delete ${deletes}.`,
    destroys: `${deletes} entities of the gateway are deleted, ${updates} are changed.`,
  };
  if (!(await confirm(step))) return 'declined';
  const report = await parts.restores.restore(plan, context);
  if (report.proof === 'differs' || report.failed.length > 0) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: `${report.failed.length} changes failed: the gateway is not what it was before.`,
      remedy: `Restore ${way.snapshot} again: kong-backup restore ${way.snapshot} ${environment.name}.`,
    });
  }
  return `The safety snapshot ${way.snapshot} was restored.`;
}

const byHand = ({ step, about }: RecoveryRecord): string =>
  step === 'bootstrap'
    ? 'The tables that were created stay: drop the database and create it anew to be rid of them.'
    : `${about} It can not be taken back by itself: restore another snapshot.`;
