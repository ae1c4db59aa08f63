import type { Change } from '../../../core/change.js';
import type { OperationContext } from '../../../core/context.js';
import { isKongBackupError, KongBackupError } from '../../../core/errors.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { PartKind } from '../../../core/part.js';
import type { Manifest } from '../../../core/snapshot.js';
import type { ManyDeletes } from '../../planChoice.js';
import { isHashedLogin } from '../../../estate/passwordHash.js';
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
    const dump = await tools.snapshot(id);
    const held = new Set(dump.parts.map(({ kind }) => kind));
    const done: Done = { findings: [], figures: { snapshot: id }, unlike: 0 };
    if (held.has('rbac')) await syncPart(tools, call, { id, part: 'rbac' }, done, context);
    await syncEntities(tools, call, dump, done, context);
    if (held.has('portal')) await syncPart(tools, call, { id, part: 'portal' }, done, context);
    return {
      result: done.findings.length > 0 ? 'attention' : 'done',
      summary: summaryOf(done),
      findings: done.findings,
      figures: done.figures,
    };
  },
});

interface Done {
  findings: StepFinding[];
  figures: StepOutcome['figures'];
  /** How many things green does not hold as the dump does, or was not seen to. */
  unlike: number;
}

function summaryOf({ findings, unlike }: Done): string {
  const failed = findings.filter(({ severity }) => severity === 'stop').length;
  if (failed > 0) return `${failed} things could not be synced to green.`;
  return unlike > 0
    ? `Green holds what the dump says, but for ${unlike} that it names.`
    : 'Green holds what the dump says.';
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
    if (!verified) done.unlike++;
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

/** Each workspace by itself: one that can't be written stands in the way of no other. */
async function syncEntities(
  tools: MigrationTools,
  call: StepCall,
  { id, parts }: Manifest,
  done: Done,
  context: OperationContext,
): Promise<void> {
  const held = parts.filter(({ kind }) => kind === 'entities').flatMap(({ workspace }) => workspace ?? []);
  const total = { created: 0, updated: 0, deleted: 0 };
  let synced = 0;
  for (const workspace of new Set(held)) {
    try {
      await syncWorkspace(tools, call, { id, workspace, total }, done, context);
      synced++;
    } catch (error) {
      done.findings.push(findingOf(error, `entities of ${workspace}`));
    }
  }
  Object.assign(done.figures, { workspaces: `${synced} of ${new Set(held).size}`, ...total });
}

interface WorkspaceSync {
  id: string;
  workspace: string;
  total: { created: number; updated: number; deleted: number };
}

async function syncWorkspace(
  tools: MigrationTools,
  { green, input }: StepCall,
  { id, workspace, total }: WorkspaceSync,
  done: Done,
  context: OperationContext,
): Promise<void> {
  const whole = await tools.planRestore(id, green, { mode: 'exact', workspaces: [workspace] }, context);
  // A login that is there already may have its new secret: a hash would take it away again.
  const alone = whole.plan.workspaces.flatMap(({ changes }) =>
    changes.filter(({ action, kind, after }) => action === 'update' && after && isHashedLogin(kind, after)),
  );
  const except = alone.map(({ kind, id: name }) => ({ workspace, kind, name }));
  const plan = except.length > 0 ? whole.choose({ mode: 'exact', except }) : whole;
  if (plan.manyDeletes && !isYes(input['acceptDeletes'])) throw manyDeletes(green.name, plan.manyDeletes);
  // A later step gives these logins new secrets, and lists them: nobody relies on them before.
  const report = await tools.restore({ ...plan, acceptBrokenCredentials: true }, context);
  const { creates, updates, deletes } = report.applied;
  total.created += creates;
  total.updated += updates;
  total.deleted += deletes;
  for (const { change, reason } of report.failed) {
    done.findings.push({
      severity: 'stop',
      message: `${workspace}: ${change.action} ${change.kind} ${change.label}: ${reason}`,
      remedy: 'Mend it, then run this step again: only what failed is written.',
    });
  }
  noteAlone(workspace, alone, done);
  if (report.failed.length > 0) return;
  if (report.proof === 'differs') noteDifferences(workspace, report.remaining.workspaces.flatMap(allChanges), done);
  if (report.proof === 'unproved') {
    done.unlike++;
    done.findings.push({
      severity: 'attention',
      message: `${workspace}: not all could be read back, so it is not proved.`,
    });
  }
}

const allChanges = ({ changes }: { changes: Change[] }): Change[] => changes;

/** Said at each run: that they were not written is no proof that they are as in the dump. */
function noteAlone(workspace: string, alone: readonly Change[], done: Done): void {
  if (alone.length === 0) return;
  done.unlike += alone.length;
  done.findings.push({
    severity: 'attention',
    message:
      `${workspace}: ${alone.length} logins differ from the dump and were left alone, since they may have new secrets: ` +
      `${namesOf(alone)}.`,
    remedy: 'No dump brings their secrets over: the step credentials gives them new ones.',
  });
}

function noteDifferences(workspace: string, changes: readonly Change[], done: Done): void {
  const isLogin = ({ kind, after }: Change): boolean => after !== undefined && isHashedLogin(kind, after);
  const [logins, others] = [changes.filter(isLogin), changes.filter((change) => !isLogin(change))];
  done.unlike += changes.length;
  if (logins.length > 0) {
    done.findings.push({
      severity: 'attention',
      message: `${workspace}: ${logins.length} logins were written, and their secrets differ from the dump: ${namesOf(logins)}.`,
      remedy: 'No dump brings their secrets over: the step credentials gives them new ones.',
    });
  }
  if (others.length > 0) {
    done.findings.push({
      severity: 'attention',
      message: `${workspace}: ${others.length} entities still differ from the dump: ${namesOf(others)}.`,
    });
  }
}

/** How many a finding names. */
const mostNamed = 10;

const namesOf = (changes: readonly Change[]): string =>
  changes
    .slice(0, mostNamed)
    .map(({ kind, label }) => `${kind} ${label}`)
    .join('; ') + (changes.length > mostNamed ? '; …' : '');

const isYes = (value: unknown): boolean => value === true || value === 'true' || value === 'yes';

const manyDeletes = (place: string, { deletes, live }: ManyDeletes): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place,
    reason: `${deletes} of the ${live} entities in green would be deleted: blue does not have them.`,
    remedy: 'See whose they are. If they may go, run this step with acceptDeletes=true.',
  });

/** What can't go on with one part says nothing about the others. */
function findingOf(error: unknown, part: string): StepFinding {
  if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
  const { place, reason, remedy } = error;
  return {
    severity: 'stop',
    message: `${part}: ${place}: ${reason}`,
    remedy: `${remedy} Then run this step again.`.trim(),
  };
}
