import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { KongBackupError } from '../core/errors.js';
import { readDeckFile, type DeckFile } from '../estate/deckFile.js';

/** @throws KongBackupError `file-unreadable`, `file-invalid`. */
export async function readState(file: string): Promise<DeckFile> {
  requireFile(file);
  return readDeckFile(await readFile(file, 'utf8'), file, { allowEmpty: true });
}

/**
 * decK fills `${{ env "DECK_NAME" }}` in when it reads a file. Early versions write the template itself to the gateway when
 * the variable is not set.
 * @throws KongBackupError `file-invalid` for a template that nothing fills in.
 */
export async function requireTemplatesFilled(file: string): Promise<void> {
  requireFile(file);
  const text = await readFile(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/\$\{\{\s*env\s+"([^"]*)"\s*\}\}/g)) {
    if (name.startsWith('DECK_') && process.env[name] !== undefined) continue;
    throw new KongBackupError('file-invalid', {
      place: file,
      reason: `The environment variable ${name} of a template in the file is not set.`,
      remedy: 'Set it (its name must begin with DECK_), or write the value into the file.',
    });
  }
}

export function requireFile(file: string): void {
  if (existsSync(file)) return;
  throw new KongBackupError('file-unreadable', {
    place: file,
    reason: 'The file does not exist.',
    remedy: 'Check the path.',
  });
}

/**
 * Versions before 1.15 write format 1.1 whatever the gateway is, and later ones refuse to apply that to Kong 3. What comes
 * from Kong 3 is of format 3.0, by whatever it was taken.
 */
export async function markAsFormat3(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const marked = text.replace(/^_format_version: "1\.1"$/m, '_format_version: "3.0"');
  if (marked !== text) await writeFile(file, marked);
}

/** decK overwrites without a word, or asks and takes silence for an answer, by its version: so the file must be new. */
export function requireNewFile(file: string): void {
  if (existsSync(file)) {
    throw new KongBackupError('store-unwritable', {
      place: file,
      reason: 'The file exists already.',
      remedy: 'Choose a path that does not exist yet.',
    });
  }
  if (/\.ya?ml$/.test(file)) return;
  throw new KongBackupError('internal', {
    place: file,
    reason: 'decK puts .yaml behind a name without it.',
    remedy: 'Ask for a path that ends in .yaml.',
  });
}
