import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPath, parsePath } from '../../../src/schema/problem.js';

test.each<[string, (string | number)[]]>([
  ['services[0].routes[1].paths[0]', ['services', 0, 'routes', 1, 'paths', 0]],
  ['config.headers["a.b"]', ['config', 'headers', 'a.b']],
  ['["a[0]"][""].c', ['a[0]', '', 'c']],
  ['', []],
])('%s', (text, path) => {
  expect(formatPath(path)).toBe(text);
  expect(parsePath(text)).toEqual(path);
});

test('what is written is what is read', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.string({ unit: 'grapheme' }))), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});
