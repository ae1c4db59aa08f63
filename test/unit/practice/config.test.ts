import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { verifyBasicAuth } from '../../../src/practice/logins.js';
import { itemsOf, type PracticeClient, practiceClient } from '../../helpers/practiceClient.js';

const shop = `_format_version: "3.0"
services:
- name: cart
  url: http://cart.internal:8080/v1
  routes:
  - name: cart
    paths: [/cart]
    plugins:
    - name: key-auth
consumers:
- username: alice
  basicauth_credentials:
  - {username: alice, password: secret}
plugins:
- name: cors
  service: cart
`;

let client: PracticeClient;

beforeEach(async () => {
  client = await practiceClient({ mode: 'dbless' });
});

const load = (text: string, query = ''): ReturnType<PracticeClient['ask']> =>
  client.ask('POST', `/config${query}`, text, 'text/yaml');

it('loads a file, with nested entities and references by name', () => {
  expect(load(shop).status).toBe(201);
  const [service] = itemsOf(client.ask('GET', '/services'));
  expect(service).toMatchObject({ name: 'cart', port: 8080, path: '/v1' });
  expect(itemsOf(client.ask('GET', '/services/cart/plugins'))).toMatchObject([{ name: 'cors' }]);
  expect(client.ask('GET', '/routes/cart').body['service']).toEqual({ id: service?.['id'] });
  expect(verifyBasicAuth(client.storage, 'alice', 'secret', 'default')).toBe(true);
});

it('replaces everything, gives the same ids again, and knows a file it has', () => {
  load(shop);
  const ids = itemsOf(client.ask('GET', '/routes')).map(({ id }) => id);
  expect(load(shop, '?check_hash=1')).toMatchObject({ status: 304 });
  load('_format_version: "3.0"\n');
  expect(itemsOf(client.ask('GET', '/routes'))).toEqual([]);
  load(shop);
  expect(itemsOf(client.ask('GET', '/routes')).map(({ id }) => id)).toEqual(ids);
});

it('gives a file that can be loaded again', () => {
  load(shop);
  const text = String(client.ask('GET', '/config').body['config']);
  const before = ['services', 'routes', 'plugins', 'consumers'].map((kind) => itemsOf(client.ask('GET', `/${kind}`)));
  expect(load(text).status).toBe(201);
  const after = ['services', 'routes', 'plugins', 'consumers'].map((kind) => itemsOf(client.ask('GET', `/${kind}`)));
  const timeless = (kinds: JsonObject[][]): unknown =>
    JSON.parse(JSON.stringify(kinds, (key, value: unknown) => (key === 'updated_at' ? 0 : value)));
  expect(timeless(after)).toEqual(timeless(before));
});

it('takes JSON, and a form', () => {
  expect(client.ask('POST', '/config', { _format_version: '3.0', services: [{ host: 'h' }] }).status).toBe(201);
  const form = `config=${encodeURIComponent(shop)}`;
  expect(client.ask('POST', '/config', form, 'application/x-www-form-urlencoded').status).toBe(201);
});

it('hashes no password of a file that says they are hashes', () => {
  load(`_format_version: "3.0"\n_transform: false\n${shop.split('\n').slice(1).join('\n')}`);
  expect(client.ask('GET', '/basic-auths/alice').body['password']).toBe('secret');
});

describe('refuses', () => {
  it('broken YAML, with its place', () => {
    expect(load('a: [b').body).toMatchObject({
      code: 14,
      fields: { error: "failed parsing declarative configuration: 1:5: did not find expected ',' or ']'" },
    });
  });

  it('schema errors of the whole file together', () => {
    const file = '_format_version: "3.0"\nservices:\n- {name: ok, host: h}\n- {name: bad, port: 0.5}\nfoo: 1\n';
    expect(load(file).body).toMatchObject({
      code: 14,
      fields: {
        foo: 'unknown field',
        services: [null, { host: 'required field missing', port: 'expected an integer' }],
      },
    });
    expect(load(file, '?flatten_errors=1').body).toMatchObject({
      fields: { foo: 'unknown field' },
      flattened_errors: [{ entity_type: 'service', entity_name: 'bad' }],
    });
  });

  it('a name that comes twice, and a reference to nothing', () => {
    const twice = '_format_version: "3.0"\nservices:\n- {name: a, host: h}\n- {name: a, host: h}\n';
    expect(JSON.stringify(load(twice).body)).toContain("with name set to 'a' already declared");
    const ghost = '_format_version: "3.0"\nroutes:\n- {name: r, paths: [/], service: ghost}\n';
    expect(load(ghost).body).toMatchObject({ fields: { routes: { r: [expect.stringContaining('ghost')] } } });
  });

  it('and keeps what it had', () => {
    load(shop);
    load('_format_version: "3.0"\nservices: [{}]\n');
    expect(itemsOf(client.ask('GET', '/services'))).toHaveLength(1);
  });

  it('every other write', () => {
    load(shop);
    expect(client.ask('POST', '/services', { host: 'h' }).body).toMatchObject({ code: 12 });
    expect(client.ask('PATCH', '/services/cart', { port: 1 }).status).toBe(405);
    expect(client.ask('DELETE', '/services/cart').status).toBe(405);
    expect(client.ask('DELETE', '/services/nope').status).toBe(204);
  });
});

it('reads scalars as YAML 1.1 does', () => {
  const text = `_format_version: "3.0"\nservices:\n- {name: "no", host: y, port: 0x50, retries: 1e1, enabled: off}\n`;
  expect(load(text).status).toBe(201);
  expect(client.ask('GET', '/services/no').body).toMatchObject({ host: 'y', port: 80, retries: 10, enabled: false });
});
