import { access } from 'node:fs/promises';
import { KongBackupError } from '../core/errors.js';

/** A mistyped path in a scheduled job must not look like a success. @param file absolute path of the environments file. */
export async function noEnvironments(place: string, file: string): Promise<KongBackupError> {
  return new KongBackupError('environment-missing', {
    place,
    reason: (await isThere(file)) ? `${file} names no environment.` : `There is no file ${file}.`,
    remedy: 'Name the file that describes the gateways with --environments-file, or add an environment to it.',
  });
}

/** One that may not be read is there. */
export const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
