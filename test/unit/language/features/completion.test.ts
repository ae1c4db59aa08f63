import { describe, expect, test } from 'vitest';
import { InsertTextFormat, type CompletionItem, type TextEdit } from 'vscode-languageserver-types';
import { completion } from '../../../../src/language/features/completion.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { validate } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';
import { opened, withCursor } from '../marked.js';

function complete(marked: string, kind: FileKind = 'deck', snippets = false): CompletionItem[] {
  const { text, position } = withCursor(marked);
  return completion(opened(text, kind), position, { snippets }).items;
}

/** The text once an item is taken, each placeholder left as it is proposed. */
function taken(marked: string, label: string, kind: FileKind = 'deck', snippets = false): string {
  const { text } = withCursor(marked);
  const item = complete(marked, kind, snippets).find((each) => each.label === label);
  if (!item) throw new Error(`no ${label} among ${labels(marked, kind).join(', ')}`);
  const { range, newText } = item.textEdit as TextEdit;
  const lines = text.split('\n');
  const line = lines[range.start.line] ?? '';
  const blanks = /^\s*/.exec(line)?.[0] ?? '';
  const written = item.insertTextFormat === InsertTextFormat.Snippet ? filledIn(newText) : newText;
  lines[range.start.line] =
    line.slice(0, range.start.character) + written.replaceAll('\n', `\n${blanks}`) + line.slice(range.end.character);
  return lines.join('\n');
}

const filledIn = (snippet: string): string =>
  snippet
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\\([\\$}])/g, '$1');

const labels = (marked: string, kind?: FileKind): string[] => complete(marked, kind).map(({ label }) => label);

describe('keys', () => {
  test('at the top, without those that are there', () => {
    const keys = labels('_format_version: "3.0"\nservices: []\n|');
    expect(keys).toEqual(expect.arrayContaining(['routes', 'plugins', '_info']));
    expect(keys).not.toContain('services');
    expect(labels('|', 'dbless')).toContain('keyauth_credentials');
  });

  test('of an entity: what is required first, lists of children too', () => {
    const keys = labels('services:\n  - name: s\n    |');
    expect(keys[0]).toBe('host');
    expect(keys).toEqual(expect.arrayContaining(['port', 'url', 'routes', 'plugins']));
    expect(keys).not.toContain('name');
  });

  test.each<[string, string, string]>([
    ['of a new item', 'services:\n  - |', 'host'],
    ['of an item level with its list', 'services:\n- |', 'host'],
    ['between other keys', 'services:\n  - name: s\n    po|\n    host: h\n', 'port'],
    ['of a nested entity', 'services:\n  - name: s\n    routes:\n      - name: r\n        |', 'paths'],
    ['of a plugin', 'plugins:\n  - name: cors\n    |', 'config'],
    ["of a plugin's configuration", 'plugins:\n  - config:\n      |\n    name: cors\n', 'max_age'],
    ['deep in a configuration', 'plugins:\n  - name: rate-limiting\n    config:\n      redis:\n        |', 'host'],
    ['of a reference that is a map', 'routes:\n  - name: r\n    service:\n      |', 'name'],
    ['of a list of references', 'consumers:\n  - username: a\n    groups:\n      - |', 'name'],
    ['of what decK fills in', '_info:\n  defaults:\n    service:\n      |', 'retries'],
    ['of records in lists', 'plugins:\n  - name: statsd\n    config:\n      metrics:\n        - |', 'stat_type'],
    ['of maps in entities', 'upstreams:\n  - name: u\n    healthchecks:\n      active:\n        |', 'http_path'],
    ['after another entity', 'services:\n  - name: a\n    host: h\n  - name: b\n    |', 'host'],
  ])('%s', (_, marked, key) => {
    expect(labels(marked)).toContain(key);
  });

  test('each once, and not the reference to what the entity stands in', () => {
    const keys = labels('certificates:\n- |');
    expect(keys.filter((key) => key === 'snis')).toHaveLength(1);
    expect(labels('services:\n- name: s\n  routes:\n  - |')).not.toContain('service');
    expect(labels('routes:\n- |')).toContain('service');
    expect(labels('plugins:\n- name: cors\n  service:\n    |')).toEqual([]);
    expect(labels('plugins:\n- name: cors\n  service:\n    |', 'dbless')).toEqual(['id']);
  });

  test('of another plugin are not offered', () => {
    expect(labels('plugins:\n  - name: cors\n    config:\n      |')).not.toContain('minute');
  });

  test('replace the word, and open what they lead to', () => {
    const [item] = complete('services:\n  - name: s\n    rou|').filter(({ label }) => label === 'routes');
    const { range, newText } = item?.textEdit as TextEdit;
    expect(range).toEqual({ start: { line: 2, character: 4 }, end: { line: 2, character: 7 } });
    expect(newText).toBe('routes:\n  - ');
  });
});

