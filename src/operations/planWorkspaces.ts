import type { Change, Plan } from '../core/change.js';
import type { Entity } from '../estate/entity.js';
import type { KeptChange } from '../estate/keepParents.js';
import { entityKind } from '../estate/kinds.js';
import { comparable } from '../estate/normalise.js';
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
  /** Those of them that the live side did not show: what they may refer to is not deleted. */
  unread?: ReadonlySet<string>;
  /** Kinds that the desired side holds in part: nothing of them is deleted. */
  partKinds?: ReadonlySet<string>;
  /** True where the desired side lacks fields it does not know. */
  lacksFields?: boolean;
  /** Nothing but these is planned about. */
  only?(entity: Entity): boolean;
}

export interface PlanOptions {
  facts: SchemaFacts;
  /** Live entities without all of these tags are never deleted. */
  selectTags?: readonly string[];
  /** Only what has all of these tags, as it is or as it should be, is changed at all. */
  boundTags?: readonly string[];
  /** False keeps what belongs to the whole gateway, such as CA certificates: workspaces that are not looked at may use it. */
  deleteGatewayWide: boolean;
  /** Entities of the whole gateway that may be deleted all the same: who undoes a restore knows that it made them. */
  made?(entity: Entity): boolean;
  /** True for a comparison: it shows what is too much, even where a restore would keep it. */
  keepNothing?: boolean;
}

export interface PlannedWorkspaces {
  plan: Plan;
  /** Deletions that were left out because the entity belongs to the whole gateway. */
  kept: Change[];
  /** Deletions that were left out because something refers to the entity and stays, or may do so. */
  keptParents: KeptChange[];
  /** How many changes `boundTags` left out. */
  leftOut: number;
  /** How many entities the gateway has under another id, which they keep. */
  otherIds: number;
}

/** The plan of several workspaces; entities of the whole gateway are planned once, with the first of them. */
export function planWorkspaces(sides: readonly WorkspaceSides[], options: PlanOptions): PlannedWorkspaces {
  const { facts, selectTags, boundTags, deleteGatewayWide, made = () => false, keepNothing = false } = options;
  const isShared = ({ kind }: { kind: string }): boolean => entityKind(kind, facts).wholeGateway === true;
  const desiredShared = unique(sides.flatMap(({ desired }) => desired.filter(isShared)));
  const liveShared = unique(sides.flatMap(({ live }) => live.filter(isShared)));
  const keptChanges: KeptChange[] = [];
  let [leftOut, otherIds] = [0, 0];
  const workspaces = sides.map((side, index) => {
    const { workspace, exists, desired, live, unknownKinds, unread, partKinds, lacksFields = false } = side;
    const { only = () => true } = side;
    const all = (entities: readonly Entity[], shared: readonly Entity[]): Entity[] => [
      ...(index === 0 ? shared : []),
      ...entities.filter((entity) => !isShared(entity)),
    ];
    const isPlanned = (entity: Entity): boolean => !unknownKinds.has(entity.kind) && only(entity);
    const has = all(live, liveShared);
    const planned = planWorkspace({
      workspace,
      exists,
      desired: all(desired, desiredShared).filter(isPlanned),
      live: has.filter(isPlanned),
      bystanders: has.filter((entity) => !isPlanned(entity)),
      facts,
      never: (kind, id) =>
        partKinds?.has(kind) === true || (!deleteGatewayWide && isShared({ kind }) && !made({ kind, fields: { id } })),
      keepNothing,
      ...(unread && { unread }),
      lacksFields,
      ...(selectTags && { selectTags }),
      ...(boundTags && { boundTags }),
    });
    const { kept, leftOut: left, otherIds: renumbered, ...plan } = planned;
    keptChanges.push(...kept);
    leftOut += left;
    otherIds += renumbered;
    return plan;
  });
  return {
    plan: { workspaces },
    kept: keptChanges.filter(({ why, change }) => why === 'never' && isShared(change)).map(({ change }) => change),
    keptParents: keptChanges.filter(({ why }) => why !== 'never'),
    leftOut,
    otherIds,
  };
}

/** Each workspace's dump holds the entities of the whole gateway: one of each. */
function unique(entities: readonly Entity[]): Entity[] {
  const byId = new Map(entities.map((entity) => [`${entity.kind} ${String(entity.fields.id)}`, entity]));
  return [...byId.values()];
}

/**
 * What a plan comes to, in a form that two plans can be compared by: what changes with each reading is left out, such as
 * times, what is left of a lifetime, and ids that are made for what has yet to be created.
 */
export function planSignature({ workspaces }: Plan, facts: SchemaFacts): string {
  const essence = workspaces.map(({ workspace, exists, changes }) => ({
    workspace,
    exists,
    changes: changes.map(({ action, kind, label, id, fields, before }) => ({
      action,
      kind,
      label,
      ...(action !== 'create' && { id }),
      fields,
      before: before && comparable(facts, kind, before),
    })),
  }));
  return JSON.stringify(essence);
}
