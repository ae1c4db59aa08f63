import type { Change } from '../core/change.js';
import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Entity } from './entity.js';
import { entityKind, isKnownKind } from './kinds.js';
import { referencedId } from './naturalKey.js';

/** A deletion that is not made. */
export interface KeptChange {
  change: Change;
  /**
   * `never`: nothing of this kind is deleted. `parent`: something of `childKind` refers to it and stays. `unread`: the gateway
   * doesn't show `childKind`, so that there may be such children.
   */
  why: 'never' | 'parent' | 'unread';
  childKind?: string;
}

export interface Bystanders {
  /** All that the workspace has, what is not planned included. */
  live: readonly Entity[];
  /** Kinds that the gateway did not show. */
  unread: ReadonlySet<string>;
  /** Whether an entity is not to be deleted. */
  never(kind: string, id: string): boolean;
  facts: SchemaFacts;
}

/**
 * Kong deletes with an entity those that belong to it, or refuses. So an entity is deleted only when a plan deletes all that
 * refers to it by name as well: nothing goes that the plan does not show.
 */
export function keepParents(
  changes: readonly Change[],
  { live, unread, never, facts }: Bystanders,
): { changes: Change[]; kept: KeptChange[] } {
  const deletes = new Map<string, Change>();
  const updates = new Map<string, Change>();
  for (const change of changes) {
    if (change.action === 'delete') deletes.set(keyOf(change.kind, change.id), change);
    if (change.action === 'update') updates.set(keyOf(change.kind, change.id), change);
  }
  if (deletes.size === 0) return { changes: [...changes], kept: [] };
  const kept = new Map<Change, KeptChange>();
  const keep = (change: Change, because: Omit<KeptChange, 'change'>): void => {
    if (kept.has(change)) return;
    kept.set(change, { change, ...because });
    keepAbove(change.kind, change.before ?? {});
  };
  const keepAbove = (childKind: string, fields: JsonObject): void => {
    for (const parent of parentsOf(childKind, fields, facts)) {
      const change = deletes.get(parent);
      if (change) keep(change, { why: 'parent', childKind });
    }
  };
  for (const change of deletes.values()) if (never(change.kind, change.id)) keep(change, { why: 'never' });
  for (const childKind of unread) {
    const isAbove = parentKinds(childKind, facts);
    for (const change of deletes.values()) {
      if (change.kind !== childKind && isAbove(change.kind)) keep(change, { why: 'unread', childKind });
    }
  }
  for (const { kind, fields } of live) {
    const key = keyOf(kind, String(fields['id']));
    if (!deletes.has(key)) keepAbove(kind, updates.get(key)?.after ?? fields);
  }
  return { changes: changes.filter((change) => !kept.has(change)), kept: [...kept.values()] };
}

const keyOf = (kind: string, id: string): string => `${kind} ${id}`;

function* parentsOf(kind: string, fields: JsonObject, facts: SchemaFacts): Generator<string> {
  for (const [field, parent] of Object.entries(entityKind(kind, facts).foreign)) {
    const id = referencedId(fields[field]);
    if (id !== undefined) yield keyOf(parent, id);
  }
}

/** What a kind may refer to: anything, when nobody tells. */
function parentKinds(kind: string, facts: SchemaFacts): (parent: string) => boolean {
  if (!isKnownKind(kind) && facts.entities[kind] === undefined) return () => true;
  const parents = new Set(Object.values(entityKind(kind, facts).foreign));
  return (parent) => parents.has(parent);
}
