import type { Change, NeedReason, Plan } from '../core/change.js';
import type { SchemaFacts } from '../schema/facts.js';
import { dependencies } from './dependencies.js';
import type { Entity } from './entity.js';
import { labelOfEntity } from './label.js';
import { eachReference } from './references.js';

export interface Need {
  index: number;
  why: NeedReason;
}

/** What each change of a plan needs of the others; indexes count through all workspaces. */
export interface NeedGraph {
  changes: Change[];
  needs: Need[][];
  /** Deletes of what is made again in the same plan: steps, not losses. */
  remade: ReadonlySet<number>;
  /** Deletes of what something refers to that no change touches: what that is, in words. */
  usedBy: ReadonlyMap<number, string>;
}

/** @param live all that the gateway has in the workspaces of the plan. */
export function needGraph(plan: Plan, live: Iterable<Entity>, facts: SchemaFacts): NeedGraph {
  const changes: Change[] = [];
  const needs: Need[][] = [];
  for (const { changes: own } of plan.workspaces) {
    const offset = changes.length;
    dependencies(own, facts).forEach((waits, index) => {
      needs.push(
        waits.map(({ index: other, key }) => ({ index: other + offset, why: reason(own, index, other, key) })),
      );
    });
    changes.push(...own);
  }
  if (plan.workspaces.length > 1) addAcross(changes, needs);
  return { changes, needs, remade: tieSteps(changes, needs), usedBy: usersOf(changes, live) };
}

function reason(changes: readonly Change[], index: number, other: number, key: unknown): NeedReason {
  const [a, b] = [changes[index], changes[other]];
  if (a && b && a.id === b.id && a.kind === b.kind) return 'same';
  if (key !== undefined) return 'key';
  return a?.action === 'delete' ? 'referrer' : 'reference';
}

/** What belongs to the whole gateway is planned with one workspace and referred to from all. */
function addAcross(changes: readonly Change[], needs: Need[][]): void {
  const byId = new Map<string, number>();
  changes.forEach(({ action, id }, index) => {
    if (action !== 'update') byId.set(id, index);
  });
  const isKnown = (id: string): boolean => byId.has(id);
  changes.forEach((change, index) => {
    const link = (side: 'before' | 'after', action: Change['action'], add: (other: number) => void): void => {
      const fields = change[side];
      if (!fields) return;
      eachReference(fields, isKnown, (id) => {
        const other = byId.get(id) ?? index;
        const target = changes[other];
        if (target && target.action === action && target.workspace !== change.workspace) add(other);
      });
    };
    link('after', 'create', (other) => needs[index]?.push({ index: other, why: 'reference' }));
    link('before', 'delete', (other) => needs[other]?.push({ index, why: 'referrer' }));
  });
}

/** Several changes of one entity are done together or not at all. @returns the deletes among them. */
function tieSteps(changes: readonly Change[], needs: Need[][]): Set<number> {
  const remade = new Set<number>();
  const last = new Map<string, number>();
  changes.forEach(({ workspace, kind, id }, index) => {
    const key = `${workspace} ${kind} ${id}`;
    const previous = last.get(key);
    last.set(key, index);
    if (previous === undefined) return;
    needs[previous]?.push({ index, why: 'same' });
    if (changes[previous]?.action === 'delete') remade.add(previous);
  });
  return remade;
}

/** A delete of what stays in use would break that use. What a change touches is told by its needs. */
function usersOf(changes: readonly Change[], live: Iterable<Entity>): Map<number, string> {
  const deleted = new Map<string, number>();
  const touched = new Set<string>();
  changes.forEach(({ action, kind, id }, index) => {
    if (action === 'delete') deleted.set(id, index);
    touched.add(`${kind} ${id}`);
  });
  const users = new Map<number, string>();
  if (deleted.size === 0) return users;
  for (const { kind, fields } of live) {
    if (touched.has(`${kind} ${String(fields['id'])}`)) continue;
    eachReference(
      fields,
      (id) => deleted.has(id),
      (id) => {
        const index = deleted.get(id);
        if (index === undefined || users.has(index)) return;
        users.set(index, `${kind} "${labelOfEntity({ kind, fields }, () => undefined)}"`);
      },
    );
  }
  return users;
}
