import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject, type Json } from '../../../src/core/json.js';
import { rangeOf, readDocument, treeDocument } from '../../../src/language/document.js';
import { parseAnyText } from '../../../src/language/parse.js';
import type { Path } from '../../../src/schema/problem.js';
import { comparable } from './comparableTree.js';

/** The paths of all that a value holds, and of something that each map does not. */
function* pathsOf(value: Json | undefined, path: Path): Generator<Path> {
  yield path;
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* pathsOf(item, [...path, index]);
  if (!isObject(value)) return;
  yield [...path, 'missing', 'too'];
  for (const [key, item] of Object.entries(value)) yield* pathsOf(item, [...path, key]);
}

/** Holds what is read fast to what the full parser reads. @returns whether the text was read fast. */
function agrees(text: string, json = false): boolean {
  const fast = readDocument(text, json);
  if (!fast.repeatedKeysIn) return false;
  const parsed = parseAnyText(text, json);
  const slow = treeDocument(text, fast.lines, parsed);
  expect([slow.problems, slow.furtherDocuments]).toEqual([[], []]);
  expect(fast.value).toEqual(slow.value);
  for (const path of pathsOf(slow.value, [])) {
    if (path.length === 0) continue;
    for (const aspect of ['key', 'value', 'entity'] as const) {
      const range = rangeOf(slow, path, aspect);
      // Where exactly nothing stands may differ.
      if (!isDeepStrictEqual(range.start, range.end))
        expect({ path, range: rangeOf(fast, path, aspect) }).toEqual({ path, range });
    }
  }
  expect(fast.root && comparable(fast.root, text)).toEqual(slow.root && comparable(slow.root, text));
  return true;
}

const windows = (text: string): string => text.replaceAll('\n', '\r\n');

test.each([
  ['a dump', '_format_version: "3.0"\nservices:\n- name: a\n  tags:\n  - x\n  - "y # z" # comment\n  routes: []\n'],
  ['lists of maps', 'a:\n  - b: 1\n    c:\n    - d: {}\n    - e:\n  -\n    f: x\n  -\n'],
  [
    'literal blocks',
    'cert: |\n  -----BEGIN\n\n  abc\n  -----END\n\nkey: |-\n    two\n      deep\nlast: |+\n  end\n\nz: 1',
  ],
  ['a last block', 'a: |\n  end'],
  [
    'folded blocks',
    'a: >\n  one\n  two\n\n  three\n    deep\n    deeper\n  four\n\nb: >-\n  x\n\n\n  y\nc: >+\n  z\n\n',
  ],
  [
    'what stands twice, and only nearly so',
    'top:\n- a:\n    k: |\n      x\n  b: 1\n- a:\n    k: |\n      x\n      # y\n  b: 1\n- a:\n    k: |+\n      x\n- a:\n    k: |+\n' +
      '      x\n\n- a:\n    - 1\n- a:\n    - 1\n    - 2\n- a: {b: c}\n- a: {b: c}\n- a: {b: c, d: e}\n',
  ],
  [
    'keys that stand twice below the top',
    'a:\n- b: 1\n  c: 2\n  b: 3\n- d: {e: 1, f: 2, e: {g: 1, g: 2}}\n- h:\n    i: 1\n    i: 2\n- h:\n    i: 1\n    i: 2\nj:\n  k: 1\n  k: 2\n',
  ],
  ['tabs inside of text', 'a: |\n  x\n  \ty\nb: "c\td"\n# e\tf\ng: 1\n'],
  ['YAML 1.1 scalars', 'a: yes\nyes: 0120\nb: ~\nc: 1:20\nd: 1_000\ne: -1\nf: http://x:80/y?z\n'],
  ['quotes', `a: "x\\n\\"\\\\"\nb: 'it''s'\n"c d": ""\n'e f': "\\u00e9\\x41\\/\\t"\n`],
  [
    'text over lines',
    `a: one two\n  three\n\n  four\nb: 5\nc:\n  - x y\n    z\nd: 'p\n  q\n\n  r'\ne: "s\\\n  \\ t\n  u"\n`,
  ],
  ['a start marker, comments, blanks', '# zero\n\n--- # first\n\n# one\na: 1 # two\n\n  # three\nb:  2  \n'],
  ['a mark of byte order', '\ufeffa: 1\nb:\n- c: 1\n'],
  [
    'brackets',
    'a: [b, "c", \'d\', 1, -e, f g]\nb: {c: d, "e": [1, {f: yes}], \'g\': ~}\nc: [{d: e}, {f: []}]\nd:\n- [a]\n- {b: c}\n',
  ],
  ['brackets over lines', 'a: [\n  b,\n  c, # d\n  ]\ne:\n  - { f: g,\n      h: {i: j,\n   },\n   }\n'],
  ['URLs in brackets', 'a: [http://b:80/c, {d: e://f}]\n'],
  [
    'anchors and aliases',
    'a: &x\n  b: 1\nc: *x\nd: &y [1, &z z, *z]\ne: [*y, {f: *x}]\ng:\n- &i h: 1\n'.replace('&i ', ''),
  ],
  ['merges', 'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne:\n  - {<<: [*x, {f: 4}], g: 5}\n'],
  ['numbers for keys', 'a:\n  200: x\n  404: y\n'],
  ['keys of many kinds', '/a/b: 1\n$c: 2\nd@e: 3\nf+g: 4\n'],
  ['other letters', 'ä: ö ü\nname: "日本"\nb: 日本 語\n# ß\n'.replace('ä', 'a')],
])('reads %s at once', (_, text) => {
  expect(agrees(text)).toBe(true);
  expect(agrees(windows(text))).toBe(true);
});

