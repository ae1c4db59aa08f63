import { describe, expect, it, onTestFinished } from 'vitest';
import { getConfig, isReady, postConfig, waitUntil } from '../../../src/gateway/declarativeConfig.js';
import { createGatewayClient } from '../../../src/gateway/gatewayClient.js';
import { type Answer, startScriptedGateway, targetOf } from '../../helpers/scriptedGateway.js';

const never = new AbortController().signal;

/** A gateway that gives these answers one after the other, the last one for ever. */
async function answering(...answers: Answer[]) {
  let at = 0;
  const gateway = await startScriptedGateway(() => answers[Math.min(at++, answers.length - 1)] ?? 'reset');
  onTestFinished(() => gateway.close());
  const client = createGatewayClient(targetOf(gateway.url), { requestTimeout: 2000, retryDelay: 1 });
  return { client, requests: gateway.requests };
}

const text = '_format_version: "3.0"\n';

describe('loading a configuration', () => {
  it.each([
    [{ status: 201, json: {} }, 'loaded'],
    [{ status: 304, html: '' }, 'same'],
  ])('understands %j', async (answer, verdict) => {
    const { client, requests } = await answering(answer);
    expect(await postConfig(client, text, never)).toEqual({ verdict });
    expect(requests).toMatchObject([{ method: 'POST', path: '/config' }]);
  });

  it('gives back what the gateway has against the file', async () => {
    const body = { code: 14, name: 'invalid declarative configuration', fields: {}, flattened_errors: [] };
    const { client } = await answering({ status: 400, json: body });
    expect(await postConfig(client, text, never)).toEqual({ verdict: 'refused', answer: body });
  });

  it('says that the gateway has a database', async () => {
    const message = 'this endpoint is only available when Kong is configured to not use a database';
    const { client } = await answering({ status: 400, json: { message } });
    await expect(postConfig(client, text, never)).rejects.toMatchObject({ code: 'gateway-rejected' });
    await expect(getConfig(client, never)).rejects.toMatchObject({ reason: expect.stringContaining(message) });
  });

  it.each([
    [{ status: 413, html: '<h1>413 Request Entity Too Large</h1>' }, 'nginx_admin_client_max_body_size'],
    [{ status: 413, json: { message: 'Configuration does not fit into LMDB database' } }, 'lmdb_map_size'],
  ])('names the limit that a file is over: %j', async (answer, limit) => {
    const { client } = await answering(answer);
    const failed = { code: 'gateway-rejected', remedy: expect.stringContaining(limit) };
    await expect(postConfig(client, text, never)).rejects.toMatchObject(failed);
  });

  it('asks a gateway that is busy again, and not for ever', async () => {
    const busy = { status: 429, json: { message: 'Currently loading previous configuration' } };
    const once = await answering(busy, { status: 201, json: {} });
    expect(await postConfig(once.client, text, never)).toEqual({ verdict: 'loaded' });
    const always = await answering(busy);
    await expect(postConfig(always.client, text, never)).rejects.toMatchObject({ code: 'gateway-busy' });
    expect(always.requests.length).toBeLessThan(10);
  });

  it('stops waiting when it is cancelled', async () => {
    const stop = new AbortController();
    const { client } = await answering({ status: 429, json: {} });
    const loading = postConfig(client, text, stop.signal);
    stop.abort();
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('waiting', () => {
  it('looks until there is something to see, or the time is over', async () => {
    let looks = 0;
    const third = (): Promise<number | undefined> => Promise.resolve(++looks < 3 ? undefined : looks);
    expect(await waitUntil(third, 'shop', { every: 1, limit: 60_000, signal: never })).toBe(3);
    const nothing = (): Promise<undefined> => Promise.resolve(undefined);
    expect(await waitUntil(nothing, 'shop', { every: 1, limit: 5, signal: never })).toBeUndefined();
    const over = { every: 1, limit: 60_000, signal: AbortSignal.abort() };
    await expect(waitUntil(nothing, 'shop', over)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    [{ json: { database: { reachable: true } } }, true],
    [{ json: { configuration_hash: 'b6d767d2f8ed5d21a44b0e5886680cb9' } }, true],
    [{ json: { configuration_hash: '0'.repeat(32) } }, false],
    [{ status: 503, html: 'no' }, false],
    ['reset' as const, false],
  ])('knows whether a gateway is ready: %j', async (answer, ready) => {
    const { client } = await answering(answer);
    expect(await isReady(client, never)).toBe(ready);
  });
});
