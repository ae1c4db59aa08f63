import type { Availability } from './driver.js';
import type { GatewayInfo } from './environment.js';
import type { PartKind } from './part.js';
import type { Counts } from './snapshot.js';

/** One part that an environment has, and what a backup would do about it. */
export interface PlannedPart {
  part: PartKind;
  /** The driver that would take it. */
  driver: string;
  availability: Availability;
  /** Whether we advise to take it, in this mode and with what is there. */
  recommended: boolean;
  /** Whether the backup takes it: what the environment says, else what is recommended. */
  selected: boolean;
  /** Why it should be taken or left, in a sentence. */
  reason: string;
  counts?: Counts;
}

/** What a backup of an environment would take, to be looked at and changed before it runs. */
export interface BackupPlan {
  gateway: GatewayInfo;
  /** Entities first, then in the order of `partKinds`. */
  parts: PlannedPart[];
}
