import type { Change } from '../core/change.js';
import type { JsonObject } from '../core/json.js';
import { isObject } from '../core/json.js';
import { KongBackupError } from '../core/errors.js';
import { membership } from '../estate/deckNames.js';
import { membershipId } from '../estate/naturalKey.js';
import type { Proof } from './restoreOutcome.js';

/** Of journals that this version writes. One of another number is refused, never guessed at. */
export const journalFormat = 1;

export interface JournalHead {
  type: 'begin';
  format: number;
  id: string;
  at: string;
  by: string;
  /** The process: gone means that nobody goes on with it. */
  owner: string;
  snapshot: string;
  environment: { id: string; name: string; adminUrl: string };
  scope: JsonObject;
  guard?: string;
  undoes?: string;
  /** `changes`: how many the plan has. */
  workspaces: { workspace: string; exists: boolean; changes: number }[];
}

export type JournalLine =
  | JournalHead
  | { type: 'resumed'; at: string; by: string; owner: string; guard?: string }
  | { type: 'workspace'; at: string; workspace: string; isNew: boolean }
  /** `changes`: position in the plan, action, kind, id, and a hash of what is written. */
  | { type: 'before'; at: string; workspace: string; changes: [number, string, string, string, string][] }
  | { type: 'after'; at: string; workspace: string; done: number[]; failed?: number[] }
  | { type: 'stopped'; at: string; code: string }
  | { type: 'end'; at: string; proof: Proof; failed: number }
  | { type: 'undone'; at: string; by: string }
  /** `report`: a `RestoreProof`, as it is kept beside the snapshot. */
  | { type: 'report'; at: string; report: JsonObject };

/** What a journal knows an entity by: its id, or for a membership, which has none, the two that it joins. */
export const knownId = ({ kind, id, before, after }: Pick<Change, 'kind' | 'id' | 'before' | 'after'>): string =>
  kind === membership ? membershipId(after ?? before ?? {}) : id;

/** One entity that a restore wrote, or was about to write. */
export interface JournalEntry {
  workspace: string;
  action: string;
  kind: string;
  id: string;
  /** `unknown`: it was about to be written when the process ended. */
  outcome: 'written' | 'failed' | 'unknown';
}

/** An entity of a restore as a whole, and what it is called where a snapshot that is there still tells. */
export interface NamedEntry extends JournalEntry {
  name?: string;
}

/** All that a journal says. */
export interface JournalContent {
  head: JournalHead;
  /** The process that worked on it last. */
  owner: string;
  entries: JournalEntry[];
  /** Whether anything may have been written. */
  hasBegun: boolean;
  /** Workspaces that were not there before: it was about to make them. */
  newWorkspaces: string[];
  /** When it was resumed. */
  resumed: string[];
  /** Why it came to a stop, since it was last gone on with. */
  stopped?: { at: string; code: string };
  end?: { at: string; proof: Proof; failed: number };
  undone?: { at: string; by: string };
  report?: JsonObject;
}

/**
 * @param place its path.
 * @throws KongBackupError `journal-unreadable` for one of another format, and one without a beginning.
 */
export function readJournal(text: string, place: string): JournalContent {
  const lines = text.split('\n').flatMap(parsed);
  const [head] = lines;
  if (head?.type !== 'begin' || !isSoundHead(head)) throw unreadable(place, 'It has no beginning that can be read.');
  if (head.format !== journalFormat) {
    const than = head.format > journalFormat ? 'a newer' : 'an older';
    throw unreadable(place, `It was written by ${than} version (format ${head.format}, this is ${journalFormat}).`);
  }
  const content: JournalContent = {
    head,
    owner: head.owner,
    entries: [],
    hasBegun: false,
    newWorkspaces: [],
    resumed: [],
  };
  const open = new Map<string, JournalEntry>();
  for (const line of lines) take(content, open, line);
  return content;
}

/**
 * What became of each change over the whole restore, however often it was gone on with: the last word counts. What nobody knew of
 * when it was killed was there, where reading back showed in the end that nothing differs.
 */
export function settledEntries({ entries, end }: JournalContent): JournalEntry[] {
  const last = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const { workspace, action, kind, id } = entry;
    last.set(`${workspace} ${action} ${kind} ${id}`, entry);
  }
  return [...last.values()].map((entry) =>
    entry.outcome === 'unknown' && end?.proof === 'equal' ? { ...entry, outcome: 'written' } : entry,
  );
}

/** What was cut off by a kill says nothing. */
function parsed(text: string): JournalLine[] {
  if (text === '') return [];
  try {
    const line: unknown = JSON.parse(text);
    return isObject(line as JsonObject) ? [line as unknown as JournalLine] : [];
  } catch {
    return [];
  }
}

const isSoundHead = ({ format, id, environment, snapshot, scope, workspaces }: JournalHead): boolean =>
  typeof format === 'number' &&
  (format !== journalFormat ||
    (typeof id === 'string' &&
      typeof snapshot === 'string' &&
      typeof environment?.id === 'string' &&
      typeof environment.name === 'string' &&
      isObject(scope) &&
      Array.isArray(workspaces)));

function take(content: JournalContent, open: Map<string, JournalEntry>, line: JournalLine): void {
  switch (line.type) {
    case 'resumed':
      content.owner = line.owner;
      content.resumed.push(line.at);
      delete content.stopped;
      delete content.end;
      // It plans anew: positions are those of another plan from here on.
      open.clear();
      return;
    case 'workspace':
      content.hasBegun = true;
      if (line.isNew && !content.newWorkspaces.includes(line.workspace)) content.newWorkspaces.push(line.workspace);
      return;
    case 'before':
      for (const [index, action, kind, id] of line.changes) {
        const entry: JournalEntry = { workspace: line.workspace, action, kind, id, outcome: 'unknown' };
        open.set(`${line.workspace} ${index}`, entry);
        content.entries.push(entry);
      }
      return;
    case 'after':
      for (const index of line.done) settle(open, `${line.workspace} ${index}`, 'written');
      for (const index of line.failed ?? []) settle(open, `${line.workspace} ${index}`, 'failed');
      return;
    case 'stopped':
      content.stopped = { at: line.at, code: line.code };
      return;
    case 'end':
      content.end = { at: line.at, proof: line.proof, failed: line.failed };
      return;
    case 'undone':
      content.undone = { at: line.at, by: line.by };
      return;
    case 'report':
      if (isObject(line.report)) content.report = line.report;
      return;
  }
}

function settle(open: Map<string, JournalEntry>, key: string, outcome: JournalEntry['outcome']): void {
  const entry = open.get(key);
  if (entry) entry.outcome = outcome;
}

const unreadable = (place: string, reason: string): KongBackupError =>
  new KongBackupError('journal-unreadable', {
    place,
    reason,
    remedy:
      'Go on with the version that wrote it, or forget it and restore its safety snapshot or its snapshot by hand: both are listed.',
  });