test.each([
  ['{}'],
  [
    '{"_format_version": "3.0", "services": [{"name": "a", "port": 80, "tags": ["x", "y"]}, {"name": "b"}], "c": {"d": null}}',
  ],
  ['{\n\t"a": [1, -2.5e3, true, false, null],\n\t"b": "\\u00e9\\n\\/",\r\n\t"c": []\n}\n'],
  ['\ufeff{"a": 1}'],
])('reads the JSON %j at once', (text) => {
  expect(agrees(text, true)).toBe(true);
  expect(agrees(text)).toBe(true);
});

test.each([
  '{"a": 1,}',
  '{a: 1}',
  "{'a': 1}",
  '{"a": 01}',
  '{"a": 1} # b',
  '{"a": 1, "a": 2}',
  '{"a": [1,]}',
  '[1]',
  '{"a": "\t"}',
  '',
])('leaves %j to the full parser where JSON is wanted', (text) => expect(agrees(text, true)).toBe(false));

test.each([
  'text',
  '  a: 1',
  'a: b: c',
  'a: "b',
  'a: *b',
  'a: &b [*b]',
  'a: !!str 1',
  'a: &b\nc: *b',
  '1: a',
  '<<: {a: b}',
  'a: b\nb: c\na: d',
  'a: |2\n    b',
  'a: 1\n---\nb: 2',
  'a:\tb',
  'a: 1\rb: 2',
  '? a',
  'a: - b',
  '- a',
  'a: @b',
  "a: 'b' c",
  'a: |\n b\nc',
  'a: [b\nc]',
  'a: {b, c}',
  'a: [b: c]',
  'a: [b',
  'a: b # c\n  d',
])('leaves %j to the full parser', (text) => {
  expect(agrees(text)).toBe(false);
});

const words = fc.constantFrom(
  ...[
    'a',
    'b',
    'name',
    'yes',
    '12',
    '/x',
    'http://h:1',
    '"q"',
    "'s'",
    '"',
    "'",
    '~',
    '{}',
    '[]',
    '[a]',
    '{a: b}',
    '|',
    '|-',
    '>',
  ],
  ...[
    '&x',
    '*x',
    '!t',
    '#',
    ' #c',
    ':',
    ': ',
    ': ',
    ':\n',
    '- ',
    '-',
    '-1',
    '?',
    '? ',
    '%',
    '@',
    ',',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '\\n',
  ],
  ...['.', '---', '...', '<<', '😀', 'ü', '\\', '\\\n', '\n', '\n  ', '>-\n  a\n  b\n', '\t'],
);
const likelyValue = fc.oneof(
  words,
  fc.constantFrom(
    '',
    '[a, b]',
    '{a: 1, b: [c]}',
    '&x 1',
    '&x',
    '*x',
    '[*x]',
    '{<<: *x, c: d}',
    "'a\n    b'",
    '"a\n\n    b\\n"',
    'x\n    y',
    '[a,\n    b]',
  ),
);
const line = fc
  .tuple(
    fc.constantFrom(0, 0, 2, 2, 4, 4, 6),
    fc.constantFrom('', '', '- ', '- '),
    fc.constantFrom('a: ', 'b:', 'c: ', '"d": ', '', 'e: ', 'f: ', '<<: '),
    fc.array(likelyValue, { maxLength: 2 }),
  )
  .map(([indent, item, key, values]) => ' '.repeat(indent) + item + key + values.join(''));

