import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { nameAnotherFile, systemCode, writeError } from '../core/fileErrors.js';

/** Writes a file that was not there. @throws KongBackupError `store-unwritable`, `store-full`. */
export async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? isThere(file) : writeError(error, file, nameAnotherFile);
  }
}

/** Before work of which a file is to tell: that there is a folder for it, and no such file. @throws KongBackupError `store-unwritable`. */
export async function refuseNoNewFile(file: string): Promise<void> {
  await stat(path.dirname(file)).catch((error: unknown) => {
    throw writeError(error, path.dirname(file), nameAnotherFile);
  });
  const found = await stat(file).catch(() => undefined);
  if (found) throw isThere(file);
}

const isThere = (place: string): KongBackupError =>
  new KongBackupError('store-unwritable', {
    place,
    reason: 'There is such a file already.',
    remedy: 'Remove it first, or name another one.',
  });
