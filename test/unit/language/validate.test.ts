import { describe, expect, test } from 'vitest';
import { diagnosticCodes } from '../../../src/language/diagnosticCodes.js';
import { validate } from '../../../src/language/validate.js';
import type { Diagnostic, FileKind } from '../../../src/language/validate.js';
import { facts28, facts39 } from './facts.js';
import { textAt } from './marked.js';

const header = '_format_version: "3.0"\n';

function check(text: string, kind: FileKind = 'deck', facts = facts39): Diagnostic[] {
  const verdict = validate({ text, kind, facts });
  expect(verdict.valid).toBe(!verdict.diagnostics.some(({ severity }) => severity === 'error'));
  for (const { code } of verdict.diagnostics) expect(diagnosticCodes).toHaveProperty(code);
  return verdict.diagnostics;
}

/** Code, path and marked text of each. */
const marks = (text: string, kind?: FileKind, facts = facts39): string[] =>
  check(text, kind, facts).map(({ code, path, range }) => `${code} ${path} «${textAt(text, range)}»`);

describe('the file', () => {
  test.each<[string, string, FileKind, string[]]>([
    ['is empty', '', 'deck', ['not-declarative  «»']],
    ['is a value', 'hello', 'dbless', ['not-declarative  «hello»']],
    ['names nothing', header, 'deck', ['empty-file _format_version «_format_version»']],
    ['has no version (decK)', 'services: [{name: a, host: h}]', 'deck', ['required _format_version «services»']],
    [
      'has a number for a version',
      '_format_version: 3.0\nservices: [{name: a, host: h}]',
      'dbless',
      ['wrong-type _format_version «3.0»'],
    ],
    [
      'is of an older format, whose paths Kong rewrites before it looks at them',
      '_format_version: "2.1"\nroutes: [{name: a, paths: [/a/../b, "/%61", "/a[", "/a(b)", /a//b]}]',
      'dbless',
      ['format-version _format_version «"2.1"»', 'wrong-format routes[0].paths[2] «"/a["»'],
    ],
    [
      'has numbers and booleans for keys where a map wants text',
      `${header}routes: [{name: a, paths: [/a], headers: {on: [b], x: [b], "2": [b]}}]\nupstreams: [{name: u, healthchecks: {active: {headers: {x: [a], 1: [b]}}}}]`,
      'dbless',
      ['wrong-type routes[0].headers «on»', 'wrong-type upstreams[0].healthchecks.active.headers «1»'],
    ],
    [
      'has notes of the wrong type, at its top and in an entity',
      `${header}_comment: 12\n_ignore: {a: b}\nservices: [{name: a, host: h, _comment: [x], _ignore: {}}, {name: b, host: h, _ignore: y, _comment: z}]`,
      'dbless',
      [
        'wrong-type _comment «12»',
        'wrong-type _ignore «{a: b}»',
        'wrong-type services[0]._comment «[x]»',
        'wrong-type services[1]._ignore «y»',
      ],
    ],
    [
      'has a version of the future',
      '_format_version: "9"\nservices: [{name: a, host: h}]',
      'dbless',
      ['not-in-enum _format_version «"9"»'],
    ],
    [
      'has a mistyped key',
      `${header}servces: []\nroutes: [{name: r, paths: [/]}]`,
      'deck',
      ['unknown-field servces «servces»'],
    ],
    ['has a key of decK', `${header}_info: {}\nroutes: [{name: r, paths: [/]}]`, 'dbless', ['deck-only _info «_info»']],
    [
      'has a key of the DB-less format',
      `${header}acls: []\nroutes: [{name: r, paths: [/]}]`,
      'deck',
      ['dbless-only acls «acls»'],
    ],
    [
      'is an export for decK',
      `${header}_transform: false\nroutes: [{name: r, paths: [/]}]`,
      'deck',
      ['dbless-only _transform «false»'],
    ],
    ['has a map for a list', `${header}services:\n  a: {host: h}`, 'deck', ['wrong-type services «a: {host: h}»']],
    ['has text for an entity', `${header}services:\n  - a`, 'deck', ['wrong-type services[0] «a»']],
    ['has two documents', `${header}routes: [{name: r, paths: [/]}]\n---\na: 1`, 'dbless', ['further-document  «---»']],
    [
      'has a key twice',
      `${header}services: []\nservices: [{name: a, host: h}]`,
      'dbless',
      ['duplicate-key services «services»'],
    ],
  ])('%s', (_, text, kind, expected) => {
    expect(marks(text, kind)).toEqual(expected);
  });

  test('a version that a Kong of the past does not know', () => {
    expect(marks(`${header}services: [{name: a, host: h}]`, 'dbless', facts28)).toEqual([
      'not-in-enum _format_version «"3.0"»',
    ]);
  });
});

