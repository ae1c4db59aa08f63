import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineIndex } from '../../../src/language/lineIndex.js';

test('counts characters in UTF-16 units and ends lines as the protocol does', () => {
  const lines = new LineIndex('a😀b\r\nc\rd\n');
  expect(lines.lineCount).toBe(4);
  expect(lines.position(4)).toEqual({ line: 0, character: 4 });
  expect(lines.position(6)).toEqual({ line: 1, character: 0 });
  expect(lines.position(8)).toEqual({ line: 2, character: 0 });
  expect(lines.offset({ line: 0, character: 99 })).toBe(4);
  expect(lines.offset({ line: 99, character: 0 })).toBe(10);
});

test('offsets and positions turn into each other, line breaks aside', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '😀', 'ü') }), fc.nat(), (text, seed) => {
      const offset = text.length === 0 ? 0 : seed % (text.length + 1);
      const lines = new LineIndex(text);
      const back = lines.offset(lines.position(offset));
      expect(text.slice(back, offset)).toMatch(/^[\r\n]*$/);
    }),
  );
});

test('whatever is asked first, the answers are the same', () => {
  const asked = fc.record({ what: fc.constantFrom('position', 'offset', 'end', 'count'), at: fc.nat(12) });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\r\n') }),
      fc.array(asked, { minLength: 1 }),
      (text, questions) => {
        const answer = (lines: LineIndex, { what, at }: (typeof questions)[number]): unknown => {
          if (what === 'position') return lines.position(at);
          if (what === 'offset') return lines.offset({ line: at, character: at % 3 });
          return what === 'end' ? lines.lineEnd(at) : lines.lineCount;
        };
        const lines = new LineIndex(text);
        for (const question of questions) {
          const all = new LineIndex(text);
          expect(all.lineCount).toBe(text.split(/\r\n|\r|\n/).length);
          expect(answer(lines, question)).toEqual(answer(all, question));
        }
      },
    ),
  );
});
