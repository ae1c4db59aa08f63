import type { OperationContext } from '../../../core/context.js';
import { isKongBackupError, KongBackupError } from '../../../core/errors.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { PartKind } from '../../../core/part.js';
import type { StepCall, StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';
import { snapshotOf } from './changeEmbargo.js';

/**
 * The dump into green: RBAC first, then the entities of each workspace, then the portal. What failed is told apart and stands in
 * the way of nothing else; run again, only what still differs is written.
 */
export const configurationSync = (tools: MigrationTools): StepWork => ({
  step: 'configuration-sync',
  async run(call, context): Promise<StepOutcome> {
    const id = snapshotOf(call.migration, 'configuration-dump');
    if (id === undefined) {
      throw new KongBackupError('snapshot-missing', {
        place: call.migration.id,
        reason: 'There is no dump of blue: that step was left out.',
        remedy: 'Run configuration-dump first.',
      });
    }
    const held = new Set((await tools.snapshot(id)).parts.map(({ kind }) => kind));
    const done = { findings: [] as StepFinding[], figures: { snapshot: id } as StepOutcome['figures'] };
    if (held.has('rbac')) await syncPart(tools, call, { id, part: 'rbac' }, done, context);
    await syncEntities(tools, call, id, done, context);
    if (held.has('portal')) await syncPart(tools, call, { id, part: 'portal' }, done, context);
    const failed = done.findings.filter(({ severity }) => severity === 'stop').length;
    return {
      result: done.findings.length > 0 ? 'attention' : 'done',
      summary: failed > 0 ? `${failed} things could not be synced to green.` : 'Green holds what the dump says.',
      ...done,
    };
  },
});

interface Done {
  findings: StepFinding[];
  figures: StepOutcome['figures'];
}

async function syncPart(
  tools: MigrationTools,
  { green }: StepCall,
  { id, part }: { id: string; part: PartKind },
  done: Done,
  context: OperationContext,
): Promise<void> {
  try {
    const options = { part, confirm: () => Promise.resolve(true) };
    const { failed, verified, warnings } = await tools.restorePart(id, green, options, context);
    done.figures[part] = verified ? 'equal' : 'not proved equal';
    if (failed) {
      done.findings.push({
        severity: 'stop',
        message: `${part}: ${failed.step}: ${failed.reason}`,
        remedy: failed.remedy,
      });
    }
    for (const { message } of warnings) done.findings.push({ severity: 'attention', message: `${part}: ${message}` });
  } catch (error) {
    done.findings.push(findingOf(error, part));
  }
}

async function syncEntities(
  tools: MigrationTools,
  { green }: StepCall,
  id: string,
  done: Done,
  context: OperationContext,
): Promise<void> {
  try {
    const plan = await tools.planRestore(id, green, { mode: 'exact' }, context);
    // A later step gives these logins new secrets, and lists them: nobody relies on them before.
    const report = await tools.restore({ ...plan, acceptBrokenCredentials: true }, context);
    const { creates, updates, deletes } = report.applied;
    Object.assign(done.figures, { created: creates, updated: updates, deleted: deletes, entities: report.proof });
    for (const { change, reason } of report.failed) {
      const message = `${change.workspace}: ${change.action} ${change.kind} ${change.label}: ${reason}`;
      done.findings.push({
        severity: 'stop',
        message,
        remedy: 'Mend it, then run this step again: only what failed is written.',
      });
    }
    if (report.proof === 'differs' && report.failed.length === 0) {
      const left = report.remaining.workspaces.flatMap(({ changes }) => changes).length;
      done.findings.push({ severity: 'attention', message: `${left} entities of green still differ from the dump.` });
    }
    if (report.proof === 'unproved' && report.failed.length === 0) {
      done.findings.push({
        severity: 'attention',
        message: 'Not all of green could be read back, so nothing is proved.',
      });
    }
  } catch (error) {
    done.findings.push(findingOf(error, 'entities'));
  }
}

/** What can't go on with one part says nothing about the others. */
function findingOf(error: unknown, part: PartKind): StepFinding {
  if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
  const { place, reason, remedy } = error;
  return {
    severity: 'stop',
    message: `${part}: ${place}: ${reason}`,
    remedy: `${remedy} Then run this step again.`.trim(),
  };
}
