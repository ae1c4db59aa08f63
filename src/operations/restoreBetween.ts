import type { Environment } from '../core/environment.js';
import type { LineFiles } from '../core/lineFiles.js';
import { betweenStates, type SnapshotWarning } from '../core/snapshot.js';
import { readRuns, type RestoreRun } from './restoreRuns.js';

/**
 * Looks which restores into an environment run or lie unfinished: what is read of its gateway meanwhile is neither the state before nor
 * the one after.
 * @returns what to call once all was read: the warning, if any restore was under way in between.
 */
export async function watchRestores(
  journals: LineFiles,
  { id }: Environment,
  begun: Date,
): Promise<() => Promise<SnapshotWarning[]>> {
  const own = async (): Promise<RestoreRun[]> =>
    (await readRuns(journals)).flatMap(({ run }) => (run.environment.id === id ? [run] : []));
  const before = new Set((await own()).filter(isOpen).map((run) => run.id));
  return async () => {
    const found = (await own()).filter(
      (run) => isOpen(run) || before.has(run.id) || Date.parse(run.at) >= begun.getTime(),
    );
    return found.length === 0 ? [] : [{ code: betweenStates, message: messageOf(found) }];
  };
}

const isOpen = ({ state }: RestoreRun): boolean => state === 'running' || state === 'unfinished';

function messageOf(runs: readonly RestoreRun[]): string {
  const unfinished = runs.find(({ state }) => state === 'unfinished');
  const what = unfinished
    ? `The restore ${unfinished.id} into it lies unfinished`
    : `The restore ${runs[0]?.id ?? ''} into it was running`;
  const then = unfinished ? 'Resume or undo it (kong-backup restores), then take another backup.' : 'Take another one.';
  return `${what}: this is neither the state before it nor the one after. It is no latest one and counts for no last good one. ${then}`;
}
