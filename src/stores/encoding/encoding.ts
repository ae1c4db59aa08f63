import type { Compression } from '../../core/environmentSections.js';
import type { Manifest } from '../../core/snapshot.js';
import type { ObjectStorage } from '../objectStorage.js';

/** To whom snapshots are encrypted. To write needs no secret. */
export interface Sealing {
  /** age recipients (`age1…`), checked by `checkRecipients`. Each of them opens the snapshot. */
  recipients: readonly string[];
}

/** What opens encrypted snapshots. */
export interface Identity {
  /** `AGE-SECRET-KEY-1…`. Never logged. */
  secret: string;
  recipient: string;
  fingerprint: string;
}

/** Where a store's objects are read from. */
export type ObjectReader = Pick<ObjectStorage, 'read'>;

/** What a new snapshot may build upon instead of storing it again. */
export interface KnownPacks {
  /**
   * Snapshots of the store, the newest first: a few of each environment are enough. None that is damaged, forgotten or about to
   * be deleted: the new snapshot would be as bad. Packs that are missing or have another size are left out here.
   */
  manifests: readonly Pick<Manifest, 'packs' | 'encryption'>[];
  /** For the packs that are there, and the indexes of those that the cache doesn't have. */
  storage: Pick<ObjectStorage, 'read' | 'list'>;
  /** Opens the indexes of an encrypted store. Without one only the cache tells what its packs hold. */
  identities: readonly Identity[];
  /** Absolute path of a folder of ours for the indexes of this store's packs; it may vanish at any time. None: no cache. */
  cacheFolder?: string;
}

export interface EncodingOptions {
  compression: Compression;
  /** Whether files of a megabyte or more are kept as pieces, those that equal known ones once. */
  deduplicate: boolean;
  /** Absent: not encrypted. */
  sealing?: Sealing;
  /** Used when `deduplicate` is. */
  known?: KnownPacks;
}

/** A local file to be stored under a key. */
export interface EncodedObject {
  /** Whether the key is below the snapshot's folder (`<id>/<key>`), or below the store's root and shared. */
  scope: 'snapshot' | 'store';
  /** With forward slashes. A shared key that exists already has the same content: `exists` is as good as `created`. */
  key: string;
  /** Absolute path. Below the output folder, or the file as it was below the directory. May be moved away. */
  file: string;
  bytes: number;
  sha256: string;
}

export interface EncodedSnapshot {
  /** As it is to be written: with what is stored how, its private part sealed. */
  manifest: Omit<Manifest, 'id'>;
  /** The same with nothing sealed: what whoever wrote it knows, also where no key is at hand that opens it. */
  opened: Omit<Manifest, 'id'>;
  /** In the order to store them in: what others need comes first, the manifest is not among them. */
  objects: EncodedObject[];
}
