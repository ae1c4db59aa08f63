import { KongBackupError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { readDblessFile } from '../estate/dblessFile.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { type KongDocument, readDocument } from '../language/document.js';
import { kindOf } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';

/**
 * The entities of a text in decK's format or for DB-less gateways, whichever it is. Runs in a browser too.
 * @param name what a person calls the file. @throws KongBackupError `file-invalid`.
 */
export function deckFileOf(text: string, name: string, facts: SchemaFacts, json: boolean): DeckFile {
  const document = readDocument(text, json);
  const isDbless = kindOf(document, 'auto', facts).kind === 'dbless';
  const parse = (): Json | undefined => asKongReads(document);
  return withoutProblems(isDbless ? readDblessFile(text, name, facts, { parse }) : readDeckFile(text, name), name);
}

/**
 * What a file says to Kong, which reads `y` as text and `1:20` as 80, and decK the other way round. Undefined where the text is
 * broken.
 */
export const asKongReads = ({ problems, value }: Pick<KongDocument, 'problems' | 'value'>): Json | undefined =>
  problems.length === 0 ? value : undefined;

/** @throws KongBackupError `file-invalid`: what is read in part compares with nothing. */
export function withoutProblems(file: DeckFile, place: string): DeckFile {
  const [problem] = file.problems;
  if (!problem) return file;
  throw invalidSide(`${place}: ${problem.path}`, problem.message, 'Put it right and compare again.');
}

export const invalidSide = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('file-invalid', { place, reason, remedy });
