import { entityCount } from '../../../core/entityCount.js';
import type { PartKind } from '../../../core/part.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

/** What the guide dumps: the entities of each workspace, RBAC in files of its own, and the portal of each workspace. */
export const dumpedParts: readonly PartKind[] = ['entities', 'rbac', 'portal'];

export const configurationDump = (tools: MigrationTools): StepWork => ({
  step: 'configuration-dump',
  async run({ blue, migration }, context): Promise<StepOutcome> {
    const { parts: there } = await tools.planBackup(blue, context);
    const parts = dumpedParts.filter((part) => there.some((each) => each.part === part && each.availability.available));
    const label = 'migration dump';
    const taken = await tools.backup(blue, { label, note: `Migration ${migration.id}`, parts: [...parts] }, context);
    const entities = taken.parts.filter(({ kind }) => kind === 'entities');
    const findings: StepFinding[] = [
      ...(taken.failures ?? []).map(({ part, workspace, reason, remedy }) => ({
        severity: 'stop' as const,
        message: `${workspace ?? part} could not be dumped: ${reason}`,
        remedy: `${remedy} Then run this step again.`.trim(),
      })),
      ...taken.coverage.notHeld.map(({ part, kind, workspace, reason, remedy }) => ({
        severity: 'attention' as const,
        message: `Not in the dump: ${[workspace, kind ?? part].filter(Boolean).join(' ')}: ${reason}`,
        ...(remedy && { remedy }),
      })),
    ];
    return {
      result: findings.length > 0 ? 'attention' : 'done',
      summary: `Blue's configuration is dumped, workspace by workspace: ${parts.join(', ')}.`,
      figures: {
        snapshot: taken.id,
        workspaces: entities.length,
        entities: entityCount(entities),
        parts: parts.join(', '),
      },
      findings,
      data: { snapshot: taken.id },
    };
  },
});
