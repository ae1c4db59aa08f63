import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnyText } from '../../../src/language/parse.js';
import { readRegularYaml } from '../../../src/language/regularYaml.js';
import { comparable } from './comparableTree.js';

/** @returns whether the text was regular. */
function agrees(text: string): boolean {
  const regular = readRegularYaml(text, (piece) => parseAnyText(piece, false));
  if (!regular) return false;
  const full = parseAnyText(text, false);
  // Where pieces are read by themselves, one error does not set off others; but both find that there is one.
  expect(regular.problems.length > 0).toBe(full.problems.length > 0);
  if (regular.problems.length > 0) return true;
  expect(full.furtherDocuments).toEqual([]);
  expect(comparable(regular.root, text)).toEqual(full.root && comparable(full.root, text));
  return true;
}

test.each([
  [
    'a dump',
    '_format_version: "3.0"\nservices:\n- name: a\n  tags:\n  - x\n  - "y # z" # comment\n  routes: []\n  path: /a#b\n',
  ],
  ['nested lists of maps', 'a:\n  - b: 1\n    c:\n    - d: {}\n    - e:\n  -\n    f: x\n  -\n'],
  ['literal blocks', 'cert: |\n  -----BEGIN\n\n  abc\n  -----END\n\nkey: |-\n    two\n      deep\nlast: |\n  end'],
  ['YAML 1.1 scalars', 'a: yes\nyes: 0120\nb: ~\nc: 1:20\nd: 1_000\ne: -1\nf: http://x:80/y?z\n'],
  ['quotes', `a: "x\\n\\"\\\\"\nb: 'it''s'\n"c d": ""\n`],
  ['a start marker, comments, blanks', '---\n\n# one\na: 1 # two\n\n  # three\nb:  2  \n'],
  ['a key twice', 'a: 1\nb: 2\na: 3\n'],
])('reads %s as the full parser does', (_, text) => {
  expect(agrees(text)).toBe(true);
});

test.each([
  '',
  'text',
  '  a: 1',
  'a: [b]',
  'a: b\n  c',
  'a: b: c',
  'a: "b',
  'a: &b c',
  'a: *b',
  'a: !!str 1',
  '1: a',
  '<<: a',
  'a: >\n  b',
  'a: |2\n    b',
  'a: 1\n---\nb: 2',
  'a:\tb',
  'a: 1\r\n',
  '? a',
  'a: - b',
  '- a\nb: c',
  'a: @b',
  "a: 'b' c",
  'a: |\n b\nc',
])('leaves %j to the full parser', (text) => {
  expect(readRegularYaml(text)).toBeUndefined();
});

const piece = fc.constantFrom(
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
    '\\n',
    '.',
    '---',
    '...',
    '<<',
    '😀',
    'ü',
  ],
);
const line = fc
  .tuple(fc.nat(4), fc.array(piece, { maxLength: 4 }))
  .map(([indent, parts]) => ' '.repeat(indent) + parts.join(''));
const likelyLine = fc
  .tuple(
    fc.constantFrom(0, 0, 2, 2, 4, 4, 6),
    fc.constantFrom('', '- ', '- '),
    fc.constantFrom('a: ', 'b:', 'c: ', '"d": ', ''),
    fc.oneof(piece, fc.constant('')),
  )
  .map(([indent, item, key, value]) => ' '.repeat(indent) + item + key + value);
const lines = fc.array(fc.oneof({ weight: 4, arbitrary: likelyLine }, { weight: 1, arbitrary: line }), {
  maxLength: 7,
});

type Block = string | { item: boolean; gap: string; children: Block[] };

/** Blocks as tools and people write them: maps and lists in each other, comments and blank lines between. */
const block = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      'x',
      '12',
      'yes',
      '"q # \\n"',
      "'it''s'",
      '~',
      '{}',
      '[]',
      '-1',
      'a b',
      'u:/v#w',
      '|\n    l1\n\n      l2',
      '|-\n        x\n',
      'x # c',
      '',
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
    if (!node.item) return `${pad}k${index % 3}:${typeof child === 'string' ? inside : `\n${inside}`}`;
    const compact = typeof child !== 'string' && !child.item && index % 2 === 0;
    return `${pad}-${typeof child === 'string' ? inside : compact ? ` ${inside.trimStart()}` : `\n${inside}`}`;
  });
  return parts.join(node.gap);
}

test.each([
  ['lines at random', lines.map((written) => written.join('\n')), 0.01],
  ['blocks', block.map((node) => write(node, 0, false).trimStart()), 0.2],
])('whatever it reads, the full parser reads the same: %s', (_, texts, share) => {
  const runs = Number(process.env['RUNS'] ?? 3000);
  let regular = 0;
  fc.assert(
    fc.property(texts, fc.constantFrom('', '\n'), (text, end) => {
      if (agrees(text + end)) regular++;
    }),
    { numRuns: runs },
  );
  // The property says nothing where all texts are out of the ordinary.
  expect(regular / runs).toBeGreaterThan(share);
});
