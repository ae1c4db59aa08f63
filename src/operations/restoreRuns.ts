import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { LineFiles } from '../core/lineFiles.js';
import { type JournalContent, type JournalEntry, readJournal, settledEntries } from './journalLines.js';

/**
 * `running`: its process is there. `unfinished`: it came to a stop with a part of it written. `incomplete`: it came to its end, and
 * some of it failed. `passed`: as `unfinished`, but another restore into the same gateway came after it.
 */
export type RunState = 'running' | 'unfinished' | 'incomplete' | 'finished' | 'undone' | 'passed' | 'unreadable';

/** One restore, as its journal tells. */
export interface RestoreRun {
  id: string;
  state: RunState;
  /** When it began, ISO 8601; of one that can't be read, nothing more is known than its id. */
  at: string;
  /** `user@host` */
  by: string;
  snapshot: string;
  environment: { id: string; name: string; adminUrl: string };
  /** The safety snapshot. */
  guard?: string;
  /** The restore that it took back. */
  undoes?: string;
  /** How many changes the plan had, were written, failed, and nobody knows of: over the whole restore, resumed or not. */
  counts: { planned: number; written: number; failed: number; unknown: number };
  /** Workspaces that it made. */
  newWorkspaces: string[];
  resumed: number;
  /** The code of the error that stopped it; absent where the process was gone at once. */
  stoppedBy?: string;
  /** For `unreadable`. */
  problem?: { code: string; reason: string; remedy: string };
}

interface Found {
  run: RestoreRun;
  content?: JournalContent;
}

/** All restores of which there is a journal, newest first. One that was stopped before it wrote anything is none. */
export async function readRuns(files: LineFiles): Promise<Found[]> {
  const found: Found[] = [];
  for (const id of await files.names()) {
    const text = await files.read(id);
    if (text === undefined) continue;
    try {
      const content = readJournal(text, `${files.location}: ${id}`);
      if (content.hasBegun) found.push({ run: runOf(id, content, files, found), content });
    } catch (error) {
      if (!isKongBackupError(error, 'journal-unreadable')) throw error;
      // Cut off within its first line: nothing was written.
      if (!text.includes('\n')) continue;
      const { code, reason, remedy } = error;
      found.push({ run: { ...unknownRun(id), problem: { code, reason, remedy } } });
    }
  }
  return found;
}

/** @param id of the journal. @throws KongBackupError `restore-missing`, `journal-unreadable`. */
export async function readRun(
  files: LineFiles,
  id: string,
): Promise<{ run: RestoreRun; content: JournalContent; entries: JournalEntry[] }> {
  const all = await readRuns(files);
  const found = all.find(({ run }) => run.id === id);
  if (!found) throw missing(id);
  const { run, content } = found;
  if (!content) throw new KongBackupError('journal-unreadable', { place: id, ...(run.problem ?? nothingKnown) });
  return { run, content, entries: content.entries };
}

const nothingKnown = { reason: '', remedy: '' };

export const missing = (place: string, reason = 'There is no journal of such a restore.'): KongBackupError =>
  new KongBackupError('restore-missing', {
    place,
    reason,
    remedy: 'List the restores that are known: kong-backup restores.',
  });

const unknownRun = (id: string): RestoreRun => ({
  id,
  state: 'unreadable',
  at: '',
  by: '',
  snapshot: '',
  environment: { id: '', name: '', adminUrl: '' },
  counts: { planned: 0, written: 0, failed: 0, unknown: 0 },
  newWorkspaces: [],
  resumed: 0,
});

/** @param newer those that came after it. */
function runOf(id: string, content: JournalContent, files: LineFiles, newer: readonly Found[]): RestoreRun {
  const { head, newWorkspaces, resumed, stopped, end } = content;
  const entries = settledEntries(content);
  const { at, by, snapshot, environment, guard, undoes, workspaces } = head;
  const count = (wanted: JournalEntry['outcome']): number =>
    entries.reduce((sum, { outcome }) => (outcome === wanted ? sum + 1 : sum), 0);
  const [written, failed] = [count('written'), count('failed')];
  const planned = workspaces.reduce((sum, { changes }) => sum + changes, 0);
  return {
    id,
    state: stateOf(id, content, files, newer),
    ...{ at, by, snapshot, environment },
    ...(guard !== undefined && { guard }),
    ...(undoes !== undefined && { undoes }),
    counts: {
      // What was not there to be done any more when it was gone on with is not lost.
      planned: resumed.length > 0 && end?.proof === 'equal' ? written + failed : Math.max(planned, entries.length),
      written,
      failed,
      unknown: count('unknown'),
    },
    newWorkspaces,
    resumed: resumed.length,
    ...(stopped && { stoppedBy: stopped.code }),
  };
}

function stateOf(id: string, content: JournalContent, files: LineFiles, newer: readonly Found[]): RunState {
  const { head, owner, end, undone, stopped } = content;
  if (undone) return 'undone';
  if (end) return end.failed > 0 ? 'incomplete' : 'finished';
  if (!stopped && (owner === files.owner || !files.isGone(owner))) return 'running';
  const isPassed = newer.some(
    ({ run, content: other }) =>
      run.environment.id === head.environment.id && (other?.end !== undefined || run.undoes === id),
  );
  return isPassed ? 'passed' : 'unfinished';
}
