import type { Range, SelectionRange } from 'vscode-languageserver-types';
import type { Position } from '../diagnostic.js';
import type { OpenDocument } from '../openDocument.js';

/** What to select around each position, from the inside out: text, value, entry, entity, list, file. */
export function selectionRanges(document: OpenDocument, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const ranges = around(document, position);
    const whole = { start: { line: 0, character: 0 }, end: document.text.position(document.text.length) };
    return ranges.reduceRight<SelectionRange>((parent, range) => ({ range, parent }), { range: whole });
  });
}

/** From the inside out, each larger than the one before. */
function around(document: OpenDocument, position: Position): Range[] {
  const { path, onKey } = document.pathAt(position);
  const ranges: Range[] = [];
  const add = (range: Range): void => {
    const before = ranges.at(-1);
    if (holds(range, before ?? { start: position, end: position }) && !(before && holds(before, range)))
      ranges.push(range);
  };
  for (let depth = path.length; depth > 0; depth--) {
    const part = path.slice(0, depth);
    const value = document.rangeOf(part, 'value');
    if (depth === path.length && onKey) add(document.rangeOf(part, 'key'));
    else {
      add(unquoted(document, value));
      add(value);
    }
    if (typeof path[depth - 1] === 'string') add({ start: document.rangeOf(part, 'key').start, end: value.end });
  }
  return ranges;
}

function unquoted({ text }: OpenDocument, range: Range): Range {
  const [start, end] = [text.offset(range.start), text.offset(range.end)];
  if (end - start < 2 || !/["']/.test(text.slice(start, start + 1))) return range;
  return { start: text.position(start + 1), end: text.position(end - 1) };
}

const holds = (outer: Range, inner: Range): boolean =>
  !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);

const isBefore = (a: Position, b: Position): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character);
