export interface StoredObject {
  /** Relative to the storage, with forward slashes. */
  key: string;
  bytes: number;
  modified: Date;
  /** Changes with the content. */
  etag: string;
}

/** Content for an object: bytes, or a local file that the storage may move away instead of copying it. */
export type ObjectSource = Uint8Array | { file: string; bytes: number };

/**
 * The few things that a place for snapshots must be able to do: what a folder and an S3 bucket have in common. Every write is
 * durable when it returns. The contract suite under test/contract holds every implementation to this.
 * All calls stop soon after their signal aborts, with KongBackupError `cancelled`.
 */
export interface ObjectStorage {
  /** What a person calls the place: a path or an address. Never a secret. */
  readonly location: string;
  /**
   * Every object whose key begins with the prefix, in order of keys.
   * @param landmarks keys that were there once, in order: a storage far away may ask for the stretches between them at once.
   * @throws KongBackupError `store-unreachable`, `store-denied`.
   */
  list(prefix: string, signal: AbortSignal, landmarks?: readonly string[]): AsyncIterable<StoredObject>;
  /** @throws KongBackupError `object-missing`, `store-unreachable`, `store-denied`. */
  read(key: string, signal: AbortSignal): Promise<{ content: AsyncIterable<Uint8Array>; etag: string }>;
  /**
   * Writes an object where there is none. One of several writers at once gets `created`, all others `exists`.
   * @param sha256 hex, of the content: compared by the server where it can, by us where it can't.
   * @throws KongBackupError `store-unwritable`, `store-full`, `store-unreachable`, `store-denied`.
   */
  create(key: string, content: ObjectSource, sha256: string, signal: AbortSignal): Promise<'created' | 'exists'>;
  /** Replaces an object that still has the etag. */
  replace(key: string, content: Uint8Array, etag: string, signal: AbortSignal): Promise<'replaced' | 'changed'>;
  /** Removing what isn't there is no error. With an etag: only while it still has it. */
  remove(key: string, signal: AbortSignal, etag?: string): Promise<'removed' | 'changed'>;
  /**
   * Called before a backup writes: makes the place where it can be made, removes what stopped writers left behind that no
   * list shows, and sees that the storage keeps the condition of `create`.
   * @throws KongBackupError `store-unwritable` when it doesn't, `store-unreachable`, `store-denied`, `store-full`.
   */
  prepare(signal: AbortSignal): Promise<void>;
  /** The storage's own clock: what another machine wrote is never judged by ours. */
  now(signal: AbortSignal): Promise<Date>;
  /**
   * Whether the place keeps a mark of what was removed: a server may then refuse to create an object of the same key again. As far as
   * its answers have told.
   */
  leavesMarks?(): boolean;
  /** Absolute path of an object that is a file of this machine. */
  pathOf?(key: string): string;
  /** A folder on the same file system, so that a move from there needs no copy; the system's temporary folder when absent. */
  readonly stagingRoot?: string;
}
