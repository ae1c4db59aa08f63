import type { JsonObject, Json } from './json.js';

export type Action = 'create' | 'update' | 'delete';

export interface FieldChange {
  /** `config.minute`, `paths[0]`. */
  path: string;
  before: Json;
  after: Json;
}

/** One entity that a restore would create, update or delete. */
export interface Change {
  action: Action;
  workspace: string;
  /** Entity kind by its collection name: `services`, `keyauth_credentials` … */
  kind: string;
  /** What a person calls it: its name, or what identifies it where it has none. */
  label: string;
  /** The id it has, or will have, in the gateway. */
  id: string;
  /** The entity as the gateway has it; absent for `create`. References are `{ id }`, as in the Admin API. */
  before?: JsonObject;
  /** The entity as it will be; absent for `delete`. */
  after?: JsonObject;
  /** For `update`: what differs. */
  fields?: FieldChange[];
}

export interface WorkspacePlan {
  workspace: string;
  /** False when the workspace has to be created first. */
  exists: boolean;
  /** In an order in which they can be applied: nothing refers to what is not there yet or not there any more. */
  changes: Change[];
  /** Entities that are equal already. */
  unchanged: number;
}

/** The creates, updates and deletes a restore would make. */
export interface Plan {
  workspaces: WorkspacePlan[];
}

export interface ChangeCounts {
  creates: number;
  updates: number;
  deletes: number;
}

export function countChanges(plan: Plan): ChangeCounts {
  const counts: ChangeCounts = { creates: 0, updates: 0, deletes: 0 };
  for (const { changes } of plan.workspaces) for (const { action } of changes) counts[`${action}s`]++;
  return counts;
}

export function isEmptyPlan(plan: Plan): boolean {
  return plan.workspaces.every(({ exists, changes }) => exists && changes.length === 0);
}

/**
 * `exact`: the gateway becomes the snapshot. `add-and-update`: nothing is deleted. `only`: nothing but what is named, and what
 * that needs.
 */
export const restoreModes = ['exact', 'add-and-update', 'only'] as const;
export type RestoreMode = (typeof restoreModes)[number];

/** Names changes: what is absent may be anything. */
export interface ChangeSelector {
  workspace?: string;
  kind?: string;
  /** The id or the label of an entity, or its name. */
  name?: string;
}

/** A selector of a choice that names no change. */
export interface IdleSelector extends ChangeSelector {
  /** False where nothing is called so: a typing mistake, not something that is equal already. */
  isKnown: boolean;
  /** Selectors that it may have been meant to be, the closest first. */
  close: string[];
}

/** What of a plan is to be done. */
export interface RestoreChoice {
  mode: RestoreMode;
  /** All that the mode allows when absent. */
  only?: readonly ChangeSelector[];
  except?: readonly ChangeSelector[];
}

/**
 * Why one change wants another. `reference`: it refers to what the other creates. `key`: the other gives a unique value free
 * that it takes. `referrer`: it deletes what the other's entity refers to. `same`: both are steps of one entity.
 */
export type NeedReason = 'reference' | 'key' | 'referrer' | 'same';

/** A change that nobody chose, done because another one needs it. */
export interface AddedChange {
  change: Change;
  why: NeedReason;
  for: Change;
}

/**
 * A change that is not done. `mode`: deletes are not wanted, and another change would need this one. `except`: somebody took it out.
 * `owned`: a plugin made the entity. `others`: a restore is taken back that did not make it. `used`: something that stays refers
 * to it. `needs`: `by`, which is not done either.
 */
export interface BlockedChange {
  change: Change;
  why: 'mode' | 'except' | 'owned' | 'others' | 'used' | 'needs';
  /** For `needs`: what it needs. */
  by?: Change;
  /** For `used`: what refers to it. For `owned`: the plugin. */
  byName?: string;
}
