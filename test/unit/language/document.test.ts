import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/json.js';
import { pathAt, rangeOf, readDocument, treeDocument } from '../../../src/language/document.js';
import { parseAnyText } from '../../../src/language/parse.js';
import type { Path } from '../../../src/schema/problem.js';
import { textAt, withCursor } from './marked.js';

const valueOf = (text: string): unknown => readDocument(text).value;
const codes = (text: string): string[] => readDocument(text).problems.map(({ code }) => code);

describe('reading', () => {
  test('merges, aliases and the last of duplicate keys, as Kong does', () => {
    expect(valueOf('base: &b {a: 1, b: 2}\nc:\n  a: 3\n  <<: *b\nd: 1\nd: 2')).toEqual({
      base: { a: 1, b: 2 },
      c: { a: 3, b: 2 },
      d: 2,
    });
  });

  test('a map numbered from 1 is a list to Lua, unless its keys are quoted', () => {
    expect(valueOf('a: {1: x, 2: y}\nb: {"1": x}\nc: {2: x}')).toEqual({ a: ['x', 'y'], b: { 1: 'x' }, c: { 2: 'x' } });
  });

  test('the first document only, and where the next one starts', () => {
    const document = readDocument('a: 1\n---\nb: 2\n');
    expect(document.value).toEqual({ a: 1 });
    expect(document.furtherDocuments).toHaveLength(1);
  });

  test('BOM, CRLF, JSON with tabs', () => {
    expect(valueOf('\ufeffa: 1\r\nb: 2\r\n')).toEqual({ a: 1, b: 2 });
    expect(readDocument('{\n\t"a": [1,\n\t2]\n}')).toMatchObject({ value: { a: [1, 2] }, problems: [] });
  });

  test('`__proto__` is a key like any other', () => {
    const value = valueOf('__proto__: {polluted: yes}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test('goes on after an error', () => {
    const document = readDocument('a: 1\nb: "x\nc: 2\n');
    expect(document.problems).toHaveLength(1);
    expect(document.value).toMatchObject({ a: 1 });
  });
});

describe('hostile text', () => {
  test.each<[string, string, string]>([
    ['NUL', 'a: \0', 'not-text'],
    ['half a surrogate pair', 'a: \ud800', 'not-text'],
    ['10,000 brackets', '['.repeat(10_000), 'too-deep'],
    ['10,000 maps', '{a: '.repeat(10_000), 'too-deep'],
    [
      '3,000 levels of indentation',
      Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'too-deep',
    ],
    ['a bomb of aliases', bomb(), 'alias-bomb'],
    ['a chain of aliases', chain(), 'alias-bomb'],
    ['an alias of what it stands in', '&a {b: *a}', 'alias-cycle'],
    ['an alias of nothing', 'a: *b', 'yaml-syntax'],
    ['a line of 5 MB', `a: [${'1,'.repeat(2_500_000)}`, 'line-too-long'],
  ])('%s', (_, text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  function bomb(): string {
    const level = (i: number): string =>
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(',')}]`;
    return ['a0: &a0 [x,x,x]', ...Array.from({ length: 12 }, (_, i) => level(i + 1))].join('\n');
  }
  function chain(): string {
    const level = (i: number): string => `a${i}: &a${i} [*a${i - 1}]`;
    return ['a0: &a0 [x]', ...Array.from({ length: 10_000 }, (_, i) => level(i + 1))].join('\n');
  }
});

describe('places', () => {
  const text =
    'services:\n  - name: s1 # first\n    tags: [a, b]\n    body: |\n      one\n      two\n\n  - {name: s2}\nempty:\n';
  const document = readDocument(text);
  const at = (path: (string | number)[], aspect: 'key' | 'value' | 'entity'): string =>
    textAt(text, rangeOf(document, path, aspect));

  test('keys, values and entities', () => {
    expect(at(['services', 0, 'name'], 'value')).toBe('s1');
    expect(at(['services', 0, 'name'], 'key')).toBe('name');
    expect(at(['services', 0, 'tags', 1], 'value')).toBe('b');
    expect(at(['services', 0, 'body'], 'value')).toBe('|\n      one\n      two');
    expect(at(['services', 0], 'entity')).toBe('name');
    expect(at(['services', 1], 'entity')).toBe('{');
  });

  test('what is missing shows at the nearest thing that is there', () => {
    expect(at(['services', 0, 'host'], 'value')).toBe('name');
    expect(at(['empty'], 'value')).toBe('empty');
    expect(at(['nothing', 'here'], 'value')).toBe('services');
  });

  test('the path under a cursor', () => {
    const { text, position } = withCursor('services:\n  - name: s1\n    ta|gs: [a]\n');
    const document = readDocument(text);
    expect(pathAt(document, document.lines.offset(position))).toEqual({ path: ['services', 0, 'tags'], onKey: true });
  });
});

/** Every path of a value, those of fields that are missing among them. */
function* pathsOf(value: Json, path: Path = []): Generator<Path> {
  yield path;
  yield [...path, 'missing'];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield* pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

test.each([
  '_format_version: "3.0"\nservices:\n- name: a\n  tags: []\n  host:\n\n# c\n- name: b # x\n  routes:\n  - paths:\n    - /a\n',
  'services:\n    - name: a\n      key: |\n        x\n        y\n\n    - \n      name: "b"\nplugins:\n  - a\n  -\n  - c: {}\n',
  'a:\n  b:\n    - c\n    - d: 1\n',
])('places of the items of %j are those of the whole tree', (text) => {
  const plain = readDocument(text);
  const whole = treeDocument(text, plain.lines, parseAnyText(text, false));
  expect(plain.repeatedKeysIn).toEqual([]);
  for (const aspect of ['key', 'value', 'entity'] as const) {
    for (const path of [...pathsOf(plain.value!), ['services', 9, 'x']]) {
      if (path.length < 2) continue;
      expect([path, rangeOf(plain, path, aspect)]).toEqual([path, rangeOf(whole, path, aspect)]);
    }
  }
});
