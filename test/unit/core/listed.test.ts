import { expect, it } from 'vitest';
import { listed } from '../../../src/core/listed.js';

it.each([
  [[], 5, ''],
  [['a', 'b'], 2, 'a, b'],
  [['a', 'b', 'c'], 2, 'a, b and 1 more'],
])('names the first of %j, up to %i, and counts the others', (names, most, text) => {
  expect(listed(names, most)).toBe(text);
});

it('puts what it is told to between them', () => {
  expect(listed(['a', 'b', 'c', 'd'], 3, '; ')).toBe('a; b; c and 1 more');
});
