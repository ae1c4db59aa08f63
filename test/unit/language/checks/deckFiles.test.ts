import { describe, expect, test } from 'vitest';
import { validate } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';

/** Code and path of each error of a decK file. */
const errors = (text: string): string[] =>
  validate({ text: `_format_version: "3.0"\n${text}`, kind: 'deck', facts: facts39 })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path}`);

describe('plugins of consumer groups', () => {
  test('the same plugin stands in two groups', () => {
    const group = (name: string): string => `{name: ${name}, plugins: [{name: rate-limiting, config: {minute: 5}}]}`;
    expect(errors(`consumer_groups: [${group('gold')}, ${group('silver')}]`)).toEqual([]);
  });

  test('but not twice in one, and not once more at the top', () => {
    const plugin = 'name: rate-limiting, config: {minute: 5}';
    expect(errors(`consumer_groups: [{name: gold, plugins: [{${plugin}}, {${plugin}}]}]`)).toEqual([
      'not-unique consumer_groups[0].plugins[1]',
    ]);
    expect(
      errors(`consumer_groups: [{name: gold, plugins: [{${plugin}}]}]\nplugins: [{${plugin}, consumer_group: gold}]`),
    ).toEqual(['not-unique plugins[0]']);
  });
});

test('a route that goes by an expression needs none of the fields that others go by', () => {
  const route = (fields: string): string => `services: [{name: s, host: h, routes: [{name: r, ${fields}}]}]`;
  expect(errors(route(`expression: 'http.path == "/a"', priority: 5`))).toEqual([]);
  expect(errors(route('priority: 5'))).toEqual(['entity-check services[0].routes[0]']);
});

describe('plugins that the file brings', () => {
  test('of its own are not judged', () => {
    const brought = 'custom_plugins: [{name: mine, schema: x, handler: y}]\nplugins: [{name: mine, config: {a: 1}}]';
    expect(errors(brought)).toEqual([]);
  });

  test('copies are judged as what they are copies of', () => {
    const copies = 'cloned_plugins: [{name: log-two, ref: file-log}, {name: other, ref: nope}]\n';
    expect(errors(`${copies}plugins: [{name: log-two, config: {path: /tmp/a}}, {name: other}]`)).toEqual([]);
    expect(errors(`${copies}plugins: [{name: log-two, config: {pth: /tmp/a}}]`)).toEqual([
      'required plugins[0].config.path',
      'unknown-field plugins[0].config.pth',
    ]);
  });
});

describe('a plugin inside of what it cannot be applied to', () => {
  test('is refused, because decK sends the reference', () => {
    expect(errors('consumers: [{username: a, plugins: [{name: key-auth}]}]')).toEqual([
      'wrong-scope consumers[0].plugins[0].consumer',
    ]);
  });

  test('is taken by a gateway without a database', () => {
    const text = '_format_version: "3.0"\nconsumers: [{username: a, plugins: [{name: key-auth}]}]';
    expect(validate({ text, kind: 'dbless', facts: facts39 }).valid).toBe(true);
  });
});

describe('partials', () => {
  const partial = (config: string, type = 'redis-ce'): string =>
    `partials: [{name: p, type: ${type}, config: {${config}}}]\n`;
  const limited = (more: string): string =>
    `plugins: [{name: rate-limiting, config: {minute: 5, policy: redis${more}}, partials: [{name: p}]}]`;

  test('stand in for what the plugin leaves out', () => {
    expect(errors(limited('').replace(', partials: [{name: p}]', ''))).not.toEqual([]);
    expect(errors(partial('host: a.b, port: 6379') + limited(''))).toEqual([]);
    const elsewhere = '_info: {default_lookup_tags: {partials: [x]}}\n';
    expect(errors(elsewhere + limited(''))).toEqual([]);
  });

  test('are judged where they are written, and the plugin by what is its own', () => {
    expect(errors(partial('host: "a:1", port: 99999, prt: 1') + limited(', minte: 1'))).toEqual([
      'wrong-format partials[0].config.host',
      'out-of-range partials[0].config.port',
      'unknown-field partials[0].config.prt',
      'unknown-field plugins[0].config.minte',
    ]);
  });

  test('of a type that is not known hold anything', () => {
    expect(errors(partial('any: thing', 'other'))).toEqual([]);
  });

  test('go to the place that the link names', () => {
    const acme = 'plugins: [{name: acme, config: {account_email: a@b.c, storage: redis}, partials: [{name: p}]}]';
    expect(errors(partial('host: a.b, port: 6379') + acme)).toEqual([]);
  });
});

describe('templates', () => {
  test('may be what a check over several fields asks for', () => {
    const limited = (host: string): string =>
      `plugins: [{name: rate-limiting, config: {minute: 5, policy: redis, redis: {host: ${host}}}}]`;
    expect(errors(limited('\'${{ env "DECK_REDIS" }}\''))).toEqual([]);
    expect(errors(limited('"a b"'))).not.toEqual([]);
  });
});
