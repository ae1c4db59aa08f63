import type {
  AddedChange,
  BlockedChange,
  Change,
  ChangeSelector,
  NeedReason,
  Plan,
  RestoreChoice,
  WorkspacePlan,
} from '../core/change.js';
import { type NeedGraph, needGraph } from './choosePlanNeeds.js';
import type { Entity } from './entity.js';
import type { SchemaFacts } from '../schema/facts.js';
import { workspaceKind } from './kinds.js';
import { ownerOf } from './ownedEntities.js';
import { idleAmong, selects } from './choosePlanSelect.js';

/** A part of a plan that can be applied by itself. */
export interface ChosenPlan {
  plan: Plan;
  added: AddedChange[];
  blocked: BlockedChange[];
  /** How many changes of the whole plan are not in this one. */
  left: number;
  /** Those of `only` and `except` that name no change. */
  idle: ChangeSelector[];
}

/** Chooses from one plan as often as is asked. */
export type PlanChooser = (choice: RestoreChoice) => ChosenPlan;

/**
 * @param whole all that differs, in an order that can be applied: what is chosen keeps it.
 * @param live all that the gateway has in these workspaces.
 * @param made where a restore is undone: what it made. Only that is deleted, even where a plugin owns it.
 */
export function planChooser(
  whole: Plan,
  live: Iterable<Entity>,
  facts: SchemaFacts,
  made?: (entity: Entity) => boolean,
): PlanChooser {
  const graph = needGraph(whole, live, facts);
  const keepers = graph.changes.map((change) => (change.action === 'delete' ? keeperOf(change, made) : undefined));
  return (choice) => choose(whole, graph, keepers, choice);
}

/** Why an entity is not to be deleted, whatever is chosen. */
function keeperOf({ kind, before = {} }: Change, made?: (entity: Entity) => boolean): Block | undefined {
  // Whether a workspace goes was judged by all that is in it.
  if (kind === workspaceKind) return undefined;
  if (made) return made({ kind, fields: before }) ? undefined : { why: 'others' };
  const byName = ownerOf(kind, before);
  return byName === undefined ? undefined : { why: 'owned', byName };
}

interface Block {
  why: BlockedChange['why'];
  /** Index of the change that is needed. */
  by?: number;
  byName?: string;
}

function choose(
  whole: Plan,
  graph: NeedGraph,
  keepers: readonly (Block | undefined)[],
  { mode, only, except = [] }: RestoreChoice,
): ChosenPlan {
  const { changes } = graph;
  const isOut = selects(except);
  const isNamed = only ? selects(only) : () => mode !== 'only';
  const forbids = (change: Change, index: number): Block | undefined => {
    if (isOut(change)) return { why: 'except' };
    if (change.action !== 'delete' || graph.remade.has(index)) return undefined;
    const keeper = keepers[index];
    if (keeper) return keeper;
    const user = graph.usedBy.get(index);
    if (user !== undefined) return { why: 'used', byName: user };
    return mode === 'add-and-update' ? { why: 'mode' } : undefined;
  };
  const blocks = spread(changes.map(forbids), graph);
  const wanted = changes.map((change) => isNamed(change) && !isOut(change));
  const reasons = closure(wanted, blocks, graph);
  const added: AddedChange[] = [];
  reasons.forEach((reason, index) => {
    const [change, other] = [changes[index], reason && changes[reason.for]];
    if (change && reason && other && reason.why !== 'same') added.push({ change, why: reason.why, for: other });
  });
  const isChosen = (index: number): boolean =>
    (wanted[index] === true && !blocks[index]) || reasons[index] !== undefined;
  return {
    plan: part(whole, isChosen, only !== undefined || except.length > 0 || mode === 'only'),
    added,
    blocked: blockedAmong(changes, wanted, blocks, mode),
    left: changes.filter((_, index) => !isChosen(index)).length,
    idle: idleAmong([...(only ?? []), ...except], changes),
  };
}

/** What can't be done because of what is forbidden, to any depth. */
function spread(forbidden: readonly (Block | undefined)[], { needs }: NeedGraph): (Block | undefined)[] {
  const blocks = [...forbidden];
  const neededBy: number[][] = needs.map(() => []);
  needs.forEach((each, index) => each.forEach(({ index: other }) => neededBy[other]?.push(index)));
  const open = blocks.flatMap((block, index) => (block ? index : []));
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const other of neededBy[index] ?? []) {
      if (blocks[other]) continue;
      blocks[other] = { why: 'needs', by: index };
      open.push(other);
    }
  }
  return blocks;
}

interface Reason {
  why: NeedReason;
  for: number;
}

/** What is needed and was not wanted, and what for. */
function closure(
  wanted: readonly boolean[],
  blocks: readonly (Block | undefined)[],
  { needs }: NeedGraph,
): (Reason | undefined)[] {
  const reasons: (Reason | undefined)[] = wanted.map(() => undefined);
  const open = wanted.flatMap((is, index) => (is && !blocks[index] ? index : []));
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const { index: other, why } of needs[index] ?? []) {
      if (wanted[other] || reasons[other]) continue;
      reasons[other] = { why, for: index };
      open.push(other);
    }
  }
  return reasons;
}

/** What was wanted and can't be. Deletes that the mode leaves out are no surprise and not told one by one. */
function blockedAmong(
  changes: readonly Change[],
  wanted: readonly boolean[],
  blocks: readonly (Block | undefined)[],
  mode: RestoreChoice['mode'],
): BlockedChange[] {
  return changes.flatMap((change, index) => {
    const block = blocks[index];
    if (!block || !wanted[index] || block.why === 'mode') return [];
    if (mode === 'add-and-update' && change.action === 'delete') return [];
    const by = block.by === undefined ? undefined : changes[block.by];
    return [{ change, why: block.why, ...(by && { by }), ...(block.byName !== undefined && { byName: block.byName }) }];
  });
}

function part({ workspaces }: Plan, isChosen: (index: number) => boolean, isPicked: boolean): Plan {
  let index = 0;
  const chosen = workspaces.map((workspace): WorkspacePlan => ({
    ...workspace,
    changes: workspace.changes.filter(() => isChosen(index++)),
  }));
  // A workspace is not made for nothing.
  return { workspaces: isPicked ? chosen.filter(({ exists, changes }) => exists || changes.length > 0) : chosen };
}
