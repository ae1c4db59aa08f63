import type { Change } from '../core/change.js';
import { listed } from '../core/listed.js';
import { workspaceKind } from '../estate/kinds.js';
import { type JournalEntry, knownId } from './journalLines.js';
import type { RestorePlan } from './restores.js';

/**
 * Takes out of the undo of a restore what the restore never touched: somebody else changed it since, and may have meant it. Whoever
 * wants it back as well chooses it.
 * @param entries of the restore's journal.
 */
export function leaveToOthers(plan: RestorePlan, entries: readonly JournalEntry[]): RestorePlan {
  const touched = new Set(entries.map(({ kind, id }) => `${kind} ${id}`));
  const others = plan.plan.workspaces.flatMap(({ changes }) =>
    changes.filter((change) => change.kind !== workspaceKind && !touched.has(`${change.kind} ${knownId(change)}`)),
  );
  if (others.length === 0) return plan;
  const named = others.map(({ workspace, kind, id }) => ({ workspace, kind, name: id }));
  const chosen = plan.choose({ ...plan.choice, except: [...(plan.choice.except ?? []), ...named] });
  return { ...chosen, warnings: [{ code: 'changed-since', message: messageOf(others) }, ...chosen.warnings] };
}

function messageOf(others: readonly Change[]): string {
  const names = listed(others.map(({ kind, label }) => `${kind} ${label}`));
  return `Somebody else changed since then what the restore did not touch; it is left as it is now: ${names}.`;
}
