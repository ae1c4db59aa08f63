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
