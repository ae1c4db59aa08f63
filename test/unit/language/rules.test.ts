import { describe, expect, test } from 'vitest';
import { readDirectives } from '../../../src/language/directives.js';
import { joinRules, ruleFaults, rulesFrom } from '../../../src/language/rules.js';
import type { ValidationRules } from '../../../src/language/rules.js';
import { validate } from '../../../src/language/validate.js';
import { facts39 } from './facts.js';

const found = (text: string, rules?: ValidationRules): string[] =>
  validate({ text, kind: 'auto', facts: facts39, ...(rules && { rules }) }).diagnostics.map(
    ({ severity, code, range }) => `${range.start.line + 1} ${severity} ${code}`,
  );

const file = `_format_version: "3.0"
services:
- name: a
  host: h
  routes:
  - name: r1
    paths:
    - /a/*
  - name: r2
    paths:
    - /b/*
- name: b
  host: h
  routes:
  - name: r3
    paths: [/c/*]
`;
const withComment = (before: string, comment: string): string => file.replace(before, `${comment}\n${before}`);

describe('a comment in the file', () => {
  test('silences the line it stands on', () => {
    expect(found(file.replace('- /a/*', '- /a/* # kong-backup: ignore regex-path'))).toEqual([
      '11 warning regex-path',
      '16 warning regex-path',
    ]);
  });

  test('silences the entity it stands before, and nothing after it', () => {
    expect(found(withComment('- name: a', '# kong-backup: ignore regex-path'))).toEqual(['17 warning regex-path']);
    expect(found(withComment('  - name: r1', '  # kong-backup: ignore regex-path'))).toEqual([
      '12 warning regex-path',
      '17 warning regex-path',
    ]);
  });

  test('silences a list that stands as deep as its key', () => {
    expect(found(withComment('services:', '# kong-backup: ignore regex-path'))).toEqual([]);
    expect(found(withComment('    paths:\n    - /a', '    # kong-backup: ignore regex-path'))).toEqual([
      '12 warning regex-path',
      '17 warning regex-path',
    ]);
  });

  test('silences a code in the whole file', () => {
    expect(found(`# kong-backup: ignore-file regex-path, plaintext-secret\n${file}`)).toEqual([]);
  });

  test('of another code silences nothing', () => {
    expect(found(`# kong-backup: ignore-file plaintext-secret\n${file}`)).toHaveLength(3);
  });

  test('that says nothing known is said so', () => {
    expect(found('# kong-backup: ignore regexpath\n' + file)[0]).toBe('1 warning unknown-comment');
    expect(found('# kong-backup: gatewayversion=3.9\n' + file)[0]).toBe('1 warning unknown-comment');
    expect(found('# kong-backup: gateway-version=new\n' + file)[0]).toBe('1 warning unknown-comment');
    expect(found('# kong-backup: ignore\n' + file)[0]).toBe('1 warning unknown-comment');
  });

  test('names the version and the format', () => {
    const text = `# kong-backup: gateway-version=3.4\r\n# kong-backup: format = dbless\r\n${file}`;
    expect(readDirectives(text)).toMatchObject({ gatewayVersion: '3.4', kind: 'dbless', faults: [] });
    expect(validate({ text, kind: 'auto', facts: facts39 })).toMatchObject({
      kind: 'dbless',
      reason: 'a comment in it says so.',
    });
  });

  test('a hundred thousand of them are read in one pass', () => {
    const text = '# kong-backup: ignore regex-path\n'.repeat(100_000) + file;
    expect(readDirectives(text).ignored).toHaveLength(1);
    expect(found(text)).toHaveLength(3);
  });
});

describe('a severity by code', () => {
  test('off, lower and higher; the verdict follows', () => {
    expect(found(file, { severity: { 'regex-path': 'off' } })).toEqual([]);
    expect(found(file, { severity: { 'regex-path': 'information' } })[0]).toBe('8 information regex-path');
    const rules: ValidationRules = { severity: { 'regex-path': 'error' } };
    expect(validate({ text: file, kind: 'auto', facts: facts39, rules }).valid).toBe(false);
  });

  test('from a source that holds anything', () => {
    expect(rulesFrom(null)).toEqual({ severity: {}, customPlugins: [] });
    expect(rulesFrom({ severity: { 'regex-path': 'loud', nope: 'off', toString: 'off' }, customPlugins: 'x' })).toEqual(
      {
        severity: {},
        customPlugins: [],
      },
    );
    expect(rulesFrom({ severity: { 'regex-path': 'off' }, customPlugins: ['a', 1] })).toEqual({
      severity: { 'regex-path': 'off' },
      customPlugins: ['a'],
    });
  });

  test('of several places: the first decides', () => {
    const joined = joinRules(
      { severity: { 'regex-path': 'off' }, customPlugins: ['a'] },
      { severity: { 'regex-path': 'error', required: 'warning' }, customPlugins: ['a', 'b'] },
    );
    expect(joined).toEqual({ severity: { 'regex-path': 'off', required: 'warning' }, customPlugins: ['a', 'b'] });
  });
});

describe('what is not understood of rules', () => {
  test.each<[unknown, string[]]>([
    [undefined, []],
    [{ severity: { 'regex-path': 'off' }, customPlugins: ['mine'] }, []],
    [
      { severity: { regexpath: 'off' } },
      ['severity regexpath: There is no check `regexpath`. Near it are `regex-path`.'],
    ],
    [
      { severity: { 'regex-path': 'loud' } },
      ['severity regex-path: `regex-path` can be `off`, `information`, `warning`, `error`.'],
    ],
    [
      { severities: {} },
      ['severities: Unknown key `severities`: there are `severity` and `customPlugins`. Did you mean `severity`?'],
    ],
    [{ severity: 'off' }, ['severity: `severity` must be a map, such as `plaintext-secret: off`.']],
    [{ customPlugins: 'mine' }, ['customPlugins: `customPlugins` must be a list of names.']],
  ])('%j', (rules, expected) => {
    expect(ruleFaults(rules).map(({ path, message }) => `${path.join(' ')}: ${message}`)).toEqual(expected);
  });
});
