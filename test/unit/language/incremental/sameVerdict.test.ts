import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../../../src/language/document.js';
import { LiveText } from '../../../../src/language/incremental/liveText.js';
import { LiveVerdict } from '../../../../src/language/incremental/verdict.js';
import { LineIndex } from '../../../../src/language/lineIndex.js';
import { validateDocument } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';
import { bases, pieces } from './texts.js';

/** Sequences of edits; `KONG_BACKUP_RUNS` says how many. */
const runs = Number(process.env['KONG_BACKUP_RUNS'] ?? (process.env['CI'] ? 10_000 : 100));

const edit = fc.record({
  at: fc.nat(),
  size: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) }, fc.nat(60)),
  what: fc.constantFrom('type', 'type', 'cutLines', 'pasteLines', 'indent', 'outdent', 'breaks'),
  piece: fc.constantFrom(...pieces),
  from: fc.nat(),
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

interface Change {
  start: number;
  end: number;
  text: string;
}

/** What an edit of a person does to a text. */
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

const apply = (text: string, { start, end, text: put }: Change): string => text.slice(0, start) + put + text.slice(end);

test('after any edits the verdict is that of the text from scratch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(bases.length - 1), fc.array(edit, { minLength: 1, maxLength: 5 }), async (base, edits) => {
      // The runner of tests gets its turn.
      await new Promise(setImmediate);
      let text = bases[base] ?? '';
      const live = new LiveText('file:///kong.yaml', 'yaml', 0, text);
      const verdict = new LiveVerdict(live);
      verdict.diagnostics({ facts: facts39 });
      edits.forEach((one, index) => {
        const change = changeOf(text, one);
        const lines = new LineIndex(text);
        const range = { start: lines.position(change.start), end: lines.position(change.end) };
        // A position stands for the offset that the protocol makes of it.
        const placed = { ...change, start: lines.offset(range.start), end: lines.offset(range.end) };
        text = apply(text, placed);
        live.change([{ range, text: change.text }], index + 1);
        expect(live.getText()).toBe(text);
        const found = verdict.diagnostics({ facts: facts39 });
        expect(found).toEqual(validateDocument(readDocument(text), { kind: 'auto', facts: facts39 }).diagnostics);
      });
    }),
    { numRuns: runs },
  );
}, 1_800_000);