describe('entities, by the schema', () => {
  test('keys, values and what is missing are marked where they stand', () => {
    const text = `${header}services:
  - name: s1
    prot: http
    port: eighty
    protocol: htp
    routes:
      - name: r1
        paths: [orders]
`;
    expect(marks(text)).toEqual([
      'required services[0].host «name»',
      'unknown-field services[0].prot «prot»',
      'wrong-type services[0].port «eighty»',
      'not-in-enum services[0].protocol «htp»',
      'wrong-format services[0].routes[0].paths[0] «orders»',
    ]);
  });

  test('messages say what to do', () => {
    const [unknown, choice, plugin] = check(
      `${header}services:\n  - name: s\n    hst: h\n    host: h\n    protocol: htp\nplugins:\n  - name: corss\n`,
    );
    expect(unknown?.message).toContain('Did you mean `host`?');
    expect(choice?.data?.suggestions).toContain('http');
    expect(plugin).toMatchObject({ code: 'unknown-plugin', data: { suggestions: ['cors'] } });
  });

  test('no message holds a secret', () => {
    const text = `${header}consumers:\n  - username: a\n    keyauth_credentials:\n      - {key: [hunter2]}\n    basicauth_credentials:\n      - {username: a, password: {x: hunter2}}\n`;
    const diagnostics = check(text);
    expect(diagnostics).toHaveLength(2);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });

  test('a slip of syntax in one entity leaves the judgement of the others alone', () => {
    const text = `${header}services:\n  - name: a\n    hst: h\n    host: h\n  - name: "b\n    host: h\n  - name: c\n`;
    expect(marks(text)).toEqual([
      'unknown-field services[0].hst «hst»',
      'yaml-syntax  «"»',
      'required services[2].host «name»',
    ]);
  });

  test('a slip leaves the other items judged where anchors are about, too', () => {
    const text = `${header}services:\n  - &a {name: a, hst: h, host: h}\n  - name: "b\n    host: h\n  - name: c\n`;
    expect(marks(text)).toEqual([
      'unknown-field services[0].hst «hst»',
      'yaml-syntax  «"»',
      'required services[2].host «name»',
    ]);
  });
});

describe('references', () => {
  const services = 'services:\n  - {name: s1, host: h}\n';

  test.each<[string, string, FileKind, string[]]>([
    ['by name', `${services}plugins: [{name: cors, service: s1}]`, 'dbless', []],
    [
      'to nothing',
      `${services}plugins: [{name: cors, service: s2}]`,
      'dbless',
      ['unresolved-reference plugins[0].service «s2»'],
    ],
    ['as decK writes it', `${services}routes: [{name: r, paths: [/], service: {name: s1}}]`, 'deck', []],
    [
      'to nothing in decK',
      `${services}routes: [{name: r, paths: [/], service: {name: s2}}]`,
      'deck',
      ['unresolved-reference routes[0].service «{name: s2}»'],
    ],
    [
      'as text in decK',
      `${services}routes: [{name: r, paths: [/], service: s1}]`,
      'deck',
      ['dbless-only routes[0].service «s1»'],
    ],
    [
      'by name in a map, DB-less',
      `${services}routes: [{name: r, paths: [/], service: {name: s1}}]`,
      'dbless',
      ['required routes[0].service.id «service»'],
    ],
    [
      'to what decK looks up',
      `_info: {default_lookup_tags: {consumers: [x]}}\n${services}plugins: [{name: cors, service: s1}, {name: acl, config: {allow: [x]}, service: s1}, {name: rate-limiting, config: {minute: 5}, consumer: elsewhere}]`,
      'deck',
      [],
    ],
    ['to the parent again', `services:\n  - {name: s1, host: h, plugins: [{name: cors, service: s1}]}`, 'dbless', []],
    [
      'to another parent',
      `services:\n  - {name: s1, host: h, plugins: [{name: cors, service: s2}]}\n  - {name: s2, host: h}`,
      'dbless',
      ['reference-mismatch services[0].plugins[0].service «s2»'],
    ],
  ])('%s', (_, text, kind, expected) => {
    expect(marks(header + text, kind)).toEqual(expected);
  });
});

