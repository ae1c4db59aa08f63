import { expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { documentSymbols } from '../../../../src/language/features/documentSymbols.js';
import { atOnce } from '../../../../src/language/steps.js';
import { opened, textAt } from '../marked.js';

const text = `_format_version: "3.0"
services:
  - host: h
    name: orders
    routes:
      - name: list
        paths: [/]
        plugins:
          - name: cors
consumers:
  - username: ann
    acls:
      - group: staff
`;

const outline = (symbols: DocumentSymbol[] = []): unknown[] =>
  symbols.map(({ name, children }) => (children?.length ? { [name]: outline(children) } : name));

test('entities as they are nested', () => {
  const symbols = atOnce(documentSymbols(opened(text)));
  expect(outline(symbols)).toEqual([
    { services: [{ orders: [{ list: ['cors'] }] }] },
    { consumers: [{ ann: ['staff'] }] },
  ]);
  const service = symbols[0]?.children?.[0];
  expect(textAt(text, service!.selectionRange)).toBe('orders');
  expect(textAt(text, service!.range)).toMatch(/^host: h[^]*cors$/);
});

test('nothing of a text that is no file of Kong', () => {
  expect(atOnce(documentSymbols(opened('- a')))).toEqual([]);
});
