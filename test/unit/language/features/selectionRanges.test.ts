import { expect, test } from 'vitest';
import type { SelectionRange } from 'vscode-languageserver-types';
import { selectionRanges } from '../../../../src/language/features/selectionRanges.js';
import { opened, textAt, withCursor } from '../marked.js';

function selected(marked: string): string[] {
  const { text, position } = withCursor(marked);
  const texts: string[] = [];
  for (let at: SelectionRange | undefined = selectionRanges(opened(text), [position])[0]; at; at = at.parent) {
    texts.push(textAt(text, at.range));
  }
  return texts;
}

test('from the text in quotes to the file', () => {
  expect(selected('services:\n  - name: "ord|ers"\n    host: h\n')).toEqual([
    'orders',
    '"orders"',
    'name: "orders"',
    'name: "orders"\n    host: h',
    '- name: "orders"\n    host: h',
    'services:\n  - name: "orders"\n    host: h',
    'services:\n  - name: "orders"\n    host: h\n',
  ]);
});

test('a key, then its entry', () => {
  expect(selected('services:\n  - na|me: a\n').slice(0, 2)).toEqual(['name', 'name: a']);
});

test('what stands nowhere in particular is the file', () => {
  expect(selected('|')).toEqual(['']);
});
