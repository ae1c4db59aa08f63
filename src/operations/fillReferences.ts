import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { parseReferences, type SecretReference } from '../core/secretReference.js';

/** Where secrets are that the environments file only names. */
export interface SecretPlaces {
  /** What relative paths in the environments file start from. */
  baseFolder: string;
  /** Environment variables. */
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * A text with its references filled in, and the exact values that must not be shown anywhere.
 * @param place what names them. @throws KongBackupError `secret-missing`.
 */
export async function fillReferences(
  text: string,
  place: string,
  places: SecretPlaces,
): Promise<{ text: string; secrets: string[] }> {
  const secrets: string[] = [];
  const pieces = parseReferences(text).map(async (piece) => {
    if (typeof piece === 'string') return piece;
    const secret = await readSecret(piece, place, places);
    secrets.push(secret);
    return secret;
  });
  return { text: (await Promise.all(pieces)).join(''), secrets };
}

async function readSecret(reference: SecretReference, place: string, places: SecretPlaces): Promise<string> {
  if ('env' in reference) {
    const value = places.variables[reference.env];
    if (value) return value.trim();
    throw missing(
      place,
      `The environment variable ${reference.env} is not set.`,
      `Set ${reference.env} and try again.`,
    );
  }
  const file = path.resolve(places.baseFolder, reference.file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw missing(place, `${file} can't be read: ${systemReason(error)}`, 'Write the secret into that file.', error);
  });
  if (text.trim() !== '') return text.trim();
  throw missing(place, `${file} is empty.`, 'Write the secret into that file.');
}

const missing = (place: string, reason: string, remedy: string, cause?: unknown): KongBackupError =>
  new KongBackupError('secret-missing', { place, reason, remedy, cause });
