import type { PlatformPath } from 'node:path';
import type { OperationContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';

/** What a name stands for, links not followed. `other`: a socket, a device, a pipe. */
export type EntryType = 'file' | 'directory' | 'link' | 'other';

export interface FileFacts {
  type: EntryType;
  /** Permission bits with set-user-id and the like; absent where files have none (Windows). */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Names of the same, where they have any. */
  owner?: string;
  group?: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970; whole seconds behind a command. */
  modified: number;
  /** Differs when another file took the name. */
  identity: string;
}

/** What was asked about a path: undefined when there is nothing. */
export type Found = FileFacts | { type: 'unreadable'; reason: string } | undefined;

export interface Listing {
  /** Absolute paths of all below the folder, without the folder itself. */
  paths: string[];
  /** Why some folders could not be read, each a sentence. */
  unread: string[];
  /** There was more than could be looked at. */
  isCut: boolean;
}

export interface ReadFile {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** Where files are: on this machine, or where a command prefix leads. Every path is absolute. */
export interface FilesPlace {
  /** As a person calls it: `this machine`, `docker exec -i kong`. */
  readonly name: string;
  readonly path: PlatformPath;
  readonly isWindows: boolean;
  /** @throws KongBackupError `tool-*`, `environment-invalid` where nothing can be read there. */
  check(context: OperationContext): Promise<void>;
  /** Number of the user that writes there: only 0 may set owners. Undefined where users have none. */
  user(context: OperationContext): Promise<number | undefined>;
  /** A folder, or one that a link leads to. Links below it are not followed. */
  list(folder: string, limits: { depth: number; most: number }, context: OperationContext): Promise<Listing>;
  /** One answer a path, in the same order. */
  look(paths: readonly string[], context: OperationContext): Promise<Found[]>;
  linkTarget(link: string, context: OperationContext): Promise<string>;
  /** Where a link ends at last; undefined when it leads nowhere. */
  realPath(path: string, context: OperationContext): Promise<string | undefined>;
  /** Reads a regular file, into a new private file here if wanted. @throws KongBackupError `file-unreadable`, `store-*`. */
  read(file: string, into: string | undefined, context: OperationContext): Promise<ReadFile>;
  makeFolder(folder: string, mode: number | undefined, context: OperationContext): Promise<void>;
  /** Writes a new file and returns once it is on the disk. @param from a file here. */
  write(from: string, file: string, context: OperationContext): Promise<void>;
  makeLink(target: string, link: string, context: OperationContext): Promise<void>;
  setMode(path: string, mode: number, context: OperationContext): Promise<void>;
  /** Of a link itself too. Names go before numbers where they are known there. */
  setOwner(path: string, owner: Owner, context: OperationContext): Promise<void>;
  /** Copies a file with owner and mode, or a link. `to` is new. */
  copy(from: string, to: string, context: OperationContext): Promise<void>;
  /**
   * Puts `from` in the place of `to` in one go. Where the place allows none (a file mounted by itself) it is written over.
   */
  replace(from: string, to: string, context: OperationContext): Promise<void>;
  /** Files, links, and folders with all that is in them; nothing when there is none. */
  remove(path: string, context: OperationContext): Promise<void>;
}

export type Owner = Pick<FileFacts, 'uid' | 'gid' | 'owner' | 'group'>;

/** Bytes. A larger file is nobody's configuration. */
export const mostBytes = 256 * 1024 * 1024;

export const unreadable = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason,
    remedy: 'Let the user that runs this read it, or leave it out by "exclude" in the environments file.',
    ...(cause !== undefined && { cause }),
  });

/** "0644" */
export const modeText = (mode: number): string => mode.toString(8).padStart(4, '0');
