import { beforeEach, describe, expect, it } from 'vitest';
import { itemsOf, type PracticeClient, practiceClient } from '../../helpers/practiceClient.js';

let client: PracticeClient;
const missing = '00000000-0000-4000-8000-000000000009';

beforeEach(async () => {
  client = await practiceClient();
});

const idOf = (answer: { body: { [key: string]: unknown } }): string => String(answer.body['id']);

describe('writing', () => {
  it('fills in what Kong makes and every default', () => {
    const { status, body } = client.ask('POST', '/services', { name: 's', url: 'https://h.example/p' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ protocol: 'https', port: 443, path: '/p', retries: 5, tags: null, enabled: true });
    expect(body['id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(body['created_at']).toBe(body['updated_at']);
  });

  it('keeps the id and the time of making that were given, never the time of change', () => {
    const id = '11111111-1111-4111-8111-111111111111';
    const { body } = client.ask('POST', '/services', { id, host: 'h', created_at: 1, updated_at: 2 });
    expect(body).toMatchObject({ id, created_at: 1 });
    expect(body['updated_at']).not.toBe(2);
    expect(client.ask('PUT', `/services/${id}`, { host: 'other' }).body['created_at']).toBe(1);
  });

  it('puts what a PUT leaves out back to its default, and keeps it in a PATCH', () => {
    client.ask('POST', '/services', { name: 's', host: 'h', retries: 1, tags: ['a'] });
    expect(client.ask('PATCH', '/services/s', { port: 81 }).body).toMatchObject({ retries: 1, tags: ['a'], port: 81 });
    expect(client.ask('PUT', '/services/s', { host: 'h' }).body).toMatchObject({ retries: 5, tags: null, port: 80 });
  });

  it('merges the configuration of a plugin field by field', () => {
    const config = { minute: 5, policy: 'local' };
    const id = idOf(client.ask('POST', '/plugins', { name: 'rate-limiting', config }));
    const { body } = client.ask('PATCH', `/plugins/${id}`, { config: { hour: 50 } });
    expect(body['config']).toMatchObject({ minute: 5, hour: 50, policy: 'local' });
  });

  it('answers a schema violation with all fields', () => {
    const { status, body } = client.ask('POST', '/services', { port: 'x', bogus: 1 });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 2,
      fields: { port: 'expected an integer', bogus: 'unknown field', host: 'required field missing' },
    });
    expect(body['message']).toContain('3 schema violations');
  });

  it('takes forms', () => {
    const form = 'name=r&paths[]=/a&strip_path=false';
    const { status, body } = client.ask('POST', '/routes', form, 'application/x-www-form-urlencoded');
    expect(status).toBe(201);
    expect(body).toMatchObject({ paths: ['/a'], strip_path: false });
  });

  it('refuses a body of another type, broken JSON, and a method that is not there', () => {
    expect(client.ask('POST', '/services', '<a/>', 'application/xml')).toMatchObject({ status: 415 });
    expect(client.ask('POST', '/services', '{bad')).toMatchObject({
      status: 400,
      body: { message: 'Cannot parse JSON body' },
    });
    expect(client.ask('PATCH', '/services', {})).toMatchObject({ status: 405 });
    expect(client.ask('OPTIONS', '/services').headers['allow']).toBe('GET, HEAD, OPTIONS, POST');
  });
});

describe('keys', () => {
  it('holds names unique', () => {
    client.ask('POST', '/services', { name: 's', host: 'h' });
    const { status, body } = client.ask('POST', '/services', { name: 's', host: 'h' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 5,
      message: `UNIQUE violation detected on '{name="s"}'`,
      fields: { name: 's' },
    });
  });

  it('holds a plugin unique by its scope', () => {
    client.ask('POST', '/services', { name: 's', host: 'h' });
    expect(client.ask('POST', '/plugins', { name: 'cors' }).status).toBe(201);
    expect(client.ask('POST', '/plugins', { name: 'cors', service: { name: 's' } }).status).toBe(201);
    expect(client.ask('POST', '/plugins', { name: 'cors' }).body).toMatchObject({
      code: 5,
      fields: { name: 'cors', route: null, service: null, consumer: null },
    });
  });

  it('frees a name that is changed or deleted', () => {
    client.ask('POST', '/consumers', { username: 'a' });
    client.ask('PATCH', '/consumers/a', { username: 'b' });
    expect(client.ask('POST', '/consumers', { username: 'a' }).status).toBe(201);
    client.ask('DELETE', '/consumers/b');
    expect(client.ask('POST', '/consumers', { username: 'b' }).status).toBe(201);
  });

  it('refuses an id that is taken', () => {
    const id = idOf(client.ask('POST', '/services', { host: 'h' }));
    expect(client.ask('POST', '/services', { id, host: 'h' }).body).toMatchObject({ code: 3, fields: { id } });
  });

  it('says that a word is no id where a kind has no names', () => {
    expect(client.ask('GET', '/acls/word')).toMatchObject({ status: 400, body: { code: 1 } });
  });
});

