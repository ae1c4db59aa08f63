import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { readDeckFile } from '../../../src/estate/deckFile.js';
import type { Entity } from '../../../src/estate/entity.js';

const head = '_format_version: "3.0"\n';
const read = (text: string) => readDeckFile(head + text, 'kong.yaml');
const one = (entities: readonly Entity[], kind: string): JsonObject => {
  const found = entities.filter((entity) => entity.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]?.fields ?? {};
};

it('takes for a number what decK and Kong take for one', () => {
  const file =
    '_format_version: "3.0"\nplugins: [{name: x, config: {a: 1e-05, b: 8e1, c: 1:20, d: 010, e: 1e, f: -.5}}]\n';
  const [plugin] = readDeckFile(file, 'kong.yaml').entities;
  expect(plugin?.fields['config']).toEqual({ a: 0.00001, b: 80, c: '1:20', d: 8, e: '1e', f: -0.5 });
});

describe('a decK file', () => {
  it('is flat when read: children name their parents by id', () => {
    const { entities } = read(`
services:
- name: a
  host: a.internal
  routes:
  - name: r
    paths: [/r]
    plugins:
    - name: cors
consumers:
- username: alice
  groups:
  - name: gold
  keyauth_credentials:
  - key: k
consumer_groups:
- name: gold
`);
    const service = one(entities, 'services');
    const route = one(entities, 'routes');
    expect(service).not.toHaveProperty('routes');
    expect(route['service']).toEqual({ id: service['id'] });
    expect(one(entities, 'plugins')['route']).toEqual({ id: route['id'] });
    const consumer = { id: one(entities, 'consumers')['id'] };
    expect(one(entities, 'keyauth_credentials')['consumer']).toEqual(consumer);
    expect(one(entities, 'consumer_group_consumers')).toMatchObject({
      consumer,
      consumer_group: { id: one(entities, 'consumer_groups')['id'] },
    });
  });

  it('may refer by name, by id or by object', () => {
    const certificate = '11111111-1111-4111-8111-111111111111';
    const { entities, problems } = read(`
certificates: [{id: ${certificate}, cert: c, key: k}]
services:
- {name: a, host: a, client_certificate: ${certificate}}
routes:
- {name: r, service: {name: a}}
plugins:
- {name: cors, service: a, route: r}
`);
    expect(problems).toEqual([]);
    const service = { id: one(entities, 'services')['id'] };
    expect(one(entities, 'services')['client_certificate']).toEqual({ id: certificate });
    expect(one(entities, 'routes')['service']).toEqual(service);
    expect(one(entities, 'plugins')).toMatchObject({ service, route: { id: one(entities, 'routes')['id'] } });
  });

  it('says which references lead nowhere', () => {
    const { entities, problems } = read('plugins: [{name: cors, service: gone}]\n');
    expect(problems).toEqual([{ path: 'plugins[0].service', message: expect.stringContaining('"gone"') as string }]);
    expect(one(entities, 'plugins')['service']).toEqual({ name: 'gone' });
  });

  it.each([
    ['http://h.internal', { protocol: 'http', host: 'h.internal', port: 80 }],
    ['https://h.internal/a/b', { protocol: 'https', host: 'h.internal', port: 443, path: '/a/b' }],
    ['grpc://10.0.0.1:9000', { protocol: 'grpc', host: '10.0.0.1', port: 9000 }],
    ['https://[::1]:8443/', { protocol: 'https', host: '[::1]', port: 8443, path: '/' }],
  ])('spreads the url %s of a service', (url, fields) => {
    const service = one(read(`services: [{name: a, url: "${url}"}]\n`).entities, 'services');
    expect(service).toMatchObject(fields);
    expect(service).not.toHaveProperty('url');
  });

  it('fills in its own defaults and shared plugin configs', () => {
    const { entities } = read(`
_info: {defaults: {service: {retries: 2, port: 81}}}
_plugin_configs: {limits: {minute: 10, redis: {host: r, port: 1}}}
services: [{name: a, host: h, port: 82}]
plugins: [{name: rate-limiting, _config: limits, config: {hour: 5, redis: {port: 2}}}]
`);
    expect(one(entities, 'services')).toMatchObject({ retries: 2, port: 82 });
    const plugin = one(entities, 'plugins');
    expect(plugin['config']).toEqual({ minute: 10, hour: 5, redis: { host: 'r', port: 2 } });
    expect(plugin).not.toHaveProperty('_config');
  });

  it('adds the tags that it selects by to every entity', () => {
    const { entities, selectTags } = read(`
_info: {select_tags: [mine]}
services: [{name: a, host: h, tags: [x]}]
`);
    expect(selectTags).toEqual(['mine']);
    expect(one(entities, 'services')['tags']).toEqual(['x', 'mine']);
  });

  it('says which values only decK can fill in', () => {
    const { problems } = read('services: [{name: a, host: "${{ env \\"DECK_HOST\\" }}"}]\n');
    expect(problems).toMatchObject([{ path: 'services[0].host' }]);
  });

  it('says what it does not take', () => {
    const { problems } = read('services: [{name: a, host: h}]\nrbac_roles: [{name: r}]\n_transform: false\n');
    expect(read('services: [{name: a, host: h}]\n_transform: true\n').problems).toEqual([]);
    expect(problems.map(({ path }) => path).sort()).toEqual(['_transform', 'rbac_roles']);
  });

  it('reads entities that decK has no list for', () => {
    const { entities } = read('custom_entities: [{type: degraphql_routes, id: x, fields: {uri: /q}}]\n');
    expect(entities).toEqual([{ kind: 'degraphql_routes', fields: { id: 'x', uri: '/q' } }]);
  });

  it('reads YAML as decK does', () => {
    const { entities } = read(`
services:
- &base {name: a, host: "yes", enabled: off, retries: 010}
- {<<: *base, name: b, tags: [2020-01-01]}
`);
    expect(entities[0]?.fields).toMatchObject({ host: 'yes', enabled: false, retries: 8 });
    expect(entities[1]?.fields).toMatchObject({ name: 'b', enabled: false, tags: ['2020-01-01'] });
  });

  it('keeps its workspace and version', () => {
    expect(read('_workspace: payments\nservices: [{name: a, host: h}]\n')).toMatchObject({
      workspace: 'payments',
      formatVersion: '3.0',
    });
  });
});

