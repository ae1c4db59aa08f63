import { describe, expect, test } from 'vitest';
import { decodeFile } from '../../../src/language/fileBytes.js';
import { validate } from '../../../src/language/validate.js';
import { facts39 } from './facts.js';

const header = '_format_version: "3.0"\n';

/** Code and 1-based line of the errors. */
const errors = (text: string, json = false): string[] =>
  validate({ text, json, kind: 'auto', facts: facts39 })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, range }) => `${code} ${range.start.line + 1}`);

const bomb = [...'bcdefghij'].map(
  (name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(', ')}]`,
);
const service = 'services:\n- name: a\n  host: h\n';

describe('what no gateway could read gets a clear answer', () => {
  test.each<[string, string, string[]]>([
    ['aliases that unfold without end', `${header}a: &a [x, x]\n${bomb.join('\n')}\n`, ['alias-bomb 8']],
    ['an alias inside what it names', `${header}services: &a [*a]\n`, ['alias-cycle 2']],
    ['brackets ten thousand deep', `${header}a: ${'['.repeat(10_000)}`, ['too-deep 2']],
    ['a list ten thousand deep', `${header}a:\n${'- '.repeat(10_000)}x\n`, ['too-deep 3']],
    [
      'a map five thousand deep',
      `${header}${Array.from({ length: 5000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}\n`,
      ['too-deep 201'],
    ],
    ['a NUL', `${header}services: [{name: "a\0", host: h}]\n`, ['not-text 2']],
    ['tabs for indentation', `${header}services:\n- name: a\n\thost: h\n`, ['yaml-syntax 4']],
    [
      'a bracket never closed, in a large file',
      `${header}services: [\n${'{name: a, host: h},\n'.repeat(150_000)}`,
      ['yaml-syntax 3'],
    ],
    ['a key of a million characters', `${header}${'k'.repeat(1_000_000)}: 1\n`, ['yaml-syntax 2']],
  ])('%s', (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['a million brackets', '['.repeat(1_000_000), ['too-deep 1']],
    [
      'tags on everything',
      `${header}services:\n${'- name: !!str a\n  host: !!str h\n'.repeat(200_000)}`,
      ['too-large 1'],
    ],
    ['half a million documents', `${header}${'---\na: b\n'.repeat(700_000)}`, ['too-large 1']],
    ['keys that are lists, without end', `${header}services:\n${'- ? [a]: b\n'.repeat(150_000)}`, ['too-large 1']],
    [
      'a quote never closed, in a large file',
      `${header}services:\n- name: "\n${'  abcdefghijklmnop\n'.repeat(300_000)}`,
      ['yaml-syntax 4'],
    ],
    [
      'a bracket never closed, in a larger file',
      `${header}services: [\n${'{name: a, host: h},\n'.repeat(400_000)}`,
      ['yaml-syntax 3'],
    ],
  ])('%s', (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });

  test('of very many unknown keys the first are named', () => {
    const keys = Array.from({ length: 3000 }, (_, at) => `k${at}: 1\n`).join('');
    const { diagnostics } = validate({ text: `${header}${keys}`, kind: 'auto', facts: facts39 });
    expect(diagnostics.map(({ message }) => message)).toContain('Kong does not know 2500 more keys here.');
  });

  test('JSON ten thousand deep', () => {
    expect(errors('{"a":'.repeat(10_000), true)).toEqual(['too-deep 1']);
  });

  test('as many errors of syntax as there are lines', () => {
    expect(errors(`${header}services:\n${'- name: [a\n'.repeat(20_000)}`)).toHaveLength(1001);
  });

  test('a message stays short, whatever it is about', () => {
    const [first] = validate({
      text: `${header}services: [{name: a, host: "${'a b'.repeat(100_000)}"}]`,
      kind: 'auto',
      facts: facts39,
    }).diagnostics;
    expect(first?.code).toBe('wrong-format');
    expect(first?.message.length).toBeLessThan(1100);
  });
});

describe('what Kong reads all the same is fine', () => {
  test.each([
    ['a byte order mark', `\ufeff${header}${service}`],
    ['line ends of Windows', `${header}${service}`.replaceAll('\n', '\r\n')],
    ['UTF-16 with its mark', decodeFile(Buffer.from(`\ufeff${header}${service}`, 'utf16le')).text],
    ['three million empty lines', `${header}${'\n'.repeat(3_000_000)}${service}`],
    ['a million escapes', `${header}${service}  tags: ["${'\\x61'.repeat(1_000_000)}"]\n`],
    ['a key that stands a hundred thousand times', `${header}${service}${'  host: h\n'.repeat(100_000)}`],
    ['a million characters on a line', `${header}${service}  tags: ["${'a'.repeat(1_000_000)}"]\n`],
  ])('%s', (_, text) => {
    expect(errors(text)).toEqual([]);
  });
});

describe('values that make patterns explode are judged at once', () => {
  const long = 'a'.repeat(200_000);

  test.each([
    ['a host with wildcards', `routes: [{name: r, hosts: ["${long}*b*"]}]`],
    ['a path that is a regular expression', `routes: [{name: r, paths: ["~/${'(a+)+'.repeat(5000)}$"]}]`],
    ['an address of mail', `plugins: [{name: acme, config: {account_email: "${long}"}}]`],
    ['a path of a file', `plugins: [{name: file-log, config: {path: "/${long}*"}}]`],
    ['templates that never end', `services: [{name: a, host: h, tags: ['${'${{ env "a" '.repeat(20_000)}']}]`],
    ['templates in quotes that never end', `services: [{name: a, host: "${'${{ '.repeat(50_000)}}]`],
    ['code of comments alone', `plugins: [{name: pre-function, config: {access: ["${'--[[ '.repeat(50_000)}"]}}]`],
    ['a certificate of beginnings', `ca_certificates: [{cert: "${'-----BEGIN CERTIFICATE-----\\n'.repeat(20_000)}"}]`],
  ])('%s', (_, text) => {
    for (const code of errors(header + text))
      expect(code).toMatch(/^wrong-format |^entity-check |^env-template |^yaml-syntax /);
  });
});
