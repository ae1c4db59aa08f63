import type { TextEdit } from 'vscode-languageserver-types';
import type { Path } from '../schema/problem.js';
import { lastOf } from './edits.js';
import type { OpenDocument } from './openDocument.js';
import { tieOf } from './writtenValue.js';

/** An item of a list in lines, with the comments that belong to it. */
export interface ItemText {
  /** With the comments above. */
  firstLine: number;
  /** Of the `-`. */
  dashLine: number;
  /** Exclusive. */
  endLine: number;
  /** Column of the `-`. */
  dash: number;
  /** True for an item in braces. */
  flow: boolean;
}

const anchor = /(?:^|[\s,[{:-])[&*][\w.-]+|<<\s*:/;

/** Undefined for an item that is not in lines of its own, or that, or what it is in, has to do with other places: anchors, aliases. */
export function itemTextAt(document: OpenDocument, path: Path): ItemText | undefined {
  const { text } = document;
  const node = document.nodeAt(path);
  if (node?.type !== 'map' || tieOf(document, path)) return undefined;
  const start = text.position(node.start);
  const dash = /^( *)-\s+$/.exec(text.line(start.line).slice(0, start.character))?.[1]?.length;
  if (dash === undefined) return undefined;
  let firstLine = start.line;
  while (firstLine > 0 && isComment(text.line(firstLine - 1), dash, dash)) firstLine--;
  let endLine = text.position(lastOf(text, node)).line + 1;
  while (endLine < text.lineCount && isComment(text.line(endLine), dash + 1, Infinity)) endLine++;
  for (let line = firstLine; line < endLine; line++) {
    const written = text.line(line);
    const isDeep = written.trim() === '' || written.search(/[^ ]/) >= dash;
    if (!isDeep || anchor.test(written)) return undefined;
  }
  return { firstLine, dashLine: start.line, endLine, dash, flow: node.flow };
}

function isComment(line: string, least: number, most: number): boolean {
  const column = line.search(/\S/);
  return line[column] === '#' && column >= least && column <= most;
}

/** The lines of an item once edits inside it are made, without the blanks before its `-`. */
export function linesOf({ text }: OpenDocument, item: ItemText, edits: readonly TextEdit[] = []): string[] {
  const lines: string[] = [];
  for (let line = item.firstLine; line < item.endLine; line++) lines.push(text.line(line));
  const whole = edited(lines, item.firstLine, edits);
  return whole.map((line) => (line.trim() === '' ? '' : line.slice(item.dash)));
}

function edited(lines: readonly string[], firstLine: number, edits: readonly TextEdit[]): string[] {
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.length + 1;
  }
  let whole = lines.join('\n');
  const offset = ({ line, character }: TextEdit['range']['start']): number =>
    (starts[line - firstLine] ?? whole.length + 1) + character;
  const placed = edits.map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }));
  for (const { start, end, newText } of placed.sort((a, b) => b.start - a.start)) {
    whole = whole.slice(0, start) + newText + whole.slice(end);
  }
  return whole.replace(/\n$/, '').split('\n');
}

export const indented = (lines: readonly string[], columns: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line));
