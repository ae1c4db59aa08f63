import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { KongBackupError } from '../core/errors.js';
import { systemCode, systemReason } from '../core/fileErrors.js';

/** The file that environments are kept in, as text. */
export interface EnvironmentsFileStore {
  /** Absolute path. */
  readonly place: string;
  /** Empty when there is no file. @throws KongBackupError `file-unreadable`. */
  read(): Promise<string>;
  /** Reads, changes and writes in one go: readers see the old file or the new one. @throws KongBackupError `store-unwritable`. */
  edit(change: (text: string) => string): Promise<void>;
}

export function createEnvironmentsFileStore(place: string): EnvironmentsFileStore {
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
        await mkdir(path.dirname(place), { recursive: true });
        await writeFileAtomic(place, text);
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
