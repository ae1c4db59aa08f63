import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, writeError } from '../core/fileErrors.js';
import { safeFileName } from '../core/snapshotId.js';
import { writeNew } from './kongCommandFiles.js';

/** A folder of its own with what was there before a restore: private, for it holds secrets. */
export interface Kept {
  folder: string;
  /** @returns the path. @throws KongBackupError `store-full`, `store-unwritable`. */
  write(name: string, text: string): Promise<string>;
}

/** `<keep>/<environment>-<UTC time>`; made when the first file is written. */
export function keptFolder(keep: string, environment: string, now: Date): Kept {
  const folder = path.join(keep, `${safeFileName(environment)}-${stamp(now)}`);
  return {
    folder,
    async write(name, text) {
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw writeError(error, folder);
      });
      // It holds secrets, and may lie in somebody's repository.
      await writeFile(path.join(keep, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
        if (systemCode(error) !== 'EEXIST') throw writeError(error, keep);
      });
      const place = path.join(folder, name);
      await writeNew(place, text);
      return place;
    },
  };
}

/** `20261121T063517123Z` */
export const stamp = (time: Date): string => time.toISOString().replace(/[-:.]/g, '');
