import { expect, test } from 'vitest';
import { semanticTokens, semanticTokensLegend } from '../../../../src/language/features/semanticTokens.js';
import type { Range } from '../../../../src/language/diagnostic.js';
import { atOnce } from '../../../../src/language/steps.js';
import { opened } from '../marked.js';

const text = `_format_version: "3.0"
services:
  - name: "orders"
    host: backend
    path: "{vault://env/path}"
    routes:
      - name: list
        paths: ["~/a/\\\\d+", /b]
        expression: http.path ^= "/a && b" && net.port == 80
plugins:
  - name: cors
    service: orders
    config:
      x: \${{ env "DECK_X" }} and more
upstreams:
  - name: backend
`;

/** \`type text\`, as an editor would read the numbers. */
function tokens(of: string, range?: Range): string[] | undefined {
  const found = atOnce(semanticTokens(opened(of), range));
  const lines = of.split('\n');
  let [line, character] = [0, 0];
  return found?.data.flatMap((_, at, data) => {
    if (at % 5 !== 0) return [];
    const [down = 0, right = 0, length = 0, type = 0, modifiers] = data.slice(at, at + 5);
    [line, character] = [line + down, down === 0 ? character + right : right];
    const written = lines[line]?.slice(character, character + length);
    return [`${semanticTokensLegend.tokenTypes[type]}${modifiers === 1 ? ' declaration' : ''} ${written}`];
  });
}

test('names, references, templates, regular expressions and router expressions', () => {
  expect(tokens(text)).toEqual([
    'class declaration orders',
    'variable backend',
    'macro {vault://env/path}',
    'class declaration list',
    'regexp ~/a/\\\\d+',
    'property http.path',
    'operator ^=',
    'operator &&',
    'property net.port',
    'operator ==',
    'variable orders',
    'macro ${{ env "DECK_X" }}',
    'class declaration backend',
  ]);
});

test('a host that names no upstream is no reference', () => {
  expect(tokens('services:\n  - name: s\n    host: example.test\n')).toEqual(['class declaration s']);
});

test('a shared configuration is referred to, if the file has it', () => {
  expect(
    tokens('_plugin_configs:\n  a: {}\nplugins:\n  - name: x\n    _config: a\n  - name: x\n    _config: b\n'),
  ).toEqual(['variable a']);
});

test('what is on the screen alone', () => {
  const range = { start: { line: 10, character: 0 }, end: { line: 12, character: 0 } };
  expect(tokens(text, range)).toEqual(['variable orders']);
});

test('a large file is coloured by screens', () => {
  const large = `${text}# ${'x'.repeat(1_000_000)}\n`;
  expect(tokens(large)).toBeUndefined();
  expect(tokens(large, { start: { line: 2, character: 0 }, end: { line: 2, character: 20 } })).toEqual([
    'class declaration orders',
  ]);
});
