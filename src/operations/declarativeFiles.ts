import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { type KongDocument, readDocument } from '../language/document.js';
import { decodeFile } from '../language/fileBytes.js';

/** The files, and the declarative files in folders, in the order given. @throws KongBackupError `file-unreadable`. */
export async function declarativeFiles(places: readonly string[]): Promise<string[]> {
  return (await Promise.all(places.map(filesOf))).flat();
}

/** @throws KongBackupError `file-unreadable`. */
export const readDeclarative = async (file: string): Promise<KongDocument> => documentOf(file, await readBytes(file));

/** So many files are on their way while another one is worked on. */
const readAhead = 8;

/** The files in their order; those that come next are read meanwhile. @throws KongBackupError `file-unreadable`. */
export async function* readDeclaratives(
  files: readonly string[],
): AsyncGenerator<{ file: string; document: KongDocument }> {
  const onTheirWay: Promise<Uint8Array>[] = [];
  for (const [at, file] of files.entries()) {
    for (const next of files.slice(at + onTheirWay.length, at + readAhead)) {
      const reading = readBytes(next);
      // Who never comes to this file is not to hear of it.
      reading.catch(() => undefined);
      onTheirWay.push(reading);
    }
    yield { file, document: documentOf(file, (await onTheirWay.shift())!) };
  }
}

function documentOf(file: string, bytes: Uint8Array): KongDocument {
  const { text, problem } = decodeFile(bytes);
  const document = readDocument(text, /\.json$/i.test(file));
  // What is no text for another reason too is said once.
  if (!problem || document.problems.some(({ code }) => code === 'not-text')) return document;
  return { ...document, problems: [problem, ...document.problems] };
}

/** @throws KongBackupError `file-unreadable`. */
export const readDeclarativeText = (file: string): Promise<string> => readText(file);

async function filesOf(place: string): Promise<string[]> {
  const found = await stat(place).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  if (!found.isDirectory()) return [place];
  const names = await readdir(place, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  const files = names
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(place, file).split(path.sep).some(isSkipped))
    .sort();
  const declarative: string[] = [];
  for (const file of files)
    if (hasDeclarativeName(file) || saysDeclarative(await readText(file))) declarative.push(file);
  if (declarative.length > 0) return declarative;
  throw new KongBackupError('file-unreadable', {
    place,
    reason: 'There is no declarative file in this folder.',
    remedy: 'Name another folder, or the files themselves.',
  });
}

const isSkipped = (name: string): boolean => name === 'node_modules' || (name.startsWith('.') && name.length > 1);

// Other YAML files may stand beside them: a declarative one is known by its name, or by its first lines.
const hasDeclarativeName = (file: string): boolean =>
  /^(kong|kong_backup.*|.*\.kong|deck.*)\.ya?ml$/i.test(path.basename(file));
const saysDeclarative = (text: string): boolean => /(^|[{,])\s*"?_format_version"?\s*:/m.test(text.slice(0, 2000));

const readText = async (file: string): Promise<string> => decodeFile(await readBytes(file)).text;

const readBytes = (file: string): Promise<Uint8Array> =>
  readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });

const unreadable = (place: string, error: unknown): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: systemReason(error),
    remedy: 'Name a file or folder that can be read.',
    cause: error,
  });
