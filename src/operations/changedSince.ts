import type { Change } from '../core/change.js';
import { membership } from '../estate/deckNames.js';
import { workspaceKind } from '../estate/kinds.js';
import { membershipId } from '../estate/naturalKey.js';
import type { JournalEntry } from './journalLines.js';
import type { RestorePlan } from './restores.js';

/** So many are named. */
const mostNamed = 5;

/**
 * Takes out of the undo of a restore what the restore never touched: somebody else changed it since, and may have meant it. Whoever
 * wants it back as well chooses it.
 * @param entries of the restore's journal.
 */
export function leaveToOthers(plan: RestorePlan, entries: readonly JournalEntry[]): RestorePlan {
  const touched = new Set(entries.map(({ kind, id }) => `${kind} ${id}`));
  const others = plan.plan.workspaces.flatMap(({ changes }) =>
    changes.filter((change) => change.kind !== workspaceKind && !touched.has(nameOf(change))),
  );
  if (others.length === 0) return plan;
  const named = others.map(({ workspace, kind, id }) => ({ workspace, kind, name: id }));
  const chosen = plan.choose({ ...plan.choice, except: [...(plan.choice.except ?? []), ...named] });
  return { ...chosen, warnings: [{ code: 'changed-since', message: messageOf(others) }, ...chosen.warnings] };
}

/** As a journal names it. */
const nameOf = ({ kind, id, before, after }: Change): string =>
  `${kind} ${kind === membership ? membershipId(after ?? before ?? {}) : id}`;

function messageOf(others: readonly Change[]): string {
  const names = others.slice(0, mostNamed).map(({ kind, label }) => `${kind} ${label}`);
  const more = others.length > names.length ? ` and ${others.length - names.length} more` : '';
  return `Somebody else changed since then what the restore did not touch; it is left as it is now: ${names.join(', ')}${more}.`;
}
