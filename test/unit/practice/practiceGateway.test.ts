import { afterEach, describe, expect, it } from 'vitest';
import { isKongBackupError } from '../../../src/core/errors.js';
import {
  type PracticeGateway,
  type PracticeGatewayOptions,
  startPracticeGateway,
} from '../../../src/practice/practiceGateway.js';
import { kongFacts } from '../../helpers/practiceClient.js';

const open: PracticeGateway[] = [];

async function start(options: Omit<PracticeGatewayOptions, 'facts'> = {}): Promise<PracticeGateway> {
  const gateway = await startPracticeGateway({ facts: await kongFacts(), ...options });
  open.push(gateway);
  return gateway;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});

const post = (gateway: PracticeGateway, path: string, body: unknown): Promise<Response> =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('says who it is, with the headers of Kong', async () => {
  const gateway = await start();
  const response = await fetch(gateway.url);
  expect(response.headers.get('server')).toBe('kong/3.9.3');
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toMatchObject({
    version: '3.9.3',
    edition: 'community',
    tagline: 'Welcome to kong',
    configuration: { database: 'postgres', admin_listen: [`127.0.0.1:${gateway.port}`] },
  });
});

it('plays an unknown version, and a gateway without a database', async () => {
  const unknown = await start({ version: '47.11.0' });
  expect(await (await fetch(unknown.url)).json()).toMatchObject({ version: '47.11.0' });
  const dbless = await start({ mode: 'dbless' });
  expect(await (await fetch(dbless.url)).json()).toMatchObject({ configuration: { database: 'off' } });
  expect((await post(dbless, '/services', { host: 'h' })).status).toBe(405);
});

it('answers HEAD without a body', async () => {
  const gateway = await start();
  const response = await fetch(`${gateway.url}/services`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

it('refuses a port that is taken', async () => {
  const first = await start();
  const error: unknown = await start({ port: first.port }).catch((reason: unknown) => reason);
  expect(isKongBackupError(error, 'port-in-use')).toBe(true);
});

it('wants its token', async () => {
  const gateway = await start({ token: 'secret' });
  expect((await fetch(gateway.url)).status).toBe(401);
  const response = await fetch(gateway.url, { headers: { 'Kong-Admin-Token': 'secret' } });
  expect(response.status).toBe(200);
});

it('goes back to what it started with', async () => {
  const gateway = await start({ estate: 'believable' });
  const names = async (): Promise<string[]> => {
    const { data } = (await (await fetch(`${gateway.url}/services`)).json()) as { data: { name: string }[] };
    return data.map(({ name }) => name).sort();
  };
  const before = await names();
  await post(gateway, '/services', { name: 'extra', host: 'h' });
  gateway.faults.add({ path: /^\/nothing/, effect: 'hang' });
  expect(await names()).toContain('extra');
  gateway.reset();
  expect(gateway.requests.total).toBe(0);
  expect(await names()).toEqual(before);
});

it('counts what it is asked', async () => {
  const gateway = await start();
  await fetch(`${gateway.url}/services?size=10`);
  await post(gateway, '/services', { host: 'h' });
  expect(gateway.requests.total).toBe(2);
  expect(gateway.requests.writes).toBe(1);
  expect(gateway.requests.count({ methods: ['GET'], path: /^\/services$/ })).toBe(1);
});

it('logs in as Kong would', async () => {
  const gateway = await start({ estate: 'believable' });
  expect(gateway.verifyBasicAuth('warehouse', 'practice-warehouse')).toBe(true);
  expect(gateway.verifyBasicAuth('warehouse', 'wrong')).toBe(false);
  expect(gateway.verifyBasicAuth('accounting', 'practice-accounting', 'payments')).toBe(true);
  expect(gateway.verifyKeyAuth('mobile-app-practice-key')).toBe('mobile-app');
  expect(gateway.verifyOauth2Secret('price-comparison', 'practice-client-secret')).toBe(true);
});

describe('faults', () => {
  it('answer with a status or a page, some requests later, so many times', async () => {
    const gateway = await start();
    gateway.faults.add({ path: /^\/routes/, effect: { status: 503, body: { message: 'later' } } });
    gateway.faults.add({ methods: ['GET'], path: /^\/services/, after: 1, times: 1, effect: 'html' });
    expect((await fetch(`${gateway.url}/routes`)).status).toBe(503);
    const types = [];
    for (let i = 0; i < 3; i++) types.push((await fetch(`${gateway.url}/services`)).headers.get('content-type'));
    expect(types.map((type) => type?.split(';')[0])).toEqual(['application/json', 'text/html', 'application/json']);
  });

  it('drop the connection after some writes', async () => {
    const gateway = await start();
    gateway.faults.add({ methods: ['POST', 'PUT'], after: 1, effect: 'reset' });
    expect((await post(gateway, '/services', { name: 'one', host: 'h' })).status).toBe(201);
    await expect(post(gateway, '/services', { name: 'two', host: 'h' })).rejects.toThrow();
    gateway.faults.clear();
    expect((await fetch(`${gateway.url}/services/two`)).status).toBe(404);
  });

  it('hang until the caller has enough, and are taken back', async () => {
    const gateway = await start();
    const undo = gateway.faults.add({ path: /^\/services/, effect: 'hang' });
    const controller = new AbortController();
    const hanging = fetch(`${gateway.url}/services`, { signal: controller.signal });
    expect((await fetch(`${gateway.url}/routes`)).status).toBe(200);
    controller.abort();
    await expect(hanging).rejects.toThrow();
    undo();
    expect((await fetch(`${gateway.url}/services`)).status).toBe(200);
  });
});