describe('values', () => {
  test.each<[string, string, string[]]>([
    ['of an enum', 'services:\n  - name: s\n    protocol: |', ['http', 'https', 'grpc']],
    ['of a boolean', 'routes:\n  - strip_path: |', ['true', 'false']],
    ['of a list of an enum', 'routes:\n  - protocols:\n      - |', ['http', 'https']],
    ['of a list in brackets', 'routes:\n  - protocols: [|', ['http', 'https']],
    ['further on in a list in brackets', 'routes:\n  - name: r\n    protocols: [http, htt|', ['http', 'https']],
    ['in a configuration', 'plugins:\n  - name: rate-limiting\n    config:\n      policy: |', ['local', 'redis']],
    ['of the header', '_format_version: |', ['"3.0"']],
    ['names of plugins', 'plugins:\n  - name: |', ['cors', 'rate-limiting']],
    ['names of nested plugins', 'services:\n  - name: s\n    plugins:\n      - name: r|', ['rate-limiting']],
  ])('%s', (_, marked, expected) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(expected));
  });

  test('what Kong’s schema has a field and a shorthand for; what is usual where it says only the letters', () => {
    expect(labels('upstreams:\n- name: u\n  algorithm: |')).toContain('latency');
    expect(labels('routes:\n- name: r\n  methods: [G|]')).toEqual(['GET']);
    expect(labels('vaults:\n- name: h|')).toEqual(['hcv']);
    expect(labels('services:\n- tags: [blue]\n- tags: [b|]')).toEqual(['blue']);
  });

  test('nothing where anything goes', () => {
    expect(labels('services:\n  - name: |')).toEqual([]);
    expect(labels('# serv|')).toEqual([]);
    expect(labels('services:\n  - name: s # na|')).toEqual([]);
    expect(labels('ca_certificates:\n  - cert: |-\n      na|'.replace('|', '\u0000').replace('|', '|'))).toEqual([]);
  });
});

describe('in braces, brackets and JSON', () => {
  test.each<[string, string, string]>([
    ['keys of an item', 'services:\n  - {name: s, po|', 'port'],
    ['keys of an item over lines', 'services:\n  - {name: s,\n     po|}', 'port'],
    ['values in braces', 'services:\n  - {name: s, protocol: ht|}', 'https'],
    ['lists in braces', 'routes:\n  - {protocols: [http, |]}', 'https'],
    ['maps in braces', 'plugins:\n  - {name: cors, config: {|}}', 'max_age'],
    ['items in brackets', 'services: [{name: s, routes: [{|}]}]', 'paths'],
    ['keys of JSON at the top', '{"_format_version": "3.0", "|"}', 'services'],
    ['keys of JSON', '{\n  "services": [\n    {\n      "|"\n    }\n  ]\n}', 'host'],
    ['values of JSON', '{\n  "services": [\n    {\n      "protocol": "ht|"\n    }\n  ]\n}', 'https'],
  ])('%s', (_, marked, label) => {
    expect(labels(marked)).toContain(label);
  });

  test('nothing is opened on lines of its own', () => {
    expect(taken('services:\n  - {name: s, rou|}', 'routes')).toBe('services:\n  - {name: s, routes: []}');
    expect(taken('{"services": [{"name": "s", |}]}', 'tags')).toBe('{"services": [{"name": "s", "tags": []}]}');
  });
});

const estate = `_format_version: "3.0"
services:
  - name: orders
    host: orders.test
    tags: [team-a, shop]
  - {name: "on", host: h, tags: [shop], id: 8b2a3c1e-0000-4000-8000-000000000001}
consumers:
  - username: ann
consumer_groups:
  - name: gold
vaults:
  - {name: env, prefix: mine, config: {prefix: A_}}
partials:
  - {name: shared-redis, type: redis-ce, config: {host: h}}
_plugin_configs:
  limits: {minute: 5}
`;

