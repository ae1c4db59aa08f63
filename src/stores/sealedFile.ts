import { nameAnotherFile, systemCode, writeError } from '../core/fileErrors.js';
import { KongBackupError } from '../core/errors.js';
import { sealText } from './encoding/age.js';
import { checkRecipients } from './encoding/keys.js';
import { syncedWrite } from './syncedWrite.js';

/**
 * Writes a text into a new file that only the holder of one age identity can open, with any age program.
 * @param file absolute path. @throws KongBackupError `environment-invalid` for no recipient, `store-unwritable`, `store-full`.
 */
export async function writeSealedFile(text: string, recipient: string, file: string): Promise<void> {
  checkRecipients([recipient], 'recipient');
  const sealed = await sealText({ recipients: [recipient] }, text);
  await syncedWrite(file, sealed).catch((error: unknown) => {
    throw systemCode(error) === 'EEXIST' ? isThere(file, error) : writeError(error, file, nameAnotherFile);
  });
}

const isThere = (place: string, cause: unknown): KongBackupError =>
  new KongBackupError('store-unwritable', {
    place,
    reason: 'There is a file of this name already.',
    remedy: 'Name another one: nothing is written over.',
    cause,
  });
