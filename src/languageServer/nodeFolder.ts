import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FolderReader } from './folderFiles.js';

/** Entries of a folder that are looked at. */
const mostEntries = 2000;

/** Folders on disk. */
export const nodeFolder: FolderReader = {
  async list(folder) {
    const where = fileURLToPath(`${folder}/`);
    const entries = await readdir(where, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .slice(0, mostEntries)
      .map(({ name }) => pathToFileURL(path.join(where, name)).href);
  },
  async stat(uri) {
    const { mtimeMs, size } = await stat(fileURLToPath(uri));
    return { changed: mtimeMs, size };
  },
  read: (uri) => readFile(fileURLToPath(uri), 'utf8'),
};
