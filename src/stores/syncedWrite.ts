import { chmod, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { systemCode } from '../core/fileErrors.js';
import path from 'node:path';

/** Windows has neither POSIX permissions nor a way to sync a folder. */
const posix = process.platform !== 'win32';

export const privateFile = 0o600;
export const privateFolder = 0o700;

/**
 * Makes a folder and those above it that are missing, private to their owner. Node's own recursive `mkdir` never ends on
 * file systems that answer ENOENT for a folder whose parent is there, as `/proc` does.
 * @param made called with the folder above each that was made: its names may need to be synced.
 */
export async function makeFolders(
  folder: string,
  made: (above: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const make = async (place: string): Promise<void> => {
    try {
      await mkdir(place, { mode: privateFolder });
      await made(path.dirname(place));
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  };
  try {
    await make(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if (systemCode(error) !== 'ENOENT' || above === folder) throw error;
    await makeFolders(above, made);
    await make(folder);
  }
}

/** Writes a new file that only its owner can read, and returns once it is on the disk. @throws EEXIST when it is there. */
export async function syncedWrite(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', privateFile);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Returns once the names in a folder are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  if (!posix) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes everything under a folder private to its owner and returns once all of it is on the disk, the deepest first. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(inner);
    else if (entry.isFile()) await syncFile(inner);
  }
  if (posix) await chmod(folder, privateFolder);
  await syncFolder(folder);
}

/** Makes a file private to its owner and returns once it is on the disk. */
export async function syncFile(file: string): Promise<void> {
  if (posix && ((await lstat(file)).mode & 0o777) !== privateFile) await chmod(file, privateFile);
  // Windows syncs only what is open for writing.
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
