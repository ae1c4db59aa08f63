import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/language/document.js';
import { applyEdits } from '../../../../src/language/edits.js';
import { formatting, rangeFormatting } from '../../../../src/language/features/formatting.js';
import { onTypeFormatting } from '../../../../src/language/features/onTypeFormatting.js';
import { opened, withCursor } from '../marked.js';

function formatted(text: string, tabSize = 2): string {
  const document = opened(text);
  return applyEdits(document.text, formatting(document, { tabSize }));
}

describe('the whole file', () => {
  test.each<[string, string, string]>([
    [
      'indentation',
      'services:\n    - name: a\n      routes:\n            - name: r\n              paths:\n              - /\n',
      'services:\n  - name: a\n    routes:\n      - name: r\n        paths:\n        - /\n',
    ],
    [
      'lists as deep as their key stay so',
      'services:\n- name: a\n  tags:\n  - x\n',
      'services:\n- name: a\n  tags:\n  - x\n',
    ],
    [
      'blanks',
      'services:\n-   name:    a   \n    host: h\n\n\n\nroutes: []',
      'services:\n- name: a\n  host: h\n\nroutes: []\n',
    ],
    [
      'comments',
      '# top\nservices:\n    # of a\n    - name: a # here\n      # of host\n      host: h\n      # end of a\n',
      '# top\nservices:\n  # of a\n  - name: a # here\n    # of host\n    host: h\n    # end of a\n',
    ],
    [
      'text in blocks',
      'plugins:\n    - name: pre-function\n      config:\n          access:\n              - |\n                  if a then\n                    b()\n\n                  end\n',
      'plugins:\n  - name: pre-function\n    config:\n      access:\n        - |\n            if a then\n              b()\n\n            end\n',
    ],
    [
      'text in quotes over lines',
      'services:\n    - name: "a\n          b"\n      host: h\n',
      'services:\n  - name: "a\n        b"\n    host: h\n',
    ],
    [
      'braces over lines',
      'services:\n    - {name: a,\n       host: h}\n    - name:   b\n',
      'services:\n  - {name: a,\n     host: h}\n  - name: b\n',
    ],
  ])('%s', (_, before, after) => {
    expect(formatted(before)).toBe(after);
    expect(formatted(after)).toBe(after);
  });

  test('by the width that the editor wants', () => {
    expect(formatted('a:\n  b:\n    - c: 1\n      d: 2\n', 4)).toBe('a:\n    b:\n        - c: 1\n          d: 2\n');
  });

  test('touches only the lines that change', () => {
    const edits = formatting(opened('services:\n  - name: a\n    host:   h\n'), { tabSize: 2 });
    expect(edits).toEqual([
      { range: { start: { line: 2, character: 9 }, end: { line: 2, character: 12 } }, newText: ' ' },
    ]);
  });

  test('keeps line breaks and the mark of the encoding', () => {
    const text = '\ufeffa:\r\n    b:   1\r\n    c: 2';
    expect(formatted(text)).toBe('\ufeffa:\r\n  b: 1\r\n  c: 2\r\n');
    const document = opened(text);
    const at = { line: 1, character: 0 };
    const edits = rangeFormatting(document, { start: at, end: at }, { tabSize: 2 });
    expect(applyEdits(document.text, edits).startsWith('\ufeffa:\r\n')).toBe(true);
  });

  test('leaves what cannot be read, and JSON', () => {
    expect(formatting(opened('a:\n    b: "c\n'), { tabSize: 2 })).toEqual([]);
    expect(formatting(opened('{"a":   1}'), { tabSize: 2 })).toEqual([]);
    expect(formatting(opened('a:   1\n---\nb:   2\n'), { tabSize: 2 })).toEqual([]);
  });
});

test('a selection: the items that it is in', () => {
  const text = 'services:\n    - name:   a\n      routes:\n            - name: r\n    - name:   b\n';
  const document = opened(text);
  const at = { line: 3, character: 0 };
  const edits = rangeFormatting(document, { start: at, end: at }, { tabSize: 2 });
  expect(applyEdits(document.text, edits)).toBe(
    'services:\n    - name: a\n      routes:\n        - name: r\n    - name:   b\n',
  );
});

test('values and comments stay, whatever the text', () => {
  const scalar = fc.constantFrom(
    'a',
    '1',
    '"x: y"',
    "'it''s'",
    '[a, b]',
    '{a: 1}',
    '|\n@  t1\n@    t2\n',
    '>-\n@  f1\n@\n@  f2\n',
    '"a\n@    b"',
    'word\n@  more',
    '',
    '~',
    '*x',
  );
  const line = fc.record({
    depth: fc.nat(3),
    dash: fc.boolean(),
    key: fc.constantFrom('a', 'b', 'c', '"d"'),
    scalar,
    comment: fc.boolean(),
    gap: fc.nat(2),
    blank: fc.nat(2),
  });
  const runs = Number(process.env['KONG_BACKUP_RUNS'] ?? 20) * 25;
  let changed = 0;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.nat(3), (lines, step) => {
      const text = lines
        .map(({ depth, dash, key, scalar: value, comment, gap, blank }) => {
          const indent = ' '.repeat(depth * (step + 1));
          const own = `${indent}${dash ? '-  ' : ''}${key}:${' '.repeat(gap + 1)}${value.replaceAll('@', indent)}`;
          return `${comment ? `${indent}# note\n` : ''}${own}${'\n'.repeat(blank + 1)}`;
        })
        .join('');
      const before = readDocument(text);
      const after = formatted(text);
      if (after !== text) changed++;
      expect(readDocument(after).value).toEqual(before.value);
      expect(after.match(/# note/g)?.length).toBe(text.match(/# note/g)?.length);
      if (before.problems.length === 0) expect(formatted(after)).toBe(after);
    }),
    { numRuns: runs },
  );
  expect(changed).toBeGreaterThan(0);
});

describe('a new line', () => {
  test.each<[string, string, string]>([
    ['under a key', 'services:\n  - name: a\n    routes:\n|', '      '],
    ['below an item', 'services:\n  - name: a\n  |', '    '],
    ['below another key', 'services:\n  - name: a\n    host: h\n    |', '    '],
    ['in a text', 'a:\n  b: |\n    text\n    |', '    '],
    ['under a text’s key', 'a:\n  b: |-\n|', '    '],
  ])('%s', (_, marked, blanks) => {
    const offset = marked.lastIndexOf('|');
    const { text, position } = withCursor(
      `${marked.slice(0, offset).replaceAll('|', '\0')}|${marked.slice(offset + 1)}`,
    );
    const written = text.replaceAll('\0', '|');
    const document = opened(written);
    const after = applyEdits(document.text, onTypeFormatting(document, position, { tabSize: 2 }));
    expect(after.split('\n')[position.line]).toBe(blanks);
  });
});
