import { countChanges } from '../../../core/change.js';
import type { OperationContext } from '../../../core/context.js';
import type { Environment } from '../../../core/environment.js';
import { isObject } from '../../../core/json.js';
import { type Migration, outcomeOf, type StepFinding, type StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

/** Notes that nobody may change blue any more, and keeps what it is now to hold it to. */
export const changeEmbargo = (tools: MigrationTools): StepWork => ({
  step: 'change-embargo',
  async run({ blue, migration }, context): Promise<StepOutcome> {
    const label = 'change embargo';
    const taken = await tools.backup(blue, { label, note: `Migration ${migration.id}`, parts: ['entities'] }, context);
    return {
      result: 'done',
      summary: 'From now on nobody changes blue; every later step looks whether somebody did.',
      figures: { since: taken.createdAt, snapshot: taken.id },
      findings: [],
      data: { snapshot: taken.id },
    };
  },
});

/** How many changes a finding names. */
const mostNamed = 10;

/**
 * What changed in blue since what green gets of it was read. Nothing before the embargo began.
 * @param remedy what to do about it.
 */
export async function slippedThrough(
  tools: MigrationTools,
  { migration, blue, remedy }: { migration: Migration; blue: Environment; remedy: string },
  context: OperationContext,
): Promise<StepFinding[]> {
  const snapshot = snapshotOf(migration, 'configuration-dump') ?? snapshotOf(migration, 'change-embargo');
  if (snapshot === undefined) return [];
  const { comparison, takenAt } = await tools.drift(blue, snapshot, context);
  const changes = [
    // Of these there is nothing to compare with.
    ...comparison.notCompared.map((workspace) => `workspace ${workspace}, which was not there then`),
    ...comparison.plan.workspaces.flatMap(({ workspace, changes: all }) =>
      all.map(({ action, kind, label }) => `${action} ${kind} ${label} (${workspace})`),
    ),
  ];
  if (changes.length === 0) return [];
  const { creates, updates, deletes } = countChanges(comparison.plan);
  const named = changes.slice(0, mostNamed).join('; ');
  return [
    {
      severity: 'attention',
      message:
        `Somebody changed blue in spite of the embargo, since ${takenAt}: ${creates} created, ${updates} updated, ${deletes} deleted: ` +
        `${named}${changes.length > mostNamed ? '; …' : ''}.`,
      remedy,
    },
  ];
}

/** The snapshot that a step took. */
export function snapshotOf(
  migration: Migration,
  step: 'change-embargo' | 'blue-backup' | 'configuration-dump',
): string | undefined {
  const data = outcomeOf(migration, step)?.data;
  return isObject(data) && typeof data['snapshot'] === 'string' ? data['snapshot'] : undefined;
}
