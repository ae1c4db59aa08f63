import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CutText } from '../../../../src/language/incremental/cutText.js';
import { liveDocument } from '../../../../src/language/incremental/liveDocument.js';
import { LiveText } from '../../../../src/language/incremental/liveText.js';
import { splitText } from '../../../../src/language/incremental/cutText.js';
import { LineIndex } from '../../../../src/language/lineIndex.js';
import type { OpenDocument, Part } from '../../../../src/language/openDocument.js';
import { facts39 } from '../facts.js';
import { edit, editBoth, runs } from './edits.js';
import { bases } from './texts.js';

/** Only the text of it is asked for. */
const documentOf = (cut: CutText): OpenDocument =>
  liveDocument(cut, () => undefined as never, {
    uri: 'file:///kong.yaml',
    version: 1,
    kind: 'deck',
    facts: facts39,
    isWhole: true,
  });

function holdLines({ text }: OpenDocument, plain: string): void {
  const lines = new LineIndex(plain);
  expect(text.length).toBe(plain.length);
  expect(text.lineCount).toBe(lines.lineCount);
  for (let line = -1; line <= lines.lineCount; line++) {
    const written = line < 0 || line >= lines.lineCount ? '' : plain.slice(lines.lineStart(line), lines.lineEnd(line));
    expect(text.line(line)).toBe(written);
  }
}

function holdPlaces({ text }: OpenDocument, plain: string, numbers: readonly number[]): void {
  const lines = new LineIndex(plain);
  for (const [index, number] of numbers.entries()) {
    const offset = number % (plain.length + 3);
    expect(text.position(offset)).toEqual(lines.position(offset));
    const position = { line: number % (lines.lineCount + 2), character: (number >> 8) % 60 };
    expect(text.offset(position)).toBe(lines.offset(position));
    const other = (numbers[index + 1] ?? 0) % (plain.length + 3);
    expect(text.slice(offset, other)).toBe(offset > other ? '' : plain.slice(offset, other));
  }
}

/** Parts lie side by side over all lines, and are those of the text cut anew. */
function holdParts(document: OpenDocument, plain: string): void {
  const anew = documentOf(splitText(plain));
  const parts: Part[] = [];
  for (let line = 0; line < document.text.lineCount; line++) {
    const part = document.partAt(line);
    expect(part).toEqual(anew.partAt(line));
    expect(part.startLine).toBeLessThanOrEqual(line);
    expect(part.endLine).toBeGreaterThan(line);
    const before = parts.at(-1);
    if (before && before.startLine === part.startLine) expect(part).toEqual(before);
    else {
      expect(part.startLine).toBe(before?.endLine ?? 0);
      parts.push(part);
    }
  }
  expect(parts.at(-1)?.endLine ?? 0).toBe(document.text.lineCount);
}

test('after any edits, lines, offsets, slices and parts are those of a plain string', async () => {
  const numbers = fc.array(fc.nat(), { minLength: 1, maxLength: 6 });
  const sequence = fc.array(edit, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.nat(bases.length - 1), sequence, numbers, async (base, edits, asked) => {
      await new Promise(setImmediate);
      let plain = bases[base] ?? '';
      const live = new LiveText('file:///kong.yaml', 'yaml', 0, plain);
      live.parts();
      edits.forEach((one, index) => {
        plain = editBoth(live, plain, one);
        expect(live.getText()).toBe(plain);
        if (!one.isSeen && index < edits.length - 1) return;
        const cut = live.parts();
        if (!cut) return;
        const document = documentOf(cut);
        holdLines(document, plain);
        holdPlaces(document, plain, asked);
        holdParts(document, plain);
      });
    }),
    { numRuns: runs(10_000) },
  );
}, 1_800_000);
