import type { Change, ChangeSelector } from '../core/change.js';
import { kindCalled } from './kinds.js';

/** Whether any of the selectors names a change. Thousands of them are as quick as one. */
export function selects(selectors: readonly ChangeSelector[]): (change: Change) => boolean {
  const wanted = new Set(selectors.map(textOf));
  const keysOf = keysFor(selectors);
  return (change) => keysOf(change).some((key) => wanted.has(key));
}

/** Those that name no change. */
export function idleAmong(selectors: readonly ChangeSelector[], changes: readonly Change[]): ChangeSelector[] {
  const keysOf = keysFor(selectors);
  const named = new Set(changes.flatMap(keysOf));
  return selectors.filter((selector) => !named.has(textOf(selector)));
}

/** All that a change may be named by, in the ways in which the selectors name. */
function keysFor(selectors: readonly ChangeSelector[]): (change: Change) => string[] {
  const shapes = [...new Set(selectors.map(shapeOf))];
  return (change) =>
    shapes.flatMap((shape) => {
      const workspace = shape.includes('w') ? change.workspace : undefined;
      const kind = shape.includes('k') ? change.kind : undefined;
      const names = shape.includes('n') ? namesOf(change) : [undefined];
      return names.map((name) => keyOf(workspace, kind, name));
    });
}

const textOf = ({ workspace, kind, name }: ChangeSelector): string =>
  keyOf(workspace, kind === undefined ? undefined : kindCalled(kind), name);

const keyOf = (...parts: (string | undefined)[]): string => parts.map((part) => part ?? '\u0001').join('\u0000');

const shapeOf = ({ workspace, kind, name }: ChangeSelector): string =>
  [workspace === undefined ? '' : 'w', kind === undefined ? '' : 'k', name === undefined ? '' : 'n'].join('');

function namesOf({ id, label, before, after }: Change): string[] {
  const fields = after ?? before ?? {};
  const own = [fields['name'], fields['username']].filter((name) => typeof name === 'string');
  return [...new Set([id, label, ...own])];
}
