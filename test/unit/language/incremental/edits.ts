import fc from 'fast-check';
import { LineIndex } from '../../../../src/language/lineIndex.js';
import type { LiveText } from '../../../../src/language/incremental/liveText.js';
import { pieces } from './texts.js';

/** Sequences of edits; `KONG_BACKUP_RUNS` says how many. */
export const runs = (inCi: number): number =>
  Number(process.env['KONG_BACKUP_RUNS'] ?? (process.env['CI'] ? inCi : 100));

/** What a person does to a text, and who looks at it behind that: an editor may send several edits before anybody does. */
export const edit = fc.record({
  at: fc.nat(),
  size: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) }, fc.nat(60)),
  what: fc.constantFrom('type', 'type', 'cutLines', 'pasteLines', 'indent', 'outdent', 'breaks'),
  piece: fc.constantFrom(...pieces),
  from: fc.nat(),
  isSeen: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
});

export type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

interface Change {
  start: number;
  end: number;
  text: string;
}

function changeOf(text: string, { at, size, what, piece, from }: Edit): Change {
  const start = at % (text.length + 1);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const found = text.indexOf('\n', start);
  const lineEnd = found < 0 ? text.length : found + 1;
  switch (what) {
    case 'cutLines':
      return { start: lineStart, end: Math.min(text.length, lineEnd + size), text: '' };
    case 'pasteLines': {
      const other = from % (text.length + 1);
      const otherStart = text.lastIndexOf('\n', other - 1) + 1;
      return { start: lineStart, end: lineStart, text: text.slice(otherStart, otherStart + 20 + size) };
    }
    case 'indent':
      return { start: lineStart, end: lineStart, text: '  ' };
    case 'outdent':
      return { start: lineStart, end: Math.min(lineStart + 2, lineEnd), text: '' };
    case 'breaks':
      return { start, end: start, text: '\r\n' };
    default:
      return { start, end: Math.min(text.length, start + size), text: piece };
  }
}

/** Does to a live text what it does to a plain one. @returns the plain one. */
export function editBoth(live: LiveText, text: string, one: Edit): string {
  const change = changeOf(text, one);
  const lines = new LineIndex(text);
  const range = { start: lines.position(change.start), end: lines.position(change.end) };
  live.change([{ range, text: change.text }], live.version + 1);
  // A position stands for the offset that the protocol makes of it.
  return text.slice(0, lines.offset(range.start)) + change.text + text.slice(lines.offset(range.end));
}