describe('uniqueness', () => {
  test.each<[string, string, FileKind, string[]]>([
    ['names', 'services: [{name: a, host: h}, {name: a, host: h}]', 'dbless', ['not-unique services[1] «a»']],
    [
      'names across nesting',
      'services: [{name: a, host: h, routes: [{name: r, paths: [/]}]}]\nroutes: [{name: r, paths: [/b]}]',
      'dbless',
      ['not-unique routes[0] «r»'],
    ],
    [
      'ids',
      `services: [${'{id: 0a8b1a7e-6a2c-4c39-9c43-1a1d50b1f7d1, name: NAME, host: h}, '.replace('NAME', 'a')}{id: 0a8b1a7e-6a2c-4c39-9c43-1a1d50b1f7d1, name: b, host: h}]`,
      'dbless',
      ['not-unique services[1] «0a8b1a7e-6a2c-4c39-9c43-1a1d50b1f7d1»'],
    ],
    [
      'credentials',
      'consumers: [{username: a, keyauth_credentials: [{key: k}]}, {username: b, keyauth_credentials: [{key: k}]}]',
      'dbless',
      ['not-unique consumers[1].keyauth_credentials[0] «k»'],
    ],
    ['a plugin in one scope', 'plugins: [{name: cors}, {name: cors}]', 'dbless', ['not-unique plugins[1] «{»']],
    [
      'a plugin by name and nested, which Kong takes for two',
      'services: [{name: a, host: h, plugins: [{name: cors}]}]\nplugins: [{name: cors, service: a}]',
      'dbless',
      [],
    ],
    [
      'a plugin by name and nested, which decK takes for one',
      'services: [{name: a, host: h, plugins: [{name: cors}]}]\nplugins: [{name: cors, service: a}]',
      'deck',
      ['not-unique plugins[0] «{»'],
    ],
    [
      'targets of one upstream',
      'upstreams: [{name: a, targets: [{target: "t:1"}, {target: "t:1"}]}, {name: b, targets: [{target: "t:1"}]}]',
      'dbless',
      ['not-unique upstreams[0].targets[1] «"t:1"»'],
    ],
  ])('%s', (_, text, kind, expected) => {
    expect(marks(header + text, kind)).toEqual(expected);
  });

  test('Kong 2.8 keeps the last without a word: a warning', () => {
    const [diagnostic] = check(
      '_format_version: "2.1"\nservices: [{name: a, host: h}, {name: a, host: h}]',
      'dbless',
      facts28,
    );
    expect(diagnostic).toMatchObject({ severity: 'warning', code: 'not-unique' });
  });
});

