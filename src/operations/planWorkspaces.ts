import type { Change, Plan } from '../core/change.js';
import type { Entity } from '../estate/entity.js';
import { entityKind } from '../estate/kinds.js';
import { planWorkspace } from '../estate/plan.js';
import type { SchemaFacts } from '../schema/facts.js';

/** Both sides of one workspace. */
export interface WorkspaceSides {
  workspace: string;
  /** False when the gateway has no such workspace yet. */
  exists: boolean;
  desired: readonly Entity[];
  live: readonly Entity[];
  /** Kinds of which one side is not known: nothing of them is changed. */
  unknownKinds: ReadonlySet<string>;
}

export interface PlanOptions {
  facts: SchemaFacts;
  /** Live entities without all of these tags are never deleted. */
  selectTags?: readonly string[];
  /** False keeps what belongs to the whole gateway, such as CA certificates: workspaces that are not looked at may use it. */
  deleteGatewayWide: boolean;
}

export interface PlannedWorkspaces {
  plan: Plan;
  /** Deletions that were left out because the entity belongs to the whole gateway. */
  kept: Change[];
}

/** The plan of several workspaces; entities of the whole gateway are planned once, with the first of them. */
export function planWorkspaces(
  sides: readonly WorkspaceSides[],
  { facts, selectTags, deleteGatewayWide }: PlanOptions,
): PlannedWorkspaces {
  const isShared = ({ kind }: { kind: string }): boolean => entityKind(kind, facts).wholeGateway === true;
  const desiredShared = unique(sides.flatMap(({ desired }) => desired.filter(isShared)));
  const liveShared = unique(sides.flatMap(({ live }) => live.filter(isShared)));
  const kept: Change[] = [];
  const workspaces = sides.map(({ workspace, exists, desired, live, unknownKinds }, index) => {
    const planned = (entities: readonly Entity[], shared: readonly Entity[]): Entity[] =>
      [...(index === 0 ? shared : []), ...entities.filter((entity) => !isShared(entity))].filter(
        ({ kind }) => !unknownKinds.has(kind),
      );
    const plan = planWorkspace({
      workspace,
      exists,
      desired: planned(desired, desiredShared),
      live: planned(live, liveShared),
      facts,
      ...(selectTags && { selectTags }),
    });
    const isKept = (change: Change): boolean => !deleteGatewayWide && change.action === 'delete' && isShared(change);
    kept.push(...plan.changes.filter(isKept));
    return { ...plan, changes: plan.changes.filter((change) => !isKept(change)) };
  });
  return { plan: { workspaces }, kept };
}

/** Each workspace's dump holds the entities of the whole gateway: one of each. */
function unique(entities: readonly Entity[]): Entity[] {
  const byId = new Map(entities.map((entity) => [`${entity.kind} ${String(entity.fields.id)}`, entity]));
  return [...byId.values()];
}

/** What a plan comes to, in a form that two plans can be compared by: what changes with each reading is left out. */
export function planSignature({ workspaces }: Plan): string {
  const volatile = new Set(['created_at', 'updated_at']);
  const essence = workspaces.map(({ workspace, exists, changes }) => ({
    workspace,
    exists,
    changes: changes.map(({ action, kind, label, fields, before }) => ({ action, kind, label, fields, before })),
  }));
  return JSON.stringify(essence, (key, value: unknown) => (volatile.has(key) ? undefined : value));
}
