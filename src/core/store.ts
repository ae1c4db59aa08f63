import type { SnapshotRecord } from './record.js';
import type { CatalogueEntry, Manifest } from './snapshot.js';

/** A snapshot in the making: a private folder that no catalogue lists until it is published. */
export interface Staging {
  /** Absolute path of a local folder to write files into. */
  readonly directory: string;
  /**
   * Writes the manifest last, syncs files and folder to disk and renames: only then does the snapshot exist.
   * The manifest's `id` is given by the store. @returns the manifest as written.
   * @throws KongBackupError `store-unwritable`, `store-full`.
   */
  publish(manifest: Omit<Manifest, 'id'>): Promise<Manifest>;
  /** Removes the folder. Never throws. */
  discard(): Promise<void>;
}

/** Where snapshots live. */
export interface SnapshotStore {
  /** What a person calls the place: a path or an address. */
  readonly location: string;
  /**
   * Every snapshot, newest first; those of one environment when its name is given. Folders that are not whole are listed
   * with their problem. Leftovers of stopped backups are not listed.
   */
  list(environment?: string): Promise<CatalogueEntry[]>;
  /** @throws KongBackupError `snapshot-missing`, `snapshot-damaged`, `snapshot-incomplete`, `snapshot-newer-format`. */
  manifest(id: string): Promise<Manifest>;
  /**
   * The bytes of one file of the snapshot, compared with its size and SHA-256.
   * @throws KongBackupError `snapshot-missing`, `snapshot-damaged` when it is not what the manifest says.
   */
  read(id: string, path: string): Promise<Uint8Array>;
  /** Reads every file of the snapshot. @throws as `read`, at the first that is not what the manifest says. */
  check(id: string, signal: AbortSignal): Promise<void>;
  /** @throws KongBackupError `store-unwritable`, `store-full`. */
  stage(environment: string): Promise<Staging>;
  /** Keeps a record beside the snapshot. @throws KongBackupError `snapshot-missing`, `store-unwritable`, `store-full`. */
  record?(id: string, record: SnapshotRecord): Promise<void>;
  /** The manifest goes first, so that a half deleted snapshot is never listed as whole. */
  remove(id: string): Promise<void>;
  /** Absolute path of the snapshot's folder or of one of its files, where it is on this machine. */
  pathOf(id: string, file?: string): string | undefined;
}
