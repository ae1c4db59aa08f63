import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { KongBackupError } from '../core/errors.js';
import { systemCode, systemReason } from '../core/fileErrors.js';
import type { TextFile } from '../core/textFile.js';
import { privateFile, privateFolder } from './syncedWrite.js';

/**
 * A text file on disk that is replaced by a rename.
 * @param place absolute path; need not exist.
 * @param options `ownerOnly`: nobody else may read it, nor look into a folder that is made for it.
 */
export function createAtomicTextFile(place: string, { ownerOnly = false }: { ownerOnly?: boolean } = {}): TextFile {
  const read = async (): Promise<string> => {
    try {
      return await readFile(place, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return '';
      throw new KongBackupError('file-unreadable', {
        place,
        reason: systemReason(error),
        remedy: 'Make the file readable, or name another one.',
        cause: error,
      });
    }
  };
  return {
    place,
    read,
    async edit(change) {
      const text = change(await read());
      try {
        await mkdir(path.dirname(place), { recursive: true, ...(ownerOnly && { mode: privateFolder }) });
        await writeFileAtomic(place, text, ownerOnly ? { mode: privateFile } : {});
      } catch (error) {
        throw new KongBackupError('store-unwritable', {
          place,
          reason: systemReason(error),
          remedy: 'Make the file writable; nothing in it was changed.',
          cause: error,
        });
      }
    },
  };
}
