import type { TextEdit } from 'vscode-languageserver-types';
import type { Position } from '../diagnostic.js';
import { flowAt } from '../flowCursor.js';
import type { OpenDocument } from '../openDocument.js';
import type { FormattingOptions } from './formatting.js';

const linePattern = /^(\s*)((?:-(?:\s+|$))*)(.*)$/;
const opens = /^[^#]*:\s*(?:[|>][-+0-9]*)?\s*(?:#.*)?$/;

/**
 * Where a new line starts: deeper under `key:`, below the key of an item's `- `, else where the line before does. Only a line
 * with nothing on it is moved.
 */
export function onTypeFormatting(
  document: OpenDocument,
  { line }: Position,
  { tabSize }: FormattingOptions,
): TextEdit[] {
  const { text } = document;
  const written = text.line(line);
  if (line === 0 || written.trim() !== '') return [];
  const above = text.line(line - 1);
  if (above.trim() === '' || flowAt(text, document.partAt(line - 1), { line: line - 1, character: above.length }))
    return [];
  const [, blanks = '', dashes = '', rest = ''] = linePattern.exec(above) ?? [];
  const column =
    blanks.length +
    dashes.trimEnd().length +
    (dashes === '' ? 0 : Math.max(1, dashes.length - dashes.trimEnd().length));
  const now = opens.test(rest) && rest !== '' ? column + tabSize : column;
  if (now === written.length) return [];
  return [
    { range: { start: { line, character: 0 }, end: { line, character: written.length } }, newText: ' '.repeat(now) },
  ];
}
