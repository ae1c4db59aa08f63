import type { OperationContext } from '../core/context.js';
import type { LineFiles } from '../core/lineFiles.js';
import type { SnapshotStore } from '../core/store.js';
import { readRuns, type RunState } from './restoreRuns.js';

/** Journals of restores that nothing is left to be done of, beyond so many newer ones, are let go. */
const mostKept = 50;

const settled: ReadonlySet<RunState> = new Set(['finished', 'undone', 'passed']);

/**
 * Lets go of journals that serve nobody any more: old ones, and those whose safety snapshot retention let go. One that may be
 * resumed, or that can't be read, stays. That it can't be done stops nothing.
 */
export async function pruneJournals(
  { journals, store }: { journals: LineFiles; store: Pick<SnapshotStore, 'list'> },
  { log }: OperationContext,
): Promise<void> {
  try {
    const runs = (await readRuns(journals)).map(({ run }) => run);
    if (runs.length === 0) return;
    const known = new Set((await store.list()).map(({ id }) => id));
    for (const [index, { id, state, guard }] of runs.entries()) {
      if (!settled.has(state)) continue;
      if (index >= mostKept || (guard !== undefined && !known.has(guard))) await journals.remove(id);
    }
  } catch (error) {
    log.warn(`Journals of old restores could not be let go: ${String(error)}`);
  }
}
