import { expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver-types';
import { hover } from '../../../../src/language/features/hover.js';
import { opened, textAt, withCursor } from '../marked.js';

function hoverAt(marked: string): { text: string; marked: string } | undefined {
  const { text, position } = withCursor(marked);
  const result = hover(opened(text), position);
  return result && { text: (result.contents as MarkupContent).value, marked: textAt(text, result.range!) };
}

test.each<[string, string, RegExp, string]>([
  ['a key', 'services:\n  - name: s\n    po|rt: 80', /`port`.*integer[^]*default `80`[^]*from 0 to 65535/, 'port'],
  ['a value', 'services:\n  - name: s\n    protocol: ht|tp', /one of .*`http`/, 'http'],
  ['a plugin', 'plugins:\n  - name: co|rs', /Plugin `cors` of Kong 3\.9/, 'cors'],
  ['a scope that a plugin forbids', 'plugins:\n  - name: ac|l', /cannot be applied to a consumer/, 'acl'],
  [
    'a configuration',
    'plugins:\n  - name: rate-limiting\n    config:\n      redis:\n        pass|word: x',
    /vault reference/,
    'password',
  ],
  ['an item of a list', 'routes:\n  - protocols: [ht|tp]', /`protocols`.*string/, 'http'],
  ['a list of entities', 'serv|ices: []', /`services`/, 'services'],
])('%s', (_, marked, text, range) => {
  const result = hoverAt(marked);
  expect(result?.text).toMatch(text);
  expect(result?.marked).toBe(range);
});

test('nothing to say of what no schema knows', () => {
  expect(hoverAt('services:\n  - na|me2: s')).toBeUndefined();
  expect(hoverAt('# com|ment\nservices: []')).toBeUndefined();
});
