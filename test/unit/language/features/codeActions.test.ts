import { describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-types';
import { applyEdits } from '../../../../src/language/edits.js';
import { codeActions, resolveEdits, type PendingAction } from '../../../../src/language/features/codeActions.js';
import { toLspDiagnostics } from '../../../../src/language/features/diagnostics.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { validate } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';
import { opened, withCursor } from '../marked.js';

const head = '_format_version: "3.0"\n';

const found = (text: string, kind: FileKind) => toLspDiagnostics(validate({ text, kind, facts: facts39 }).diagnostics);

const codes = (text: string, kind: FileKind = 'deck'): unknown[] => found(text, kind).map(({ code }) => code);

/** What the editor would offer on the findings of a file. */
function offered(text: string, kind: FileKind = 'deck', code?: string): CodeAction[] {
  const diagnostics = found(text, kind).filter((diagnostic) => code === undefined || diagnostic.code === code);
  const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return codeActions(opened(text, kind), { range, diagnostics, canResolve: true });
}

async function taken(text: string, title: string | RegExp, kind: FileKind = 'deck', code?: string): Promise<string> {
  const actions = offered(text, kind, code);
  const action = actions.find((each) => (typeof title === 'string' ? each.title === title : title.test(each.title)));
  if (!action) throw new Error(`no ${String(title)} among ${actions.map((each) => each.title).join(' | ')}`);
  return applied(text, action, kind);
}

async function applied(text: string, action: CodeAction, kind: FileKind): Promise<string> {
  const document = opened(text, kind);
  const edits =
    action.edit?.changes?.[document.uri] ??
    (await resolveEdits(document, action.data as PendingAction, {
      diagnostics: () => Promise.resolve(found(text, kind)),
      reopen: (changed) => opened(changed, kind),
    }));
  return applyEdits(document.text, edits);
}

describe('quick fixes make the finding go', () => {
  test.each<[string, string, string, string | RegExp, string, FileKind?]>([
    [
      'a key',
      'services:\n- name: s\n  hots: h # c\n',
      'unknown-field',
      'Change to `host`',
      'services:\n- name: s\n  host: h # c\n',
    ],
    ['a plugin', 'plugins:\n- name: crs # c\n', 'unknown-plugin', 'Change to `cors`', 'plugins:\n- name: cors # c\n'],
    [
      'an enum before a comment',
      'services:\n- name: s\n  host: h\n  protocol: htps # htps\n',
      'not-in-enum',
      'Change to `https`',
      'services:\n- name: s\n  host: h\n  protocol: https # htps\n',
    ],
    [
      'a reference before a comment',
      'services:\n- name: orders # one\n  host: h\nplugins:\n- name: cors\n  service: order # two\n',
      'unresolved-reference',
      'Change to `orders`',
      'services:\n- name: orders # one\n  host: h\nplugins:\n- name: cors\n  service: orders # two\n',
    ],
    [
      'what is empty, before a comment',
      'services:\n- name: s\n  host: # which\n',
      'required',
      'Fill in `host`',
      'services:\n- name: s\n  host: example.com # which\n',
    ],
    [
      'a plugin where it cannot be',
      'services:\n- {name: s, host: h}\nplugins:\n- name: acme\n  service: s\n  config: {account_email: a@b.test, tos_accepted: true}\n',
      'wrong-scope',
      'Remove `service`',
      'services:\n- {name: s, host: h}\nplugins:\n- name: acme\n  config: {account_email: a@b.test, tos_accepted: true}\n',
    ],
    [
      'another parent than its own',
      'services:\n- name: s\n  host: h\n  routes:\n  - name: r\n    paths: [/]\n    service: {name: t}\n- {name: t, host: h}\n',
      'reference-mismatch',
      'Remove `service`',
      'services:\n- name: s\n  host: h\n  routes:\n  - name: r\n    paths: [/]\n- {name: t, host: h}\n',
    ],
    [
      'what decK alone reads',
      '_info: {select_tags: [a]}\nservices: []\n',
      'deck-only',
      'Remove `_info`',
      'services: []\n',
      'dbless',
    ],
    [
      'an enum',
      'services:\n- {name: s, host: h, protocol: "htps"}\n',
      'not-in-enum',
      'Change to `https`',
      'services:\n- {name: s, host: h, protocol: "https"}\n',
    ],
    [
      'a reference',
      'services:\n- {name: orders, host: h}\nroutes:\n- name: r\n  paths: [/]\n  service: {name: order}\n',
      'unresolved-reference',
      'Change to `orders`',
      'services:\n- {name: orders, host: h}\nroutes:\n- name: r\n  paths: [/]\n  service: {name: orders}\n',
    ],
    [
      'a key to remove',
      'services:\n- name: s\n  # kept\n  zzz:\n    a: 1\n  host: h\n',
      'unknown-field',
      'Remove `zzz`',
      'services:\n- name: s\n  # kept\n  host: h\n',
    ],
    [
      'a first key to remove',
      'services:\n- zzz: 1\n  # kept\n  name: s\n  host: h\n',
      'unknown-field',
      'Remove `zzz`',
      'services:\n  # kept\n- name: s\n  host: h\n',
    ],
    [
      'a key to remove in braces',
      'services:\n- {name: s, host: h, zzz: 1}\n',
      'unknown-field',
      'Remove `zzz`',
      'services:\n- {name: s, host: h}\n',
    ],
    [
      'what is missing',
      'services:\n- name: s # c\n  port: 80\n',
      'required',
      'Add `host`',
      'services:\n- name: s # c\n  host: example.com\n  port: 80\n',
    ],
    [
      'what is missing in braces',
      'services:\n- {name: s}\n',
      'required',
      'Add `host`',
      'services:\n- {host: example.com, name: s}\n',
    ],
    [
      'what is missing deep',
      'plugins:\n- name: http-log\n  config:\n    method: POST\n',
      'required',
      'Add `http_endpoint`',
      'plugins:\n- name: http-log\n  config:\n    method: POST\n    http_endpoint: http://example.com/log\n',
    ],
    [
      'a setting beside config',
      'plugins:\n- name: cors\n  max_age: 5\n  config:\n    credentials: true\n',
      'unknown-field',
      'Move `max_age` under `config`',
      'plugins:\n- name: cors\n  config:\n    credentials: true\n    max_age: 5\n',
    ],
    [
      'a number that is text',
      'services:\n- {name: 12, host: h}\n',
      'wrong-type',
      'Put `12` in quotes',
      'services:\n- {name: "12", host: h}\n',
    ],
    [
      'a boolean that is text',
      'consumers:\n- username: on\n',
      'wrong-type',
      'Put `on` in quotes',
      'consumers:\n- username: "on"\n',
    ],
    [
      'an octal number that is text',
      'consumers:\n- username: ann\n  custom_id: 0120\n',
      'wrong-type',
      'Put `0120` in quotes',
      'consumers:\n- username: ann\n  custom_id: "0120"\n',
    ],
    [
      'text that is a number',
      'services:\n- {name: s, host: h, port: "80"}\n',
      'wrong-type',
      'Take the quotes away',
      'services:\n- {name: s, host: h, port: 80}\n',
    ],
    [
      'one for a list',
      'routes:\n- {name: r, paths: /a}\n',
      'wrong-type',
      'Make it a list',
      'routes:\n- {name: r, paths: [/a]}\n',
    ],
    [
      'a key that is a number',
      'plugins:\n- name: request-termination\n  config: {trigger: x}\nroutes:\n- name: r\n  paths: [/]\n  headers:\n    on: [a]\n',
      'wrong-type',
      'Put `on` in quotes',
      'plugins:\n- name: request-termination\n  config: {trigger: x}\nroutes:\n- name: r\n  paths: [/]\n  headers:\n    "on": [a]\n',
      'dbless',
    ],
    [
      'a regular expression',
      'routes:\n- name: r\n  paths:\n  - /a/\\d+\n',
      'regex-path',
      /regular expression/,
      'routes:\n- name: r\n  paths:\n  - ~/a/\\d+\n',
    ],
    [
      'a path with a star',
      'routes:\n- name: r\n  paths: ["/a/*"]\n',
      'regex-path',
      /Match all/,
      'routes:\n- name: r\n  paths: ["/a/"]\n',
    ],
    [
      'a reference for decK',
      'services:\n- {name: s, host: h}\nroutes:\n- {name: r, paths: [/], service: s}\n',
      'dbless-only',
      /as decK does/,
      'services:\n- {name: s, host: h}\nroutes:\n- {name: r, paths: [/], service: { name: s }}\n',
    ],
    [
      'a reference of a plugin for decK',
      'services:\n- {name: s, host: h}\nplugins:\n- {name: cors, service: {name: s}}\n',
      'wrong-type',
      /as decK does/,
      'services:\n- {name: s, host: h}\nplugins:\n- {name: cors, service: s}\n',
    ],
    [
      'a secret, from the gateway',
      'plugins:\n- name: rate-limiting\n  config: {minute: 1, redis: {password: s3cret}}\n',
      'plaintext-secret',
      /gateway’s environment/,
      'plugins:\n- name: rate-limiting\n  config: {minute: 1, redis: {password: "{vault://env/rate-limiting-redis-password}"}}\n',
    ],
    [
      'a secret, by decK',
      'plugins:\n- name: rate-limiting\n  config: {minute: 1, redis: {password: s3cret}}\n',
      'plaintext-secret',
      /Let decK/,
      'plugins:\n- name: rate-limiting\n  config: {minute: 1, redis: {password: \'${{ env "DECK_RATE_LIMITING_REDIS_PASSWORD" }}\'}}\n',
    ],
    [
      'a key that stands twice',
      'services:\n- name: s\n  port: 1\n  host: h\n  port: 2\n',
      'duplicate-key',
      /which Kong ignores/,
      'services:\n- name: s\n  host: h\n  port: 2\n',
    ],
    [
      'a variable of decK',
      'consumers:\n- username: \'${{ env "USER" }}\'\n',
      'env-template',
      /Put `DECK_`/,
      'consumers:\n- username: \'${{ env "DECK_USER" }}\'\n',
    ],
  ])('%s', async (_, text, code, title, expected, kind = 'deck') => {
    expect(codes(head + text, kind)).toContain(code);
    const after = await taken(head + text, title, kind, code);
    expect(after).toBe(head + expected);
    expect(codes(after, kind)).not.toContain(code);
  });

  test('a file without a format', async () => {
    const after = await taken('# ours\n---\nservices: []\n', /Add `_format_version/);
    expect(after).toBe('# ours\n---\n_format_version: "3.0"\nservices: []\n');
    expect(await taken('{"services": []}', /Add `_format_version/)).toBe('{"_format_version": "3.0","services": []}');
    expect(codes(await taken('_format_version: 3.0\nservices: []\n', 'Put `3.0` in quotes'))).not.toContain(
      'wrong-type',
    );
  });

  test('line breaks stay as they are, and what is added comes behind a mark of the encoding', async () => {
    const text = `${head}services:\n- name: s\n  port: 80\n`.replaceAll('\n', '\r\n');
    expect(await taken(text, 'Add `host`')).toBe(text.replace('s\r\n  port', 's\r\n  host: example.com\r\n  port'));
    const marked = '\ufeffservices: [{name: s}]\n';
    expect(await taken(marked, /Add `_format/)).toBe('\ufeff_format_version: "3.0"\nservices: [{name: s}]\n');
    expect(await taken(marked, 'Ignore `required` in this file')).toMatch(/^\ufeff# kong-backup/);
  });

  test('a whole list that Kong never sees does not go with all the rest', async () => {
    const text = `${head}services:\n- {name: s, hots: h}\nplugins:\n- name: cors # one\nplugins:\n- name: acl\n  config: {allow: [a]}\n`;
    expect(await taken(text, 'Fix all that is surely meant otherwise')).toBe(text.replace('hots', 'host'));
  });

  test('a check is silenced by a comment, on its line or in the file', async () => {
    const text = `${head}routes:\n- name: r\n  paths:\n  - /a/\\d+ \n  - "/b/\\\\d+"\n`;
    const once = await taken(text, 'Ignore `regex-path` here');
    expect(once).toContain('  - /a/\\d+ # kong-backup: ignore regex-path');
    expect(codes(once)).toEqual(['regex-path']);
    expect(codes(await taken(once, 'Ignore `regex-path` here'))).toEqual([]);
    expect(codes(await taken(text, 'Ignore `regex-path` in this file'))).toEqual([]);
    expect(offered('{"_format_version": "3.0", "services": [{"hots": 1}]}').map(({ title }) => title)).not.toContain(
      'Ignore `unknown-field` here',
    );
  });

  test('a check is silenced beside texts of several lines, not in them', async () => {
    const text = `${head}services:\n- name: s\n  host: h\n  path: one\n    two\nplugins:\n- name: pre-function\n  config:\n    access:\n    - |\n      local a = 1\n`;
    const once = await taken(text, 'Ignore `wrong-format` here', 'deck', 'wrong-format');
    expect(once).toContain('  # kong-backup: ignore wrong-format\n  path: one\n    two\n');
    expect(codes(once)).not.toContain('wrong-format');
  });

  test('a map that is no reference is not taken for one', () => {
    const text = `${head}services:\n- name: s\n  host: h\n  plugins: {name: cors}\n`;
    expect(offered(text).map(({ title }) => title)).not.toContain('Write `cors`, as decK does');
  });

  test('what aliases need is not removed', () => {
    const text = `${head}services:\n- {name: s, host: h, zzz: &t [a]}\n- {name: t, host: h, tags: *t}\n`;
    expect(offered(text).map(({ title }) => title)).not.toContain('Remove `zzz`');
  });

  test('all of one kind at once, and all that is sure', async () => {
    const text = `${head}consumers:\n- username: on\n- username: off\nservices:\n- {name: s, hots: h}\n`;
    const once = await taken(text, 'Fix every `wrong-type` of this file', 'deck', 'wrong-type');
    expect(once).toBe(text.replace('on\n-', '"on"\n-').replace('off', '"off"'));
    expect(codes(await taken(text, 'Fix all that is surely meant otherwise'))).toEqual([]);
  });
});

describe('a deprecated field moves to where Kong says', () => {
  const limits = (config: string): string => `${head}plugins:\n- name: rate-limiting\n  config:\n${config}`;
  const llm = (redis: string): string =>
    `${head}plugins:\n- name: ai-semantic-cache\n  config: {vectordb: {redis: ${redis}}}\n`;

  test.each<[string, string, RegExp, string]>([
    [
      'into a record of its own',
      limits('    minute: 5\n    redis_host: cache # ours\n    policy: redis\n'),
      /^Write `redis.host` instead of `redis_host`$/,
      limits('    minute: 5\n    redis:\n      host: cache # ours\n    policy: redis\n'),
    ],
    [
      'into one that is there',
      limits('    minute: 5\n    redis_host: cache\n    redis:\n      port: 1\n'),
      /^Write `redis.host`/,
      limits('    minute: 5\n    redis:\n      port: 1\n      host: cache\n'),
    ],
    [
      'in braces',
      `${head}plugins:\n- {"name": "rate-limiting", "config": {"redis_port": 1, "minute": 5}}\n`,
      /^Write `redis.port`/,
      `${head}plugins:\n- {"name": "rate-limiting", "config": {"redis": {"port": 1}, "minute": 5}}\n`,
    ],
    [
      'to a field beside it',
      `${head}plugins:\n- name: acme\n  config: {storage_config: {redis: {auth: x1}}}\n`,
      /^Write `password` instead of `auth`$/,
      `${head}plugins:\n- name: acme\n  config: {storage_config: {redis: {password: x1}}}\n`,
    ],
    [
      'to several fields',
      llm('{timeout: 7}'),
      /^Write `connect_timeout` and `send_timeout` and `read_timeout`/,
      llm('{connect_timeout: 7, send_timeout: 7, read_timeout: 7}'),
    ],
  ])('%s', async (_, text, title, expected) => {
    expect(await taken(text, title, 'deck', 'deprecated-field')).toBe(expected);
    expect(codes(expected)).not.toContain('deprecated-field');
  });

  test('but not where the value would need another form', () => {
    const actions = offered(llm('{sentinel_addresses: ["a:1"]}'), 'deck', 'deprecated-field');
    expect(actions.map(({ title }) => title).filter((title) => title.startsWith('Write'))).toEqual([]);
  });
});

test('a key with dots in it is one key', async () => {
  const text = `${head}_info:\n  defaults: {}\nservices:\n- name: s\n  host: h\n  "ho.sts": 1\n`;
  expect(await taken(text, 'Remove `ho.sts`')).toBe(text.replace('  "ho.sts": 1\n', ''));
});

/** What entities a file has, whatever way it is written. */
function entitiesOf(text: string, kind: FileKind = 'deck'): string[] {
  return [...opened(text, kind).entities.all()]
    .map(({ kind: of, value, parent }) => {
      const { service, route, consumer, ...own } = value;
      const given = {
        service,
        route,
        consumer,
        ...(parent && { [parent.field]: parent.entity.value['name'] ?? parent.entity.value['username'] }),
      };
      const names = Object.entries(given).flatMap(([field, to]) => {
        const name = typeof to === 'object' && to !== null && 'name' in to ? to['name'] : to;
        return name === undefined ? [] : [[field, name]];
      });
      return JSON.stringify([of, own, names]);
    })
    .sort();
}

const nestedEstate = `${head}# ours
services:
# the shop
- name: orders
  host: h
  routes:
  # all
  - name: r1
    paths:
    - /a # first
    plugins:
    - name: cors
      config:
        max_age: 5
  - {name: r2, paths: [/b]}
  tags: [a]
- name: other
  host: |-
    h
  plugins:
  - name: acl
    config: {allow: [a]}
    # end
consumers:
- username: ann
  keyauth_credentials:
  - key: k
  plugins:
  - name: request-termination
`;

describe('flat and nested', () => {
  const at = (marked: string, title: RegExp, kind: FileKind = 'deck'): Promise<string> => {
    const { text, position } = withCursor(marked);
    const range = { start: position, end: position };
    const actions = codeActions(opened(text, kind), { range, diagnostics: [], canResolve: true });
    const action = actions.find((each) => title.test(each.title));
    if (!action) throw new Error(`not among ${actions.map((each) => each.title).join(' | ')}`);
    return applied(text, action, kind);
  };

  test('an entity moves to the top, with what is in it and its comments', async () => {
    const text = await at(nestedEstate.replace('r1', 'r|1'), /Move the route r1 to the top/);
    expect(text).toContain(
      `routes:
  # all
  - name: r1
    paths:
    - /a # first
    plugins:
    - name: cors
      config:
        max_age: 5
    service:
      name: orders
# ours
services:
# the shop
- name: orders
  host: h
  routes:
  - {name: r2, paths: [/b]}
  tags: [a]
`,
    );
    expect(entitiesOf(text)).toEqual(entitiesOf(nestedEstate));
  });

  test('and into the one that it belongs to', async () => {
    const flat = `${head}services:\n- name: s\n  host: h\nroutes:\n- name: a\n  paths: [/a]\n  service:\n    name: s\n- name: b # c\n  service: {name: s}\n  paths: [/b]\n`;
    const text = await at(flat.replace('name: b', 'name: |b'), /Move the route b into the service s/);
    expect(text).toBe(
      `${head}services:\n- name: s\n  host: h\n  routes:\n    - name: b # c\n      paths: [/b]\nroutes:\n- name: a\n  paths: [/a]\n  service:\n    name: s\n`,
    );
    expect(entitiesOf(text)).toEqual(entitiesOf(flat));
  });

  test.each<[FileKind]>([['deck'], ['dbless']])('a whole file there and back, for %s', async (kind) => {
    const flat = await at(`|${nestedEstate}`, /all nested entities/, kind);
    expect(entitiesOf(flat, kind)).toEqual(entitiesOf(nestedEstate, kind));
    const left = [...opened(flat, kind).entities.all()].filter(({ parent }) => parent).map(({ kind: of }) => of);
    expect(left).toEqual(kind === 'deck' ? ['keyauth_credentials'] : []);
    expect(flat.match(/#/g)?.length).toBe(nestedEstate.match(/#/g)?.length);
    expect(codes(flat, kind)).toEqual(codes(nestedEstate, kind));
    const nested = await at(`|${flat}`, /Move all entities/, kind);
    expect(entitiesOf(nested, kind)).toEqual(entitiesOf(nestedEstate, kind));
    expect([...opened(nested, kind).entities.all()].filter(({ parent }) => !parent)).toHaveLength(3);
    expect(nested.match(/#/g)?.length).toBe(nestedEstate.match(/#/g)?.length);
  });

  test.each([
    '  - name: r|\n    paths: &p [/]\n',
    '  - &r\n    name: r|\n    paths: [/]\n',
    '  - name: q\n    paths: [/]\n    plugins: &all\n    - name: c|ors\n',
  ])('nothing that anchors are in, or that is in what has one, is moved (%#)', (routes) => {
    const { text, position } = withCursor(`${head}services:\n- name: s\n  host: h\n  routes:\n${routes}`);
    const actions = codeActions(opened(text), {
      range: { start: position, end: position },
      diagnostics: [],
      canResolve: false,
    });
    expect(actions).toEqual([]);
  });
});

test('entities are sorted by name, each with its comments', async () => {
  const text = `${head}services:\n# second\n- name: b\n  host: h # of b\n# first\n- name: a\n  host: h\nroutes:\n- name: r\n  paths: [/]\n`;
  expect(await taken(text, 'Sort entities by name')).toBe(
    `${head}services:\n# first\n- name: a\n  host: h\n# second\n- name: b\n  host: h # of b\nroutes:\n- name: r\n  paths: [/]\n`,
  );
});
