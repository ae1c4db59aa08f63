import type { Change, ChangeSelector } from '../core/change.js';

/** Whether any of the selectors names a change. Thousands of them are as quick as one. */
export function selects(selectors: readonly ChangeSelector[]): (change: Change) => boolean {
  const wanted = new Set(selectors.map(({ workspace, kind, name }) => keyOf(workspace, kind, name)));
  const shapes = new Set(selectors.map(shapeOf));
  return (change) => {
    for (const shape of shapes) {
      const workspace = shape.includes('w') ? change.workspace : undefined;
      const kind = shape.includes('k') ? change.kind : undefined;
      const names = shape.includes('n') ? namesOf(change) : [undefined];
      if (names.some((name) => wanted.has(keyOf(workspace, kind, name)))) return true;
    }
    return false;
  };
}

const keyOf = (...parts: (string | undefined)[]): string => parts.map((part) => part ?? '\u0001').join('\u0000');

const shapeOf = ({ workspace, kind, name }: ChangeSelector): string =>
  [workspace === undefined ? '' : 'w', kind === undefined ? '' : 'k', name === undefined ? '' : 'n'].join('');

function namesOf({ id, label, before, after }: Change): string[] {
  const fields = after ?? before ?? {};
  const own = [fields['name'], fields['username']].filter((name) => typeof name === 'string');
  return [...new Set([id, label, ...own])];
}
