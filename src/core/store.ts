import type { SnapshotRecord } from './record.js';
import type { CatalogueEntry, Manifest } from './snapshot.js';

/** A snapshot in the making: a private folder that no catalogue lists until it is published. */
export interface Staging {
  /** Absolute path of a local folder to write files into. */
  readonly directory: string;
  /**
   * Stores the files, reads them back, and writes the manifest last: only then does the snapshot exist.
   * The manifest's `id` is given by the store, unless it is to be this one: of a copy. @returns the manifest as written.
   * @throws KongBackupError `snapshot-damaged` when a file isn't what the manifest says, `store-*`, `key-*`, `cancelled`.
   */
  publish(manifest: Omit<Manifest, 'id'>, id?: string): Promise<Manifest>;
  /** Removes the folder, and what was stored of a snapshot that was not published. Never throws. */
  discard(): Promise<void>;
}

/** Where snapshots live. */
export interface SnapshotStore {
  /** What a person calls the place: a path or an address. */
  readonly location: string;
  /**
   * Every snapshot, newest first; those of one environment when its name is given. Those that are not whole are listed
   * with what is missing. Leftovers of stopped backups are not listed.
   * @throws KongBackupError `store-unreachable`, `store-denied`, `cancelled`, as all the others do.
   */
  list(environment?: string, signal?: AbortSignal): Promise<CatalogueEntry[]>;
  /**
   * An encrypted one is opened.
   * @throws KongBackupError `snapshot-missing`, `snapshot-damaged`, `snapshot-incomplete`, `snapshot-newer-format`, `key-*`.
   */
  manifest(id: string, signal?: AbortSignal): Promise<Manifest>;
  /**
   * The bytes of one file of the snapshot, compared with its size and SHA-256.
   * @throws KongBackupError `snapshot-missing`, `snapshot-damaged` when it is not what the manifest says.
   */
  read(id: string, path: string, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Writes one file of the snapshot to a place on this machine, private to its owner, compared with its size and SHA-256.
   * @param place absolute path of a file that isn't there; nor is it after a failure. @throws as `read`.
   */
  extract(id: string, path: string, place: string, signal?: AbortSignal): Promise<void>;
  /** Reads all that is stored of the snapshot; needs no key. @throws as `read`, naming what is not what the manifest says. */
  check(id: string, signal: AbortSignal): Promise<void>;
  /** @param signal stops what the staging does too. @throws KongBackupError `store-unwritable`, `store-full`. */
  stage(environment: string, signal?: AbortSignal): Promise<Staging>;
  /** Keeps a record beside the snapshot. @throws KongBackupError `snapshot-missing`, `store-unwritable`, `store-full`. */
  record(id: string, record: SnapshotRecord, signal?: AbortSignal): Promise<void>;
  /** The manifest goes first, so that a half deleted snapshot is never listed as whole. */
  remove(id: string, signal?: AbortSignal): Promise<void>;
  /** Absolute path of the snapshot's folder, or of one of its files that is as it was, where it is on this machine. */
  pathOf(id: string, file?: string): string | undefined;
}
