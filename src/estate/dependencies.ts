import type { Change } from '../core/change.js';
import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { type EntityKind, entityKind, type NaturalKey, workspaceKind } from './kinds.js';
import { keyText } from './naturalKey.js';
import { eachReference } from './references.js';

/** One change that another has to wait for. */
export interface Dependency {
  index: number;
  /** Set when the reason is a unique value that is given free: the key. Else it is a reference. */
  key?: NaturalKey;
}

/** For each change of a list, those that have to be done before it. */
export type Dependencies = Dependency[][];

/**
 * What waits for what among changes, whichever way they are ordered. Several changes of one entity wait for each other in
 * the order given.
 */
export function dependencies(changes: readonly Change[], facts?: SchemaFacts): Dependencies {
  const waitsFor: Dependencies = changes.map(() => []);
  const byId = new Map<string, number[]>();
  changes.forEach(({ id, kind }, index) => {
    const same = byId.get(id);
    const previous = same?.findLast((other) => changes[other]?.kind === kind);
    if (previous !== undefined) waitsFor[index]?.push({ index: previous });
    if (same) same.push(index);
    else byId.set(id, [index]);
  });
  addReferences(changes, byId, waitsFor);
  addKeys(changes, waitsFor, facts);
  addWorkspace(changes, waitsFor);
  return waitsFor;
}

/** A workspace goes after all that is in it. */
function addWorkspace(changes: readonly Change[], waitsFor: Dependencies): void {
  const workspace = changes.findIndex(({ kind }) => kind === workspaceKind);
  if (workspace === -1) return;
  changes.forEach((_, index) => {
    if (index !== workspace) waitsFor[workspace]?.push({ index });
  });
}

function addReferences(
  changes: readonly Change[],
  byId: ReadonlyMap<string, readonly number[]>,
  waitsFor: Dependencies,
): void {
  const idsOf = (wanted: Change['action']): Set<string> =>
    new Set(changes.flatMap(({ action, id }) => (action === wanted ? [id] : [])));
  const [created, deleted] = [idsOf('create'), idsOf('delete')];
  changes.forEach((change, index) => {
    const after = created.size > 0 ? change.after : undefined;
    const before = deleted.size > 0 ? change.before : undefined;
    if (after) {
      eachReference(
        after,
        (id) => created.has(id),
        (id) => {
          for (const other of byId.get(id) ?? []) {
            if (other !== index && changes[other]?.action === 'create') waitsFor[index]?.push({ index: other });
          }
        },
      );
    }
    if (before) {
      eachReference(
        before,
        (id) => deleted.has(id),
        (id) => {
          for (const other of byId.get(id) ?? []) {
            if (other !== index && changes[other]?.action === 'delete') waitsFor[other]?.push({ index });
          }
        },
      );
    }
  });
}

/** Whether any of the changes may have to wait for another. False is sure: entities that stay, and keep what they are known by. */
export function mayWait(changes: readonly Change[], facts?: SchemaFacts): boolean {
  const kinds = new Map<string, EntityKind>();
  return changes.some((change) => {
    if (change.action !== 'update') return true;
    let kind = kinds.get(change.kind);
    if (!kind) kinds.set(change.kind, (kind = entityKind(change.kind, facts)));
    return kind.keys.some((key) => touches(change, key));
  });
}

function addKeys(changes: readonly Change[], waitsFor: Dependencies, facts: SchemaFacts | undefined): void {
  const kinds = new Map<string, EntityKind>();
  for (const { kind } of changes) if (!kinds.has(kind)) kinds.set(kind, entityKind(kind, facts));
  const freed = new Map<string, number>();
  const text = (change: Change, key: NaturalKey, fields: JsonObject | undefined): string | undefined => {
    const value = fields && keyText(fields, key);
    return value === undefined ? undefined : `${change.kind}\u0000${key.join()}\u0000${value}`;
  };
  const keysOf = ({ kind }: Change): readonly NaturalKey[] => {
    const known = kinds.get(kind);
    return known === undefined || known.repeatable === true ? [] : known.keys;
  };
  changes.forEach((change, index) => {
    for (const key of keysOf(change)) {
      if (!touches(change, key)) continue;
      const before = text(change, key, change.before);
      if (before !== undefined && before !== text(change, key, change.after)) freed.set(before, index);
    }
  });
  if (freed.size === 0) return;
  changes.forEach((change, index) => {
    for (const key of keysOf(change)) {
      if (!touches(change, key)) continue;
      const after = text(change, key, change.after);
      if (after === undefined || after === text(change, key, change.before)) continue;
      const holder = freed.get(after);
      // What an entity held itself is in the order of its own changes already.
      if (holder !== undefined && changes[holder]?.id !== change.id) waitsFor[index]?.push({ index: holder, key });
    }
  });
}

/** Whether a change may be about one of the fields of a key. */
function touches({ action, fields }: Change, key: NaturalKey): boolean {
  if (action !== 'update' || !fields) return true;
  return fields.some(({ path }) => key.some((name) => path.startsWith(name)));
}