describe('what the file names', () => {
  test.each<[string, string, FileKind, string[]]>([
    ['a plugin’s scope', 'plugins:\n  - name: cors\n    service: |', 'deck', ['orders', 'on']],
    ['a route’s service', 'routes:\n  - name: r\n    service: |', 'dbless', ['orders', 'on']],
    ['a reference by name', 'routes:\n  - name: r\n    service:\n      name: |', 'deck', ['orders', 'on']],
    ['a reference in braces', 'routes:\n  - name: r\n    service: {name: |}', 'deck', ['orders', 'on']],
    ['an id', 'routes:\n  - name: r\n    service:\n      id: |', 'deck', ['8b2a3c1e-0000-4000-8000-000000000001']],
    ['groups', 'routes:\n  - name: r\nplugins:\n  - consumer_group: |', 'deck', ['gold']],
    ['shared configurations', 'plugins:\n  - name: cors\n    _config: |', 'deck', ['limits']],
    ['partials', 'plugins:\n  - name: rate-limiting\n    partials:\n      - name: |', 'deck', ['shared-redis']],
    ['tags', 'routes:\n  - tags:\n      - |', 'deck', ['shop', 'team-a']],
    ['tags in brackets', 'routes:\n  - tags: [|]', 'dbless', ['shop', 'team-a']],
    ['select tags', '_info:\n  select_tags:\n    - |', 'deck', ['shop', 'team-a']],
  ])('%s', (_, marked, kind, expected) => {
    const file = estate.replace(new RegExp(`^${marked.slice(0, marked.indexOf(':'))}:`, 'm'), 'other:');
    expect(labels(`${file}${marked}`, kind).slice(0, expected.length)).toEqual(expected);
  });

  test('is written so that Kong reads it as text', () => {
    const text = taken(`${estate}plugins:\n  - name: cors\n    service: |`, 'on');
    expect(text).toMatch(/service: "on"$/);
    expect(taken(`${estate}routes:\n  - name: r\n    service: |`, 'orders')).toMatch(/service: \{ name: orders \}$/);
    expect(taken(`${estate}routes:\n  - name: r\n    service: "o|"`, 'on')).toMatch(/"on"|name: "on"/);
  });

  test('vaults, and variables that decK fills in', () => {
    const marked = `${estate}plugins:\n  - name: rate-limiting\n    config:\n      redis:\n        password: |`;
    const found = labels(marked);
    expect(found).toContain('{vault://env/rate-limiting-redis-password}');
    expect(found).toContain('{vault://mine/rate-limiting-redis-password}');
    expect(found).toContain('${{ env "DECK_RATE_LIMITING_REDIS_PASSWORD" }}');
    expect(labels(marked, 'dbless').filter((label) => label.startsWith('$'))).toEqual([]);
    const text = taken(marked, '${{ env "DECK_RATE_LIMITING_REDIS_PASSWORD" }}', 'deck', true);
    expect(text).toMatch(/'\$\{\{ env "DECK_RATE_LIMITING_REDIS_PASSWORD" \}\}'$/);
    expect(taken(marked, '{vault://mine/rate-limiting-redis-password}', 'deck', true)).toMatch(
      /"\{vault:\/\/mine\/[\w-]+\}"$/,
    );
  });

  test('of thousands those that fit, and more when more is typed', () => {
    const many = Array.from({ length: 3000 }, (_, at) => `  - {name: svc-${at}, host: h}\n`).join('');
    const at = (word: string) => {
      const { text, position } = withCursor(`services:\n${many}plugins:\n  - name: cors\n    service: ${word}|`);
      return completion(opened(text), position);
    };
    expect(at('')).toMatchObject({ isIncomplete: true, items: { length: 200 } });
    const { isIncomplete, items } = at('svc-299');
    expect(isIncomplete).toBe(false);
    expect(items.map(({ label }) => label)).toContain('svc-2999');
  });
});

describe('skeletons', () => {
  const errorsIn = (text: string, kind: FileKind): string[] =>
    validate({ text, kind, facts: facts39 })
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, path, message }) => `${code} ${path} ${message}`);

  test('are for editors that know snippets', () => {
    expect(labels('services:\n  - |')).not.toContain('new service');
    expect(taken('services:\n  - |', 'new service', 'deck', true)).toBe(
      'services:\n  - name: service\n    url: http://example.com',
    );
    expect(taken('services:\n  - name: s\n    rou|', 'routes', 'deck', true)).toBe(
      'services:\n  - name: s\n    routes:\n      - name: route\n        paths:\n          - /',
    );
  });

  test.each<[string, FileKind]>(
    ['services', 'routes', 'upstreams', 'consumers', 'vaults', 'key_sets', 'snis'].flatMap((kind) => [
      [kind, 'deck'] as [string, FileKind],
      [kind, 'dbless'] as [string, FileKind],
    ]),
  )('of %s are what %s takes', (kind, format) => {
    if (kind === 'snis') return;
    const text = taken('_format_version: "3.0"\n' + `${kind.slice(0, 3)}|`, kind, format, true);
    expect(errorsIn(text, format)).toEqual([]);
  });

  test('of credentials are what decK and Kong take', () => {
    for (const kind of [
      'acls',
      'basicauth_credentials',
      'hmacauth_credentials',
      'jwt_secrets',
      'keyauth_credentials',
      'oauth2_credentials',
    ]) {
      const text = taken('_format_version: "3.0"\nconsumers:\n  - username: ann\n    |', kind, 'deck', true);
      expect(errorsIn(text, 'deck')).toEqual([]);
    }
  });

  test('of plugins are what Kong takes, whatever the plugin', () => {
    // `application-registration` is for services only.
    const names = Object.keys(facts39.plugins).filter((name) => name !== 'application-registration');
    const refused = names.flatMap((name) => {
      const text = taken('_format_version: "3.0"\nplugins:\n  - |', `plugin ${name}`, 'deck', true);
      return errorsIn(text, 'deck').map((error) => `${name}: ${error}`);
    });
    expect(refused).toEqual([]);
  });
});
