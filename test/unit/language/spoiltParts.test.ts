import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpoiltParts } from '../../../src/language/spoiltParts.js';
import type { Span } from '../../../src/language/tree.js';

const problem = (start: number, within?: Span) => ({
  code: 'yaml-syntax' as const,
  message: 'no',
  start,
  end: start + 1,
  ...(within && { within }),
});

test('an error that is not known to stay in a part spoils all from the first of them on', () => {
  expect(new SpoiltParts([]).allFrom).toBe(Infinity);
  expect(new SpoiltParts([problem(2, { start: 0, end: 4 }), problem(9), problem(7)]).allFrom).toBe(7);
});

const span = fc.tuple(fc.nat(60), fc.nat(12)).map(([start, length]) => ({ start, end: start + length }));

test('a part is touched as it would be if every error were asked', () => {
  fc.assert(
    fc.property(fc.array(span), span, (parts, asked) => {
      const spoilt = new SpoiltParts(parts.map((within) => problem(within.start, within)));
      expect(spoilt.touch(asked)).toBe(parts.some(({ start, end }) => start < asked.end && end > asked.start));
    }),
  );
});