type Block = string | { item: boolean; gap: string; children: Block[] };

const block = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      ...['x', '12', 'yes', '"q # \\n"', "'it''s'", '~', '{}', '[]', '-1', 'a b', 'u:/v#w', 'x # c', ''],
      ...[
        '|\n    l1\n\n      l2',
        '|-\n        x\n',
        '>\n          f\n          g\n\n          h',
        '>-\n          i\n           j',
      ],
      ...[
        '[a, "b", {c: d}]',
        '{e: [f, 1], g: h}',
        '[\n          a,\n          b ]',
        'x y\n          z',
        '"x\n          z"',
        "'p\n\n          q'",
      ],
      ...['&n v', '&m [1, {k: 2}]', '*n', '*m', '[*n, *m]', '&o\n          k: v', '{<<: *o, k2: 3}'],
    ),
    fc.record({
      item: fc.boolean(),
      gap: fc.constantFrom('', '', '', '# c\n', '\n', '  \n', '   # d\n'),
      children: fc.array(tie('block'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).block;

function write(node: Block, column: number, level: boolean): string {
  if (typeof node === 'string') return ` ${node}\n`;
  const pad = ' '.repeat(level && node.item ? Math.max(0, column - 2) : column);
  const parts = node.children.map((child, index) => {
    const inside = write(child, column + 2, index % 2 === 0);
    if (!node.item) return `${pad}k${index}:${typeof child === 'string' ? inside : `\n${inside}`}`;
    const compact = typeof child !== 'string' && !child.item && index % 2 === 0;
    return `${pad}-${typeof child === 'string' ? inside : compact ? ` ${inside.trimStart()}` : `\n${inside}`}`;
  });
  return parts.join(node.gap);
}

/** Lists whose items say the same in part, with all that may stand between them. */
const repeating = fc
  .tuple(
    fc.array(block, { minLength: 1, maxLength: 3 }),
    fc.array(
      fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('', '', '', '\n', '# c\n', '          # d\n', '      e: 1\n')),
      {
        minLength: 2,
        maxLength: 6,
      },
    ),
  )
  .map(([blocks, items]) => {
    const written = blocks.map((node) =>
      typeof node === 'string' ? write(node, 0, false) : `\n${write(node, 6, false)}`,
    );
    const value = (at: number): string => written[at % written.length] ?? '';
    return `top:\n${items.map(([one, other, gap]) => `  - a:${value(one)}${gap}    b:${value(other)}`).join('')}`;
  });

const ofJson = fc
  .record({ value: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue()), indent: fc.constantFrom(0, 2, '\t') })
  .map(({ value, indent }) => JSON.stringify(value, null, indent));

const runs = Number(process.env['KONG_BACKUP_RUNS'] ?? 100) * 4;

test.each([
  ['lines at random', fc.array(line, { maxLength: 7 }).map((lines) => lines.join('\n')), 0.004],
  ['blocks', block.map((node) => `top:\n${write(node, 2, false)}`), 0.2],
  ['repeats', repeating, 0.2],
  ['JSON', ofJson, 0.2],
])('what it reads at once, the full parser reads the same: %s', (_, texts, share) => {
  let fast = 0;
  fc.assert(
    fc.property(texts, fc.boolean(), fc.constantFrom('', '\n'), (text, isWindows, end) => {
      const whole = text + end;
      if (agrees(isWindows ? windows(whole) : whole)) fast++;
    }),
    { numRuns: runs },
  );
  // The property says nothing where all texts are out of the ordinary.
  expect(fast / runs).toBeGreaterThan(share);
});

test('what it reads of JSON, a JSON parser reads the same', () => {
  const spoiled = fc
    .tuple(
      ofJson,
      fc.nat(),
      fc.nat(2),
      fc.constantFrom('', ',', '"', '\\', '1', '0', '-', '.', 'e', ' ', '\t', '\n', '}', ']', ':', '\u0001', 'null'),
    )
    .map(
      ([text, at, cut, put]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut),
    );
  fc.assert(
    fc.property(spoiled, (text) => {
      const fast = readDocument(text, true);
      if (fast.repeatedKeysIn) expect(fast.value).toEqual(JSON.parse(text));
    }),
    { numRuns: runs },
  );
});
