import { describe, expect, test } from 'vitest';
import { validate } from '../../../../src/language/validate.js';
import type { FileKind } from '../../../../src/language/validate.js';
import { facts28, facts39 } from '../facts.js';
import { textAt } from '../marked.js';

const header = '_format_version: "3.0"\n';

/** Severity, code and marked text of each. */
function marks(text: string, kind: FileKind = 'deck', facts = facts39): string[] {
  return validate({ text, kind, facts }).diagnostics.map(
    ({ severity, code, range }) => `${severity} ${code} «${textAt(text, range)}»`,
  );
}

const plugin = (config: string): string => `${header}plugins: [{name: rate-limiting, config: {${config}}}]`;

describe('secrets in clear', () => {
  test('a field that a vault could hold', () => {
    expect(marks(plugin('minute: 5, policy: redis, redis: {host: h, password: abc}'))).toEqual([
      'information plaintext-secret «abc»',
    ]);
  });

  test.each(['"{vault://env/redis}"', '\'${{ env "DECK_REDIS" }}\'', '""', 'null'])('%s is none', (password) => {
    const found = marks(plugin(`minute: 5, policy: redis, redis: {host: h, password: ${password}}`));
    expect(found.filter((mark) => mark.includes('plaintext-secret'))).toEqual([]);
  });

  test('credentials of consumers can come from no vault', () => {
    const consumers = `${header}consumers: [{username: a, keyauth_credentials: [{key: k}]}]`;
    expect(marks(consumers)).toEqual([]);
  });

  test('of many the first are shown, and how many more there are', () => {
    const many = Array.from(
      { length: 25 },
      (_, i) =>
        `- {name: s${i}, host: h, plugins: [{name: rate-limiting, config: {minute: 1, policy: redis, redis: {host: h, password: p}}}]}`,
    );
    const { diagnostics } = validate({ text: `${header}services:\n${many.join('\n')}`, kind: 'deck', facts: facts39 });
    expect(diagnostics.length).toBe(10);
    expect(diagnostics.at(-1)?.message).toContain('(And 15 more like it.)');
  });
});

describe('hashes for passwords', () => {
  const hash = '"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"';
  const consumer = (fields: string): string => `consumers: [{username: a, ${fields}}]`;
  test.each<[string, FileKind, string, number]>([
    ['basic-auth, decK', 'deck', `basicauth_credentials: [{username: a, password: ${hash}}]`, 1],
    ['basic-auth, DB-less', 'dbless', `basicauth_credentials: [{username: a, password: ${hash}}]`, 1],
    ['a password', 'deck', 'basicauth_credentials: [{username: a, password: secret}]', 0],
    [
      'oauth2',
      'deck',
      'oauth2_credentials: [{name: a, client_id: c, client_secret: $pbkdf2-sha512$i=10000$a$b, hash_secret: true}]',
      1,
    ],
    [
      'oauth2 in clear',
      'deck',
      'oauth2_credentials: [{name: a, client_id: c, client_secret: s, hash_secret: true}]',
      0,
    ],
  ])('%s', (_, kind, fields, count) => {
    const found = marks(header + consumer(fields), kind).filter((mark) => mark.includes('hashed-credential'));
    expect(found.length).toBe(count);
  });

  test('an export that is loaded as it stands keeps its hashes', () => {
    const text = `${header}_transform: false\nconsumers: [{id: 3f1cf4d5-1b38-4d3f-9a0a-2f4b1d7b4c11, username: a}]\nbasicauth_credentials: [{username: a, consumer: 3f1cf4d5-1b38-4d3f-9a0a-2f4b1d7b4c11, password: ${hash}}]`;
    expect(marks(text, 'dbless').filter((mark) => mark.includes('hashed'))).toEqual([]);
  });
});

