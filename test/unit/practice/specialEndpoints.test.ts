import { beforeEach, describe, expect, it } from 'vitest';
import pems from '../../../src/practice/believablePems.json' with { type: 'json' };
import { itemsOf, type PracticeClient, practiceClient } from '../../helpers/practiceClient.js';

let client: PracticeClient;

beforeEach(async () => {
  client = await practiceClient();
});

describe('targets', () => {
  beforeEach(() => void client.ask('PUT', '/upstreams/u.internal', {}));

  it('get a port, are found by address, and once each', () => {
    const { body } = client.ask('POST', '/upstreams/u.internal/targets', { target: 'h.internal' });
    expect(body['target']).toBe('h.internal:8000');
    expect(client.ask('GET', '/upstreams/u.internal/targets/h.internal:8000').body['id']).toBe(body['id']);
    expect(client.ask('POST', '/upstreams/u.internal/targets', { target: 'h.internal' }).status).toBe(409);
  });

  it('can only be put where they are', () => {
    const id = '11111111-1111-4111-8111-111111111111';
    const target = { id, target: '10.0.0.1:80' };
    expect(client.ask('PUT', `/upstreams/u.internal/targets/${id}`, target).status).toBe(404);
    client.ask('POST', '/upstreams/u.internal/targets', target);
    expect(client.ask('PUT', `/upstreams/u.internal/targets/${id}`, { ...target, weight: 7 }).body['weight']).toBe(7);
  });

  it('are listed newest first, all of them oldest first, with their health', async () => {
    let now = 0;
    const timed = await practiceClient({ makers: { now: () => (now += 1000), newId: () => crypto.randomUUID() } });
    timed.ask('PUT', '/upstreams/u.internal', {});
    for (const target of ['10.0.0.1:80', '10.0.0.2:80', 'h.internal:80']) {
      timed.ask('POST', '/upstreams/u.internal/targets', { target });
    }
    const names = (path: string): unknown[] => itemsOf(timed.ask('GET', path)).map(({ target }) => target);
    expect(names('/upstreams/u.internal/targets')).toEqual(['h.internal:80', '10.0.0.2:80', '10.0.0.1:80']);
    expect(names('/upstreams/u.internal/targets/all')).toEqual(['10.0.0.1:80', '10.0.0.2:80', 'h.internal:80']);
    const { body } = timed.ask('GET', '/upstreams/u.internal/targets?size=2');
    expect(itemsOf(timed.ask('GET', String(body['next'])))).toHaveLength(1);
    const health = itemsOf(timed.ask('GET', '/upstreams/u.internal/health')).map(({ health }) => health);
    expect(health).toEqual(['DNS_ERROR', 'HEALTHCHECKS_OFF', 'HEALTHCHECKS_OFF']);
  });

  it('have no address of their own', () => {
    expect(client.ask('GET', '/targets').status).toBe(404);
  });
});

describe('certificates', () => {
  const { cert, key } = pems.shop;

  it('make and remove their SNIs, and are found by them', () => {
    const { body } = client.ask('POST', '/certificates', { cert, key, snis: ['b.example', 'a.example'] });
    expect(body['snis']).toEqual(['a.example', 'b.example']);
    const id = String(body['id']);
    expect(client.ask('GET', '/certificates/a.example').body['id']).toBe(id);
    expect(client.ask('PATCH', `/certificates/${id}`, { snis: ['b.example'] }).body['snis']).toEqual(['b.example']);
    expect(itemsOf(client.ask('GET', '/certificates/b.example/snis'))).toHaveLength(1);
    expect(client.ask('POST', '/certificates', { cert, key, snis: ['b.example'] }).body).toMatchObject({
      fields: { snis: `b.example already associated with existing certificate '${id}'` },
    });
    client.ask('DELETE', `/certificates/${id}`);
    expect(itemsOf(client.ask('GET', '/snis'))).toEqual([]);
  });

  it('are refused with a key of another, and as authority without the right', () => {
    expect(client.ask('POST', '/certificates', { cert, key: pems.pay.key }).body).toMatchObject({ code: 2 });
    expect(client.ask('POST', '/ca_certificates', { cert }).body).toMatchObject({ code: 2 });
    const { body } = client.ask('POST', '/ca_certificates', { cert: pems.authority.cert });
    expect(body['cert_digest']).toMatch(/^[0-9a-f]{64}$/);
  });
});

it('finds a consumer by the id that its owner gave it', () => {
  client.ask('POST', '/consumers', { username: 'a', custom_id: 'x' });
  expect(itemsOf(client.ask('GET', '/consumers?custom_id=x'))).toMatchObject([{ username: 'a' }]);
  expect(itemsOf(client.ask('GET', '/consumers?custom_id=y'))).toEqual([]);
});

it('tells its schemas and judges by them', () => {
  const fields = client.ask('GET', '/schemas/services').body['fields'] as Record<string, unknown>[];
  expect(fields.some((field) => 'host' in field)).toBe(true);
  expect(client.ask('GET', '/schemas/nope')).toMatchObject({
    status: 404,
    body: { message: "No entity named 'nope'" },
  });
  expect(client.ask('GET', '/schemas/plugins/cors').status).toBe(200);
  expect(client.ask('GET', '/schemas/plugins/openid-connect').status).toBe(404);
  expect(client.ask('POST', '/schemas/services/validate', { host: 'h' }).status).toBe(200);
  expect(client.ask('POST', '/schemas/plugins/validate', { name: 'nope' })).toMatchObject({ status: 400 });
  expect(itemsOf(client.ask('GET', '/services'))).toEqual([]);
});

it('refuses what needs a feature that is off', () => {
  expect(client.ask('GET', '/filter-chains').status).toBe(400);
  expect(client.ask('GET', '/clustering/status').status).toBe(400);
  expect(client.ask('GET', '/config').status).toBe(400);
});
