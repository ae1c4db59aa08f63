import type { OperationContext } from './context.js';
import type { SnapshotStore } from './store.js';

/** What keeps others out says of itself. */
export interface LockRecord {
  /** Made anew each time, so that a lock is known again as one's own, or as another's. */
  id: string;
  /** `store` while snapshots are deleted, `target-<environment id>` while something is restored. */
  name: string;
  /** What it is held for, in a word or two: `prune`, `restore`. */
  purpose: string;
  /** `user@host (pid)` */
  owner: string;
  /** ISO 8601, by the storage's clock. */
  since: string;
}

/** A lock as it was found in the store. */
export interface FoundLock extends LockRecord {
  /** When it was last refreshed, by the storage's clock. */
  refreshed: string;
  /** Of what was looked at: only that is broken. */
  etag: string;
  /** Its holder is gone, or has not refreshed it for half an hour: it can be broken. */
  isStale: boolean;
}

export interface HeldLock {
  readonly record: LockRecord;
  /**
   * To be called before each step that can't be taken back: a holder that slept may have lost its lock.
   * @throws KongBackupError `store-locked` when it is another's now, `store-unreachable` when nobody knows.
   */
  assertHeld(): Promise<void>;
  /** Never throws: what could not be released is stale in half an hour. */
  release(): Promise<void>;
}

/** Prune and delete keep out each other and every restore; a restore keeps out another one into the same target. */
export type LockRequest = { purpose: string; target?: string };

/** Packs that no snapshot needs. */
export interface Collection {
  /** Keys of what was removed, or would be. */
  removed: string[];
  bytes: number;
  /** So many are not needed either, but so young that a backup may be about to need them. */
  tooYoung: number;
  /** A snapshot is being made: nothing was removed before it is done. */
  waits: boolean;
}

/** What is done in a store besides reading and writing snapshots: it needs credentials that may delete. */
export interface StoreUpkeep {
  /** Who does it, for records: `user@host`. */
  readonly owner: string;
  /** The storage's own clock. */
  now(signal: AbortSignal): Promise<Date>;
  /**
   * @throws KongBackupError `store-locked` naming the holder, `store-unwritable` where the storage can't keep anybody out,
   * `store-unreachable`, `store-denied`.
   */
  lock(request: LockRequest, context: OperationContext): Promise<HeldLock>;
  locks(signal: AbortSignal): Promise<FoundLock[]>;
  /** @returns false when it was released or refreshed meanwhile. The store keeps a note of who broke it. */
  breakLock(lock: FoundLock, context: OperationContext): Promise<boolean>;
  /** Removes what stopped backups and deletions left of snapshots. */
  sweep(signal: AbortSignal): Promise<void>;
  /**
   * Removes packs that no snapshot needs, once they are so old that no backup can be about to need them, and only while none
   * is being made.
   * @param lock absent: only says what it would remove.
   * @throws KongBackupError `snapshot-damaged`, `snapshot-newer-format` when a manifest can't be read: what it needs is unknown.
   */
  collect(lock: HeldLock | undefined, context: OperationContext): Promise<Collection>;
}

/** One of the stores that there are, and who looks after it. */
export interface CaredStore {
  /** What ids of its snapshots begin with among those of all stores: nothing, or `archive:`. */
  prefix: string;
  /**
   * Ids of the store itself are without the prefix. One that can't be opened stands in the way of no other.
   * @throws KongBackupError `environment-invalid`, `secret-missing`.
   */
  open(): Promise<{ store: SnapshotStore; upkeep: StoreUpkeep }>;
}
