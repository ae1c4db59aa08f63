import type { ChangeSelector, IdleSelector, Plan } from '../core/change.js';
import { selectorText } from '../core/choiceText.js';
import { KongBackupError } from '../core/errors.js';
import { suggest } from '../core/suggest.js';
import type { Entity } from '../estate/entity.js';
import { isKnownKind, kindCalled, knownKinds } from '../estate/kinds.js';
import { labelOfEntity } from '../estate/label.js';
import type { SchemaFacts } from '../schema/facts.js';

export interface Named {
  plan: Plan;
  /** What the gateway has, by workspace. What is equal to the snapshot is in it. */
  sides: readonly { workspace: string; live: readonly Entity[] }[];
  facts: SchemaFacts;
}

/** @throws KongBackupError `selector-unknown` for a kind that there is not. */
export function judgeIdle(idle: readonly ChangeSelector[], named: Named): IdleSelector[] {
  return idle.map((selector) => {
    const { workspace, kind, name } = selector;
    const workspaces = named.plan.workspaces.map((each) => each.workspace);
    refuseUnknownKind(selector, named);
    if (workspace !== undefined && !workspaces.includes(workspace)) {
      return { ...selector, isKnown: false, close: closeTo(selector, 'workspace', workspace, workspaces) };
    }
    if (kind === undefined || name === undefined) return { ...selector, isKnown: true, close: [] };
    const names = namesOf(kindCalled(kind), workspace, named);
    const isKnown = names.has(name);
    return { ...selector, isKnown, close: isKnown ? [] : closeTo(selector, 'name', name, names) };
  });
}

const closeTo = (
  selector: ChangeSelector,
  part: keyof ChangeSelector,
  word: string,
  known: Iterable<string>,
): string[] => suggest(word, known).map((each) => selectorText({ ...selector, [part]: each }));

function refuseUnknownKind(selector: ChangeSelector, { plan, sides, facts }: Named): void {
  const { kind } = selector;
  if (kind === undefined || isKnownKind(kindCalled(kind)) || facts.entities[kind] !== undefined) return;
  const isThere =
    plan.workspaces.some(({ changes }) => changes.some((change) => change.kind === kind)) ||
    sides.some(({ live }) => live.some((entity) => entity.kind === kind));
  if (isThere) return;
  throw unknownKind(kind, selectorText(selector), closeTo(selector, 'kind', kind, knownKinds));
}

/** @param place what names it. @param close what may be meant. */
export const unknownKind = (
  kind: string,
  place = kind,
  close: readonly string[] = suggest(kind, knownKinds),
): KongBackupError =>
  new KongBackupError('selector-unknown', {
    place,
    reason: `There is no kind of entities called "${kind}".`,
    remedy:
      close.length > 0
        ? `Did you mean ${close.join(' or ')}?`
        : 'Name a kind as the Admin API does, such as services or plugins.',
  });

/** All that entities of a kind may be called by. */
function namesOf(kind: string, workspace: string | undefined, { plan, sides }: Named): Set<string> {
  const isMeant = (each: { workspace: string }): boolean => workspace === undefined || each.workspace === workspace;
  const names = new Set<string>();
  const add = (...all: unknown[]): void => {
    for (const each of all) if (typeof each === 'string') names.add(each);
  };
  for (const { live } of sides.filter(isMeant)) {
    const byId = new Map(live.map((entity) => [String(entity.fields['id']), entity]));
    const labelOf = (id: string): string | undefined => {
      const entity = byId.get(id);
      return entity && labelOfEntity(entity, () => undefined);
    };
    for (const entity of live) {
      if (entity.kind !== kind) continue;
      const { id, name, username } = entity.fields;
      add(id, name, username, labelOfEntity(entity, labelOf));
    }
  }
  for (const { changes } of plan.workspaces.filter(isMeant)) {
    for (const change of changes) {
      const { name, username } = change.after ?? change.before ?? {};
      if (change.kind === kind) add(change.id, change.label, name, username);
    }
  }
  return names;
}
