import type { TextView } from './openDocument.js';

/** Characters looked through at a time. */
const stretch = 1_000_000;

/** Where a text of one line stands. */
export function* offsetsOf(text: TextView, wanted: string): Generator<number> {
  for (let start = 0; start < text.length; start += stretch) {
    const piece = text.slice(start, Math.min(text.length, start + stretch + wanted.length - 1));
    for (let index = piece.indexOf(wanted); index >= 0; index = piece.indexOf(wanted, index + 1)) yield start + index;
  }
}