describe('references', () => {
  it('finds them by name and refuses those that lead nowhere', () => {
    const service = idOf(client.ask('POST', '/services', { name: 's', host: 'h' }));
    const route = client.ask('POST', '/routes', { name: 'r', paths: ['/'], service: { name: 's' } });
    expect(route.body['service']).toEqual({ id: service });
    expect(client.ask('POST', '/routes', { paths: ['/'], service: { name: 'nope' } }).body).toMatchObject({ code: 13 });
    expect(client.ask('POST', '/routes', { paths: ['/'], service: { id: missing } }).body).toMatchObject({ code: 4 });
  });

  it('keeps what is still needed, and takes with it what belongs to it', () => {
    client.ask('PUT', '/services/s', { host: 'h' });
    client.ask('POST', '/services/s/routes', { name: 'r', paths: ['/'] });
    client.ask('POST', '/services/s/plugins', { name: 'cors' });
    expect(client.ask('DELETE', '/services/s').body).toMatchObject({ code: 4, fields: { '@referenced_by': 'routes' } });
    client.ask('DELETE', '/routes/r');
    expect(client.ask('DELETE', '/services/s').status).toBe(204);
    expect(itemsOf(client.ask('GET', '/plugins'))).toEqual([]);
  });

  it('takes a consumer with its credentials', () => {
    client.ask('PUT', '/consumers/c', {});
    client.ask('POST', '/consumers/c/key-auth', { key: 'k' });
    client.ask('POST', '/consumers/c/acls', { group: 'g' });
    client.ask('DELETE', '/consumers/c');
    expect(itemsOf(client.ask('GET', '/key-auths'))).toEqual([]);
    expect(itemsOf(client.ask('GET', '/acls'))).toEqual([]);
  });
});

describe('nested addresses', () => {
  it('serve only what belongs to the parent', () => {
    client.ask('PUT', '/consumers/alice', {});
    client.ask('PUT', '/consumers/bob', {});
    const id = idOf(client.ask('POST', '/consumers/alice/key-auth', { key: 'k' }));
    expect(client.ask('GET', `/consumers/alice/key-auth/${id}`).status).toBe(200);
    expect(client.ask('GET', '/consumers/alice/key-auth/k').status).toBe(200);
    expect(client.ask('GET', `/consumers/bob/key-auth/${id}`).status).toBe(404);
    expect(client.ask('DELETE', `/consumers/bob/key-auth/${id}`).status).toBe(404);
    expect(client.ask('GET', `/key-auths/${id}/consumer`).body['username']).toBe('alice');
  });

  it('make the parent of an orphan', () => {
    client.ask('POST', '/routes', { name: 'r', paths: ['/'] });
    const service = client.ask('PUT', '/routes/r/service', { name: 's', host: 'h' });
    expect(service.status).toBe(200);
    expect(client.ask('GET', '/routes/r').body['service']).toEqual({ id: service.body['id'] });
  });
});

describe('lifetimes', () => {
  it('count down and end', async () => {
    let now = Date.parse('2026-11-21T00:00:00Z');
    const timed = await practiceClient({ makers: { now: () => now, newId: () => crypto.randomUUID() } });
    timed.ask('PUT', '/consumers/c', {});
    expect(timed.ask('POST', '/consumers/c/key-auth', { key: 'k', ttl: 60 }).body['ttl']).toBe(59);
    expect(timed.ask('POST', '/consumers/c/key-auth', { key: 'l' }).body['ttl']).toBeNull();
    now += 61_000;
    expect(timed.ask('GET', '/key-auths/k').status).toBe(404);
    expect(timed.ask('POST', '/consumers/c/key-auth', { key: 'k' }).status).toBe(201);
  });

  it('fail for null, as in Kong', () => {
    client.ask('PUT', '/consumers/c', {});
    expect(client.ask('POST', '/consumers/c/key-auth', { key: 'k', ttl: null }).status).toBe(500);
  });
});
