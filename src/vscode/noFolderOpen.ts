/** Relative paths are meant and no folder is open: there is nowhere to look. */
export class NoFolderOpen extends Error {
  override readonly name = 'NoFolderOpen';
}
