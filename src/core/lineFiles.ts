/** A file of lines that only grows. */
export interface LineFile {
  /** Resolves once the lines are on the disk. @throws KongBackupError `store-unwritable`, `store-full`. */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A folder of them, private to its owner, each in a folder of its own. */
export interface LineFiles {
  /** What a person calls the place. */
  readonly location: string;
  /** Names this process, so that it is known when it is gone. */
  readonly owner: string;
  /** Who works here: `user@host`. */
  readonly by: string;
  /** Newest name first. */
  names(): Promise<string[]>;
  /** @returns undefined when there is none of this name. */
  read(name: string): Promise<string | undefined>;
  /** @throws KongBackupError `store-unwritable` also for one that is there. */
  create(name: string): Promise<LineFile>;
  /** To go on with one that is there: a line that was cut off stays as it is. */
  open(name: string): Promise<LineFile>;
  remove(name: string): Promise<void>;
  /** True only where it was a process of this machine, and is no more. */
  isGone(owner: string): boolean;
}
