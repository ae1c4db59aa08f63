import type { TextEdit } from 'vscode-languageserver-types';
import type { Range } from '../diagnostic.js';
import { readDocument } from '../document.js';
import { applyEdits, isJsonText, withBreaksOf } from '../edits.js';
import { LineFormatter } from '../lineFormatter.js';
import type { OpenDocument } from '../openDocument.js';
import { textLines } from '../textLines.js';

export interface FormattingOptions {
  /** Columns a level. */
  tabSize: number;
}

/** Characters, a second's work. Beyond, formatting would hold up whoever saves: nothing is done, and that is said. */
export const longestFormatted = 3_000_000;

/**
 * Indentation and spacing made even, by the smallest edits. Comments stay, and no value changes: where that can't be told,
 * nothing is done at all.
 */
export function formatting(document: OpenDocument, options: FormattingOptions): TextEdit[] {
  const { text } = document;
  if (!document.isWhole || text.length > longestFormatted || isJsonText(document)) return [];
  const edits = new LineFormatter(text, textLines(document, 0, text.lineCount), options).format(0, text.lineCount);
  const isSafe = edits.length === 0 || isSame(text.slice(0, text.length), applyEdits(text, edits));
  return isSafe ? withBreaksOf(text, edits) : [];
}

/** The same of the items that a range is in, by themselves: as quick in a large file as in a small one. */
export function rangeFormatting(document: OpenDocument, range: Range, options: FormattingOptions): TextEdit[] {
  const { text } = document;
  if (!document.isWhole || isJsonText(document)) return [];
  const first = document.partAt(range.start.line);
  const last = document.partAt(range.end.line);
  const [start, end] = [first.startLine, Math.max(last.endLine, first.endLine)];
  const span = { start: text.offset({ line: start, character: 0 }), end: text.offset({ line: end, character: 0 }) };
  if (span.end - span.start > longestFormatted) return [];
  const edits = new LineFormatter(text, textLines(document, start, end), options, true).format(start, end);
  if (edits.length === 0) return [];
  const within = {
    ...text,
    offset: (at: Range['start']) => text.offset(at) - span.start,
    length: span.end - span.start,
  };
  const slice = (from: number, to: number): string => text.slice(span.start + from, span.start + to);
  const before = slice(0, within.length);
  const after = applyEdits({ ...within, slice }, edits);
  const around = first.index === undefined ? '' : `${first.key ?? 'list'}:\n`;
  return isSame(around + before, around + after) ? withBreaksOf(text, edits) : [];
}

/** Whether two texts say the same, comments included. */
function isSame(before: string, after: string): boolean {
  const [old, formatted] = [readDocument(before), readDocument(after)];
  // What does not count to Kong is not read, and might become something else.
  if ([old, formatted].some((each) => each.problems.length + each.furtherDocuments.length > 0)) return false;
  return JSON.stringify(old.value) === JSON.stringify(formatted.value) && comments(before) === comments(after);
}

const comments = (text: string): number => text.match(/(?:^|\s)#/gm)?.length ?? 0;
