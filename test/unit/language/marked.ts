import { LineIndex } from '../../../src/language/lineIndex.js';
import type { Position, Range } from '../../../src/language/diagnostic.js';

/** Text with one `|` where the cursor is. */
export function withCursor(marked: string): { text: string; position: Position } {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error('no | in the text');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, position: new LineIndex(text).position(offset) };
}

/** What stands at a range. */
export function textAt(text: string, { start, end }: Range): string {
  const lines = new LineIndex(text);
  return text.slice(lines.offset(start), lines.offset(end));
}