describe('a file that is none', () => {
  const refused = (text: string, place: string, reason: RegExp) =>
    expect(() => readDeckFile(text, 'kong.yaml')).toThrowError(
      expect.objectContaining({ code: 'file-invalid', place, reason: expect.stringMatching(reason) as string }),
    );

  it('is refused at the place of the broken YAML', () => {
    refused(`${head}services:\n- name: a\n  host: [b\n`, 'kong.yaml:5:1', /YAML is broken/);
    refused(`${head}services: []\nservices: []\n`, 'kong.yaml:3:1', /YAML is broken/);
  });

  it('is refused at the place of the wrong structure', () => {
    refused(`${head}services:\n  name: a\n`, 'kong.yaml:3:3', /services: It has to be a list/);
    refused(`${head}services:\n- a\n`, 'kong.yaml:3:3', /services\[0\]: An entity has to be a mapping/);
    refused(`${head}services:\n- name: a\n  url: x\n`, 'kong.yaml:4:8', /services\[0\]\.url/);
    refused('services: [{name: a}]\n', 'kong.yaml:1:1', /_format_version/);
    refused('[]\n', 'kong.yaml:1:1', /mapping/);
  });

  it('is refused when an id is there twice', () => {
    refused(`${head}services:\n- {id: x, host: a}\n- {id: x, host: b}\n`, 'kong.yaml:4:8', /same id/);
  });

  it('is refused when it names no entities, unless that is meant', () => {
    refused(head, 'kong.yaml:1:1', /delete everything/);
    refused(`${head}services: []\n`, 'kong.yaml:1:1', /delete everything/);
    expect(readDeckFile(head, 'kong.yaml', { allowEmpty: true }).entities).toEqual([]);
  });
});
