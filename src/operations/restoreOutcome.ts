import type { ChangeCounts, Plan } from '../core/change.js';
import type { Gap } from '../core/coverage.js';
import type { FailedChange } from '../core/driver.js';
import type { RestoreWarning } from './planRestore.js';

/**
 * What reading back showed. `equal`: all was read, nothing differs and no change failed. `differs`: something does.
 * `unproved`: nothing differs in what was read, but not all was read, or a change failed.
 */
export type Proof = 'equal' | 'differs' | 'unproved';

/** What a restore came to. */
export interface RestoreOutcome {
  /** The safety snapshot that brings the state before back; absent when there was nothing to change. */
  safetySnapshot?: string;
  /** The journal's id, by which the restore can be looked at, resumed and undone; absent when there was nothing to change. */
  restore?: string;
  applied: ChangeCounts;
  failed: FailedChange[];
  /** What was written, by workspace and kind. */
  written: (ChangeCounts & { workspace: string; kind: string })[];
  proof: Proof;
  /** Whether the proof is `equal`. */
  verified: boolean;
  /** What still differs, as far as it could be read. */
  remaining: Plan;
  /** Entities that were equal to the snapshot when all was read back. */
  equal: number;
  /** How many memberships of consumer groups the gateway had, and has: some tools lose them without a word. */
  memberships: { before: number; after: number };
  /** What could not be read back. */
  unread: Gap[];
  warnings: RestoreWarning[];
  /** Milliseconds. */
  duration: number;
  /** Milliseconds of each part of it. */
  durations: { plan: number; guard: number; apply: number; verify: number };
}
