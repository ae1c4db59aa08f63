import { describe, expect, test } from 'vitest';
import { validate } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';

/** Code and path of each error of a decK file. */
const errors = (text: string, kind: 'deck' | 'dbless' = 'deck'): string[] =>
  validate({ text: `_format_version: "3.0"\n${text}`, kind, facts: facts39 })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path}`);

const id = '2b0d6b2e-6a8b-4b0c-8a7c-0f6a1b1d9f11';

describe('what the reader of decK refuses and Kong takes', () => {
  test.each<[string, string, string[]]>([
    ['null', 'services: [{name: s, host: h, path: null}]', ['dbless-only services[0].path']],
    [
      'null below',
      'upstreams: [{name: u, healthchecks: {active: {https_sni: null}}}]',
      ['dbless-only upstreams[0].healthchecks.active.https_sni'],
    ],
    ['an empty map for tags', 'services: [{name: s, host: h, tags: {}}]', ['wrong-type services[0].tags']],
    ['an empty list for a configuration', 'plugins: [{name: cors, config: []}]', ['wrong-type plugins[0].config']],
    ['a list that is null', 'services:\nroutes: [{name: r, paths: [/]}]', ['wrong-type services']],
    ['a map for a list', 'services: {}\nroutes: [{name: r, paths: [/]}]', ['wrong-type services']],
    [
      'a time of change',
      'consumers: [{username: ann, updated_at: 1700000000}]',
      ['dbless-only consumers[0].updated_at'],
    ],
  ])('%s', (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
    expect(errors(text, 'dbless')).toEqual([]);
  });

  test('what is inside of a configuration is left to Kong', () => {
    expect(errors('plugins: [{name: cors, config: {origins: null}}]')).toEqual([]);
  });
});

describe('what decK looks for in the file', () => {
  test('a shared configuration', () => {
    expect(errors('_plugin_configs: {one: {origins: [a.com]}}\nplugins: [{name: cors, _config: one}]')).toEqual([]);
    expect(errors('_plugin_configs: {one: {}}\nplugins: [{name: cors, _config: two}]')).toEqual([
      'unresolved-reference plugins[0]._config',
    ]);
  });

  test('partials', () => {
    const plugin = (link: string): string =>
      `partials: [{name: p, id: ${id}, type: redis-ce, config: {host: h, port: 6379}}]\nplugins: [{name: rate-limiting, config: {minute: 5, policy: redis}, partials: [${link}]}]`;
    expect(errors(plugin('{name: p}'))).toEqual([]);
    expect(errors(plugin(`{id: ${id}}`))).toEqual([]);
    expect(errors(plugin('{name: q}'))).toEqual(['unresolved-reference plugins[0].partials[0]']);
    expect(errors(plugin('{path: config.redis}'))).toEqual(['required plugins[0].partials[0].name']);
  });

  test('groups of consumers', () => {
    const member = (group: string): string => `consumers: [{username: ann, groups: [{name: ${group}}]}]`;
    expect(errors(`consumer_groups: [{name: gold}]\n${member('gold')}`)).toEqual([]);
    expect(errors(`consumer_groups: [{name: gold}]\n${member('goold')}`)).toEqual([
      'unresolved-reference consumers[0].groups[0]',
    ]);
    expect(errors(`_info: {default_lookup_tags: {consumer_groups: [x]}}\n${member('gold')}`)).toEqual([]);
    expect(errors('plugins: [{name: rate-limiting, config: {minute: 5}, consumer_group: gold}]')).toEqual([
      'unresolved-reference plugins[0].consumer_group',
    ]);
  });
});

describe('references', () => {
  test.each<[string, string[]]>([
    ['groups: gold', ['wrong-type consumers[0].groups']],
    ['groups: [gold]', ['unresolved-reference consumers[0].groups[0]', 'wrong-type consumers[0].groups[0]']],
    ['groups: [{}]', ['required consumers[0].groups[0].name']],
    [
      'groups: [{name: g, plugins: []}]',
      ['unresolved-reference consumers[0].groups[0]', 'unknown-field consumers[0].groups[0].plugins'],
    ],
  ])('of consumers: %s', (written, expected) => {
    expect(errors(`consumers: [{username: ann, ${written}}]`)).toEqual(expected);
  });

  test('say who is meant and nothing else', () => {
    const file = (reference: string): string =>
      `services: [{name: s, host: h}]\nroutes: [{name: r, paths: [/], service: {${reference}}}]`;
    expect(errors(file('name: s'))).toEqual([]);
    expect(errors(file('name: s, nmae: s'))).toEqual(['unknown-field routes[0].service.nmae']);
  });
});

describe('plugins', () => {
  test('in an entity do not name it again', () => {
    const text = 'services: [{name: s, host: h, plugins: [{name: cors, service: s}]}]';
    expect(errors(text)).toEqual(['reference-mismatch services[0].plugins[0].service']);
    expect(errors(text, 'dbless')).toEqual([]);
  });

  test('stand once in a scope, whatever the instance is called', () => {
    const text = 'plugins: [{name: cors, instance_name: a}, {name: cors, instance_name: b}]';
    expect(errors(text)).toEqual(['not-unique plugins[1]']);
    expect(errors(text, 'dbless')).toEqual([]);
  });
});

describe('what decK reads of the file as a whole', () => {
  test.each<[string, string[]]>([
    ['_info: {select_tags: [a], default_lookup_tags: {routes: [b]}}', []],
    ['_info: {slect_tags: [a]}', ['unknown-field _info.slect_tags']],
    ['_info: {default_lookup_tags: {plugins: [a]}}', ['unknown-field _info.default_lookup_tags.plugins']],
    ['_info: {defaults: {service: {name: s}}}', ['unknown-field _info.defaults.service.name']],
    ['_konnect: {control_plane: a}', ['unknown-field _konnect.control_plane']],
  ])('%s', (text, expected) => {
    expect(errors(`${text}\nservices: [{name: s, host: h, tags: [a]}]`)).toEqual(expected);
  });
});

test('entities of decK alone are maps', () => {
  expect(errors('rbac_roles: [{name: r}, r]')).toEqual(['wrong-type rbac_roles[1]']);
});

describe('templates', () => {
  const host = (written: string): string[] => errors(`services:\n- name: s\n  host: ${written}\n`);
  const refused = ['env-template services[0].host'];

  test.each<[string, string[]]>([
    ['${{ env "DECK_HOST" }}', []],
    ['${{env "DECK_HOST"}}', []],
    ['${{ env `DECK_HOST` }}', []],
    [`'\${{ env "DECK_HOST" }}'`, []],
    ['"${{ env "DECK_HOST" }}"', []],
    ['"${{ env "DECK_A" }}.${{ env "DECK_B" }}"', []],
    ['"a-${{ env "HOST" }}"', refused],
  ])('%s', (written, expected) => {
    expect(host(written)).toEqual(expected);
  });

  test.each(["${{ env 'DECK_HOST' }}", '${{ env DECK_HOST }}', '${{ enf "DECK_HOST" }}', '${{ env "DECK_HOST"'])(
    '%s is none',
    (written) => {
      expect(host(written)).toContain(refused[0]);
    },
  );

  test('numbers, and the version of the format', () => {
    const text = `_format_version: "\${{ env "DECK_FORMAT" }}"\nservices: [{name: s, host: h, id: ${id}}]`;
    expect(validate({ text, kind: 'deck', facts: facts39 }).valid).toBe(true);
    expect(errors('services:\n- name: s\n  host: h\n  port: ${{ env "DECK_PORT" | toInt }}\n')).toEqual([]);
  });
});
