/**
 * Something that became known of a snapshot after it was published. A record is a file of its own with a name of its own,
 * written once and never changed: to keep one needs neither the right to overwrite nor the right to delete.
 */
export type SnapshotRecord = { at: string; by: string } & (
  | { kind: 'verified'; depth: 'quick' | 'deep'; result: 'whole' | 'damaged'; problems: string[] }
  | { kind: 'pinned'; pinned: boolean }
  | { kind: 'described'; label?: string; note?: string }
  /** To be deleted by a prune after `deleteAfter` (ISO 8601, UTC), unless it is remembered before. */
  | { kind: 'forgotten'; deleteAfter: string; reason: string }
  | { kind: 'remembered' }
  | { kind: 'restored'; target: string; report: string }
  | { kind: 'drilled'; result: 'equal' | 'differs' | 'failed'; report: string }
);

/** What all records of a snapshot say together: of each kind the newest counts. */
export interface SnapshotState {
  verified?: Extract<SnapshotRecord, { kind: 'verified' }>;
  /** Absent: as the manifest says. */
  pinned?: boolean;
  /** Both as the newest `described` says; without one, as the manifest says. */
  described?: { label?: string; note?: string };
  forgotten?: { at: string; deleteAfter: string; reason: string };
  /** Whether it came back whole when it was last restored for a try. */
  drilled?: Extract<SnapshotRecord, { kind: 'drilled' }>;
}

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** A record that somebody edited by hand counts as not said where it no longer says what it must. */
function isSound(record: SnapshotRecord): boolean {
  if (!isTime(record.at) || typeof record.by !== 'string') return false;
  switch (record.kind) {
    case 'verified':
      return (
        ['quick', 'deep'].includes(record.depth) &&
        ['whole', 'damaged'].includes(record.result) &&
        Array.isArray(record.problems) &&
        record.problems.every((problem) => typeof problem === 'string')
      );
    case 'pinned':
      return typeof record.pinned === 'boolean';
    case 'described':
      return [record.label, record.note].every((text) => text === undefined || typeof text === 'string');
    case 'forgotten':
      return isTime(record.deleteAfter) && typeof record.reason === 'string';
    case 'drilled':
      return ['equal', 'differs', 'failed'].includes(record.result) && typeof record.report === 'string';
    default:
      return true;
  }
}

/** @param records in any order. */
export function stateOf(records: readonly SnapshotRecord[]): SnapshotState {
  const state: SnapshotState = {};
  for (const record of records.filter(isSound).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (record.kind === 'verified') state.verified = record;
    if (record.kind === 'pinned') state.pinned = record.pinned;
    if (record.kind === 'described') {
      const { label, note } = record;
      state.described = { ...(label !== undefined && { label }), ...(note !== undefined && { note }) };
    }
    if (record.kind === 'forgotten') {
      const { at, deleteAfter, reason } = record;
      state.forgotten = { at, deleteAfter, reason };
    }
    if (record.kind === 'drilled') state.drilled = record;
    if (record.kind === 'remembered') delete state.forgotten;
  }
  return state;
}
