import type { Change, Plan, WorkspacePlan } from '../core/change.js';
import type { Entity } from '../estate/entity.js';
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
  selectTags?: readonly string[];
  /** False keeps entities that belong to the whole gateway, such as CA certificates, which other workspaces may use. */
  deleteGatewayWide: boolean;
}

export interface PlannedWorkspaces {
  plan: Plan;
  /** Deletions that were left out because the entity belongs to the whole gateway. */
  kept: Change[];
}

/** The plan of several workspaces; entities of the whole gateway are planned once, with the first of them. */
export function planWorkspaces(sides: readonly WorkspaceSides[], options: PlanOptions): PlannedWorkspaces {
  const isGatewayWide = ({ kind }: { kind: string }): boolean =>
    options.facts.entities[kind]?.workspaceable === false || kind === 'ca_certificates';
  const shared = unique(sides.flatMap(({ desired }) => desired.filter(isGatewayWide)));
  const sharedLive = unique(sides.flatMap(({ live }) => live.filter(isGatewayWide)));
  const kept: Change[] = [];

  const workspaces = sides.map((side, index): WorkspacePlan => {
    const own = (entities: readonly Entity[], common: readonly Entity[]): Entity[] =>
      [...(index === 0 ? common : []), ...entities.filter((entity) => !isGatewayWide(entity))].filter(
        ({ kind }) => !side.unknownKinds.has(kind),
      );
    const { workspace, exists } = side;
    const plan = planWorkspace({
      workspace,
      exists,
      desired: own(side.desired, shared),
      live: own(side.live, sharedLive),
      facts: options.facts,
      ...(options.selectTags && { selectTags: options.selectTags }),
    });
    if (options.deleteGatewayWide) return plan;
    const isKept = (change: Change): boolean => change.action === 'delete' && isGatewayWide(change);
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
