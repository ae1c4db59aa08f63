/** A file of a folder at one moment. */
export interface FolderFile {
  readonly uri: string;
  /** Another each time the text is. */
  readonly version: number;
  getText(): string;
}

/** What lies beside a file. A host that can't read folders gives none, and features see the file alone. */
export interface FolderFiles {
  /**
   * The other declarative files of a file's folder: those that are open as they are in the editor, the rest as they are on
   * disk.
   */
  beside(uri: string): Promise<readonly FolderFile[]>;
}