describe('decK and DB-less', () => {
  test('env templates stand for anything in decK, for themselves in a DB-less file', () => {
    const text = `${header}services:\n  - name: s\n    host: h\n    port: \${{ env "DECK_PORT" | toInt }}\n    path: \${{ env "PATH" }}\n`;
    expect(marks(text, 'deck')).toEqual(['env-template services[0].path «${{ env "PATH" }}»']);
    expect(check(text, 'dbless').map(({ code, path }) => `${code} ${path}`)).toEqual([
      'wrong-type services[0].port',
      'env-template services[0].port',
      'wrong-format services[0].path',
      'env-template services[0].path',
    ]);
  });

  test('decK fills in defaults and shared plugin configuration', () => {
    const text = `${header}_info: {defaults: {service: {host: h}}}\n_plugin_configs: {limit: {minute: 5}}\nservices: [{name: s}]\nplugins: [{name: rate-limiting, _config: limit}]\n`;
    expect(marks(text)).toEqual([]);
  });

  test('decK wants ids where Kong makes them, and names to know an entity by', () => {
    expect(marks(`${header}routes: [{paths: [/]}]\nkey_sets: [{tags: [a]}]\n`)).toEqual([
      'required routes[0].name «{»',
      'required key_sets[0].name «{»',
    ]);
    expect(marks(`${header}routes: [{paths: [/]}]\n`, 'dbless')).toEqual([]);
  });

  test('policies that need a database are for decK only', () => {
    const text = `${header}plugins: [{name: rate-limiting, config: {minute: 5, policy: cluster}}]`;
    expect(marks(text, 'deck')).toEqual([]);
    expect(marks(text, 'dbless')).toEqual(['not-in-enum plugins[0].config.policy «cluster»']);
  });

  test('nested SNIs beside nested passwords, which Kong 3.9 refuses', () => {
    const text = `${header}certificates: [{cert: "{vault://env/cert}", key: "{vault://env/key}", snis: [{name: a.example.com}]}]\n`;
    expect(marks(text, 'dbless')).toEqual([]);
    const refused = `${text}consumers: [{username: a, basicauth_credentials: [{username: a, password: b}]}]`;
    expect(marks(refused, 'dbless')).toEqual(['nested-snis certificates[0].snis[0].certificate «{»']);
  });
});

test('more findings than anybody would read are counted', () => {
  const text = `${header}services:\n${'- nam: a\n'.repeat(50_000)}`;
  const diagnostics = check(text);
  expect(diagnostics).toHaveLength(1001);
  expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'more-findings' });
  expect(diagnostics[0]?.message).toMatch(
    /^The first 1000 findings are shown; there are [\d]+ more, [\d]+ of them errors\.$/,
  );
});

test('a character that stands for unreadable bytes is said', () => {
  expect(marks(`${header}services: [{name: a, host: h, tags: [gr\ufffd\ufffde]}]`)).toEqual(['not-text  «\ufffd»']);
});

describe('kinds of Enterprise gateways in decK files', () => {
  test.each<[string, string, string[]]>([
    [
      'as decK writes them',
      `consumer_groups: [{name: gold, consumers: [{username: ann}], plugins: [{name: cors}], tags: [a]}]
licenses: [{payload: '{}'}]
partials: [{name: p, type: redis-ee, config: {host: h}}]
rbac_roles: [{name: r, endpoint_permissions: [{workspace: default, endpoint: /services, actions: [read], negative: false}]}]
custom_entities: [{type: degraphql_routes, fields: {uri: /a}}]`,
      [],
    ],
    [
      'unknown fields',
      'consumer_groups: [{name: gold, colour: x}]',
      ['unknown-field consumer_groups[0].colour «colour»'],
    ],
    ['missing fields', 'partials: [{name: p}]', ['required partials[0].type «{»']],
    ['wrong types', 'licenses: [{payload: 5}]', ['wrong-type licenses[0].payload «5»']],
    [
      'what is inside',
      'rbac_roles: [{name: r, endpoint_permissions: [{workspace: w, endpoint: /a, actions: [write]}]}]',
      ['not-in-enum rbac_roles[0].endpoint_permissions[0].actions[0] «write»'],
    ],
    ['no list', 'rbac_roles: {a: b}', ['wrong-type rbac_roles «{a: b}»']],
    ['templates', 'licenses: [{id: \'${{ env "DECK_ID" }}\', payload: \'${{ env "DECK_LICENSE" }}\'}]', []],
  ])('%s', (_, text, expected) => {
    expect(marks(header + text)).toEqual(expected);
  });
});
