import { describe, expect, test } from 'vitest';
import { parseText } from '../../../src/language/parse.js';
import { valueOf } from '../../../src/language/tree.js';

const read = (text: string) => {
  const { root, problems } = parseText(text, false);
  return { value: root && valueOf(root), problems: problems.length };
};

describe('lines inside of quotes and brackets start in any column, as Kong and decK read them', () => {
  test.each<[string, string, unknown]>([
    ['double quotes', 'a:\n  b: "x\ny"\n  c: 1\n', { a: { b: 'x y', c: 1 } }],
    [
      'single quotes',
      "- name: x\n  code:\n    - 'local a\n  return\n  '\n",
      [{ name: 'x', code: ['local a return '] }],
    ],
    ['a list', 'a: [\n1,\n2\n]\nb: 2\n', { a: [1, 2], b: 2 }],
    ['a map', '- {a: b\n,c: d}\n- 1\n', [{ a: 'b', c: 'd' }, 1]],
    ['JSON below a key', 'a: {\n"x": 1,\n"y": [\n1\n]\n}\nb: "c"\n', { a: { x: 1, y: [1] }, b: 'c' }],
    ['text in brackets', 'a: [x\ny]\nb: 1\n', { a: ['x y'], b: 1 }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual({ value, problems: 0 });
  });

  test.each([
    ['what is never closed', 'a: "x\nb: 1\n'],
    ['where a document starts', 'a: "x\n---\ny"\n'],
    ['a bracket that is never closed', 'a: [1,\nb: 2\n'],
  ])('but not %s', (_, text) => {
    expect(read(text).problems).toBeGreaterThan(0);
  });
});
