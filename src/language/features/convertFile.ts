import type { TextEdit } from 'vscode-languageserver-types';
import { applyEdits } from '../edits.js';
import { lineEdits } from '../lineEdits.js';
import type { OpenDocument } from '../openDocument.js';
import { flatten, nest, parentOf } from './convertEntity.js';

export type FileConversion = 'flat' | 'nested';

/** No format nests deeper. */
const mostRounds = 6;

/**
 * All nested entities to the top, or all into what they belong to. Costs several readings of the file.
 * @param reopen reads a text as the document was read.
 */
export function convertFile(
  document: OpenDocument,
  how: FileConversion,
  reopen: (text: string) => OpenDocument,
): TextEdit[] {
  let at = document;
  let text = document.text.slice(0, document.text.length);
  const before = text;
  for (let round = 0; round < mostRounds; round++) {
    const edits =
      how === 'flat'
        ? flattenDeepest(at)
        : nest(
            at,
            [...at.entities.all()].filter((entity) => parentOf(at, entity)),
          );
    if (edits.length === 0) break;
    text = applyEdits(at.text, edits);
    at = reopen(text);
  }
  return lineEdits(before, text);
}

/** Those that nothing is nested in, so that what is moved is moved once. */
function flattenDeepest(document: OpenDocument): TextEdit[] {
  const nested = [...document.entities.all()].filter(({ parent }) => parent);
  for (const depth of new Set(nested.map(({ path }) => path.length).sort((a, b) => b - a))) {
    const edits = flatten(
      document,
      nested.filter(({ path }) => path.length === depth),
    );
    if (edits.length > 0) return edits;
  }
  return [];
}
