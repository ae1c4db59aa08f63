import { readDocument } from '../../../src/language/document.js';
import type { FileKind } from '../../../src/language/fileKind.js';
import { LineIndex } from '../../../src/language/lineIndex.js';
import type { Position, Range } from '../../../src/language/diagnostic.js';
import type { OpenDocument } from '../../../src/language/openDocument.js';
import { wholeDocument } from '../../../src/language/wholeDocument.js';
import { facts39 } from './facts.js';

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

/** A text as features see it, held to Kong 3.9. */
export function opened(text: string, kind: FileKind = 'deck'): OpenDocument {
  return wholeDocument(readDocument(text), { uri: 'file:///kong.yaml', version: 1, kind, facts: facts39 });
}
