import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { Manifest } from '../core/snapshot.js';

/** Before anything is stored: every file that the manifest names is there. @throws KongBackupError `snapshot-damaged`. */
export async function refuseMissingFiles(directory: string, { parts }: Pick<Manifest, 'parts'>): Promise<void> {
  for (const { path: name, bytes } of parts.flatMap(({ files }) => files)) {
    const file = path.join(directory, ...name.split('/'));
    const found = await lstat(file).catch((error: unknown) => {
      throw damaged(file, `The file can't be read: ${systemReason(error)}`, error);
    });
    if (!found.isFile()) throw damaged(file, 'It is no plain file.');
    if (found.size !== bytes) throw damaged(file, `It has ${found.size} bytes; the manifest says ${bytes}.`);
  }
}

const damaged = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('snapshot-damaged', { place, reason, remedy: 'Take another snapshot.', cause });
