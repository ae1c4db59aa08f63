import type { Change, Plan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { EntityReader } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import type { LineFiles } from '../core/lineFiles.js';
import { membership } from '../estate/deckNames.js';
import type { Entity } from '../estate/entity.js';
import { entityKind, workspaceKind } from '../estate/kinds.js';
import { membershipId, referencedId } from '../estate/naturalKey.js';
import type { RestoreWarning } from './planWarnings.js';
import type { WorkspaceSides } from './planWorkspaces.js';
import { readRun } from './restoreRuns.js';

/** What a restore that is taken back made: its undo may delete that, and nobody else's. */
export interface TakenBack {
  /** Workspaces that were not there before. */
  workspaces: string[];
  made(entity: Entity): boolean;
}

/** @param id of the restore's journal. @throws KongBackupError `restore-missing`, `journal-unreadable`. */
export async function takenBack(journals: LineFiles, id: string): Promise<TakenBack> {
  const { run, entries } = await readRun(journals, id);
  // What was about to be written when it was killed may be there. What failed may be somebody else's.
  const creates = entries.filter(({ action, outcome }) => action === 'create' && outcome !== 'failed');
  const made = new Set(creates.map((entry) => `${entry.kind} ${entry.id}`));
  const has = (kind: string, reference: unknown): boolean => made.has(`${kind} ${String(reference)}`);
  return {
    workspaces: run.newWorkspaces,
    made: ({ kind, fields }) =>
      kind === membership
        ? has(kind, membershipId(fields)) ||
          // Journals of older versions name memberships by ids that nothing else knows.
          (has('consumers', referencedId(fields['consumer'])) &&
            has('consumer_groups', referencedId(fields['consumer_group'])))
        : has(kind, fields['id']),
  };
}

/** What the gateway has in the workspaces that are taken back; of one that is gone already, nothing. */
export async function sidesOfTaken(
  reader: EntityReader,
  { target, gateway, taken, held }: { target: Target; gateway: GatewayInfo; taken: TakenBack; held: readonly string[] },
  context: OperationContext,
): Promise<WorkspaceSides[]> {
  const sides: WorkspaceSides[] = [];
  for (const workspace of taken.workspaces) {
    if (held.includes(workspace) || (gateway.workspacesKnown && !gateway.workspaces.includes(workspace))) continue;
    const { entities: live, gaps } = await reader.read(target, workspace, {}, context);
    const unread = new Set(gaps.flatMap(({ part, kind }) => (part === 'entities' ? (kind ?? '') : [])));
    sides.push({ workspace, exists: true, desired: [], live, unknownKinds: unread, unread, only: taken.made });
  }
  return sides;
}

/**
 * Workspaces that hold only what goes are deleted after it. They come before the other ones: what belongs to the whole gateway
 * is planned with the first of all, and may be in use by them.
 * @returns why the others stay.
 */
export function planTaken(plan: Plan, sides: readonly WorkspaceSides[], gateway: GatewayInfo): RestoreWarning[] {
  const warnings: RestoreWarning[] = [];
  const [first] = plan.workspaces;
  const bySide = new Map(sides.map((side) => [side.workspace, side]));
  for (const { workspace, changes } of plan.workspaces) {
    const side = bySide.get(workspace);
    if (!side) continue;
    const why = reasonToStay(side, changes, gateway);
    if (why !== undefined)
      warnings.push({ code: 'workspace-stays', message: `The workspace ${workspace} stays: ${why}` });
    else changes.push(deletion(workspace));
  }
  const rank = (workspace: string): number => (workspace !== first?.workspace && bySide.has(workspace) ? 0 : 1);
  plan.workspaces.sort((a, b) => rank(a.workspace) - rank(b.workspace));
  return warnings;
}

function reasonToStay(
  { live, unread }: WorkspaceSides,
  changes: readonly Change[],
  { workspacesKnown }: GatewayInfo,
): string | undefined {
  if (!workspacesKnown) return 'the gateway does not tell which workspaces it has.';
  const [kind] = unread ?? [];
  if (kind !== undefined)
    return `the gateway does not show all that is in it${kind === '' ? '' : `, such as ${kind}`}.`;
  const gone = new Set(changes.map((change) => `${change.kind} ${change.id}`));
  const rest = live.filter(
    (each) => entityKind(each.kind).wholeGateway !== true && !gone.has(`${each.kind} ${String(each.fields['id'])}`),
  );
  const [other] = rest;
  if (!other) return undefined;
  const { name, username, id } = other.fields;
  return `it holds ${rest.length} entities that the restore did not make, such as ${other.kind} ${String(name ?? username ?? id)}.`;
}

const deletion = (workspace: string): Change => ({
  action: 'delete',
  workspace,
  kind: workspaceKind,
  label: workspace,
  id: workspace,
  before: { name: workspace },
});
