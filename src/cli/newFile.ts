import { open } from 'node:fs/promises';
import { KongBackupError } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';

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
    if (systemCode(error) !== 'EEXIST') throw writeError(error, file);
    throw new KongBackupError('store-unwritable', {
      place: file,
      reason: 'There is such a file already.',
      remedy: 'Remove it first, or name another folder.',
    });
  }
}