describe('deprecated fields', () => {
  test('are named with what replaced them', () => {
    const text = plugin('minute: 5, policy: redis, redis_host: h');
    const [first] = validate({ text, kind: 'deck', facts: facts39 }).diagnostics;
    expect(first).toMatchObject({ severity: 'information', code: 'deprecated-field' });
    expect(first?.message).toContain('`config.redis.host`');
    expect(textAt(text, first!.range)).toBe('redis_host');
  });

  test('that a dump writes beside the new ones are not', () => {
    expect(marks(plugin('minute: 5, policy: redis, redis_host: h, redis: {host: h}'))).toEqual([]);
    expect(marks(plugin('minute: 5, redis_host: null'))).toEqual([]);
  });
});

describe('paths', () => {
  const route = (path: string, format = '3.0'): string =>
    `_format_version: "${format}"\nroutes: [{name: r, paths: ['${path}']}]`;

  test('that look like regular expressions', () => {
    expect(marks(route('/a/[0-9]+'))).toEqual(["warning regex-path «'/a/[0-9]+'»"]);
    expect(marks(route('/api/*'), 'dbless')).toEqual(["warning regex-path «'/api/*'»"]);
  });

  test.each(['/a', '~/a/[0-9]+', '/a-b_c.d~e'])('%s is fine', (path) => {
    expect(marks(route(path))).toEqual([]);
  });

  test('are regular expressions in the 2.x line, and in its files where Kong turns them round', () => {
    expect(marks(route('/a/[0-9]+', '1.1'), 'dbless', facts28)).toEqual([]);
    expect(marks(route('/a/[0-9]+', '2.1'), 'dbless')).toEqual(['information format-version «"2.1"»']);
  });

  test('that the router cannot compile are marked themselves', () => {
    expect(marks(route('~/(?=a)b'), 'dbless')).toEqual(["error router-regex «'~/(?=a)b'»"]);
  });
});

test('a file of the 2.x line is refused by decK for a gateway of the 3.x line', () => {
  const text = '_format_version: "1.1"\nservices: [{name: a, host: h}]';
  expect(marks(text)).toEqual(['warning format-version «"1.1"»']);
  expect(marks(text, 'deck', facts28)).toEqual([]);
});

describe('a plugin that Kong drops', () => {
  const nested = (config: string): string =>
    `${header}services: [{name: a, host: h, plugins: [{name: rate-limiting, config: {minute: 1, ${config}}}]}]`;

  test('is a warning in a DB-less file, where Kong calls the file valid', () => {
    const verdict = validate({ text: nested('redis_port: abc'), kind: 'dbless', facts: facts39 });
    expect(verdict.valid).toBe(true);
    expect(verdict.diagnostics.map(({ code }) => code)).toContain('dropped-plugin');
  });

  test('is an error to decK, and where another field is wrong', () => {
    expect(marks(nested('redis_port: abc'))).toContain('error wrong-type «abc»');
    expect(marks(nested('hour: abc'), 'dbless')).toContain('error wrong-type «abc»');
  });
});

describe('select tags', () => {
  const file = (second: string): string =>
    `${header}_info: {select_tags: [t]}\nservices: [{name: a, host: h, tags: [t]}, {name: b, host: h, tags: [${second}]}]`;

  test('on some entities only', () => {
    expect(marks(file('x'))).toEqual(['information select-tags «select_tags»']);
  });

  test('on all, or on none as decK writes them', () => {
    expect(marks(file('t'))).toEqual([]);
    expect(marks(`${header}_info: {select_tags: [t]}\nservices: [{name: a, host: h}]`)).toEqual([]);
  });
});

test('a plugin that somebody named is unchecked; one that nobody named is unknown', () => {
  const text = `${header}plugins: [{name: mine, config: {a: 1}}]`;
  expect(marks(text)).toEqual(['error unknown-plugin «mine»']);
  const named = validate({ text, kind: 'deck', facts: facts39, rules: { customPlugins: ['mine'] } });
  expect(named.valid).toBe(true);
  expect(named.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['information unknown-schema']);
});

test('a harmless field beside a secret is none', () => {
  const text = `${header}plugins: [{name: ai-proxy, config: {route_type: llm/v1/chat, model: {provider: openai, name: m}, auth: {header_name: a, header_value: b}}}]`;
  expect(marks(text)).toEqual(['information plaintext-secret «b»']);
});
