import { KongBackupError } from '../core/errors.js';
import { readDblessFile } from '../estate/dblessFile.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { readDocument } from '../language/document.js';
import { kindOf } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';

/**
 * The entities of a text in decK's format or for DB-less gateways, whichever it is. Runs in a browser too.
 * @param name what a person calls the file. @throws KongBackupError `file-invalid`.
 */
export function deckFileOf(text: string, name: string, facts: SchemaFacts, json: boolean): DeckFile {
  const { kind } = kindOf(readDocument(text, json), 'auto', facts);
  return withoutProblems(kind === 'dbless' ? readDblessFile(text, name, facts) : readDeckFile(text, name), name);
}

/** @throws KongBackupError `file-invalid`: what is read in part compares with nothing. */
export function withoutProblems(file: DeckFile, place: string): DeckFile {
  const [problem] = file.problems;
  if (!problem) return file;
  throw invalidSide(`${place}: ${problem.path}`, problem.message, 'Put it right and compare again.');
}

export const invalidSide = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('file-invalid', { place, reason, remedy });
