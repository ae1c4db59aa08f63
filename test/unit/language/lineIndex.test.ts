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
