/** One text file that is read and changed as a whole. */
export interface TextFile {
  /** Absolute path. */
  readonly place: string;
  /** Empty when there is no file. @throws KongBackupError `file-unreadable`. */
  read(): Promise<string>;
  /** Reads, changes and writes in one go: readers see the old file or the new one. @throws KongBackupError `store-unwritable`. */
  edit(change: (text: string) => string): Promise<void>;
}
