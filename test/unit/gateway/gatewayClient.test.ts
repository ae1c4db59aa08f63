import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.js';
import type { JsonObject } from '../../../src/core/json.js';
import { createGatewayClient, type GatewayClient } from '../../../src/gateway/gatewayClient.js';
import { type Answer, type Script, startScriptedGateway, targetOf } from '../../helpers/scriptedGateway.js';

const signal = new AbortController().signal;

async function clientOf(script: Script, headers: Record<string, string> = {}) {
  const gateway = await startScriptedGateway(script);
  const client = createGatewayClient(targetOf(gateway.url, {}, headers), { requestTimeout: 5_000, retryDelay: 1 });
  onTestFinished(() => gateway.close());
  return { client, gateway };
}

const answering = (answer: Answer) => clientOf(() => answer);
const get = (client: GatewayClient, path = '/services') => client.request('GET', path, { signal });

/** Answers in turn, the last one again and again. */
function inTurn(...answers: Answer[]): Script {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)] as Answer;
}

describe('a failed request', () => {
  const kong = (status: number, body: JsonObject): Answer => ({ status, json: body });
  const cases: [what: string, answer: Answer, code: ErrorCode, words: RegExp][] = [
    ['401', kong(401, { message: 'Unauthorized' }), 'gateway-unauthorized', /Unauthorized/],
    ['403', kong(403, { message: 'no role' }), 'gateway-forbidden', /no role/],
    ['HTML', { html: '<html>hello</html>' }, 'gateway-not-kong', /not JSON/],
    ['HTML with an error', { status: 500, html: '<html>oops</html>' }, 'gateway-not-kong', /not JSON/],
    ['a redirect to a login page', { status: 302, html: '' }, 'gateway-not-kong', /not JSON/],
    ['500', kong(500, { message: 'An unexpected error occurred' }), 'gateway-rejected', /unexpected error/],
    [
      'a schema violation',
      kong(400, { message: 'schema violation (host: required)', code: 2, fields: { host: 'required', port: 'x' } }),
      'gateway-rejected',
      /host: required.*code 2.*fields port/,
    ],
    [
      'a unique value that is taken',
      kong(409, { message: 'UNIQUE violation detected on \'{name="a"}\'', code: 5, fields: { name: 'a' } }),
      'gateway-conflict',
      /UNIQUE violation/,
    ],
    [
      'a write to a gateway without a database',
      kong(405, { message: "cannot create 'services' entities when not using a database", code: 12 }),
      'gateway-read-only-mode',
      /not using a database/,
    ],
  ];

  it.each(cases)('%s', async (_what, answer, code, words) => {
    const { client, gateway } = await answering(answer);
    const error = await get(client).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code, place: `GET ${gateway.url}/services` });
    expect((error as { reason: string }).reason).toMatch(words);
    expect((error as { remedy: string }).remedy).not.toBe('');
  });

  it('names a gateway that is down', async () => {
    const { client, gateway } = await answering({ json: {} });
    await gateway.close();
    await expect(get(client)).rejects.toMatchObject({
      code: 'gateway-unreachable',
      place: expect.stringContaining(gateway.url) as string,
    });
  });

  it('names a host that does not exist', async () => {
    const client = createGatewayClient(targetOf('http://no-such-host.invalid:8001'), { requestTimeout: 5_000 });
    await expect(get(client)).rejects.toMatchObject({ code: 'gateway-unreachable' });
  });

  it('gives up on an answer that does not come', async () => {
    const gateway = await startScriptedGateway(() => 'hang');
    onTestFinished(() => gateway.close());
    const client = createGatewayClient(targetOf(gateway.url), { requestTimeout: 20 });
    await expect(get(client)).rejects.toMatchObject({ code: 'gateway-timeout' });
  });

  it('never shows a secret', async () => {
    const script: Script = ({ headers }) => ({
      status: 401,
      json: { message: `bad ${String(headers['kong-admin-token'])}` },
    });
    const gateway = await startScriptedGateway(script);
    onTestFinished(() => gateway.close());
    const address = gateway.url.replace('http://', 'http://admin:hunter22@');
    const client = createGatewayClient(targetOf(address, {}, { 'Kong-Admin-Token': 'token-of-mine' }), {
      requestTimeout: 5_000,
    });
    const error = await get(client).catch((cause: unknown) => cause as Error);
    expect(String(error)).not.toMatch(/hunter22|token-of-mine/);
    expect(client.address).not.toContain('hunter22');
    expect(gateway.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('admin:hunter22').toString('base64')}`,
    );
  });
});

describe('a busy gateway', () => {
  it.each([429, 503])('is asked again after a %d', async (status) => {
    const { client, gateway } = await clientOf(
      inTurn({ status, json: {} }, { status, json: {} }, { json: { ok: true } }),
    );
    await expect(get(client)).resolves.toEqual({ status: 200, body: { ok: true } });
    expect(gateway.requests).toHaveLength(3);
  });

  it('is given up on in the end', async () => {
    const { client, gateway } = await answering({ status: 503, json: { message: 'no' } });
    await expect(get(client)).rejects.toMatchObject({ code: 'gateway-busy' });
    expect(gateway.requests).toHaveLength(5);
  });

  it('is not waited for after a cancel', async () => {
    const stop = new AbortController();
    const { client } = await clientOf(() => {
      setImmediate(() => stop.abort());
      return { status: 503, json: {} };
    });
    await expect(client.request('GET', '/', { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gets a cut request again, but never a POST', async () => {
    const { client, gateway } = await clientOf(inTurn('reset', { json: {} }));
    await expect(get(client)).resolves.toMatchObject({ status: 200 });
    const again = await clientOf(inTurn('reset', { json: {} }));
    await expect(again.client.request('POST', '/services', { body: {}, signal })).rejects.toMatchObject({
      code: 'gateway-unreachable',
    });
    expect(gateway.requests).toHaveLength(2);
    expect(again.gateway.requests).toHaveLength(1);
  });
});

describe('a request', () => {
  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const { client } = await clientOf(() => {
      stop.abort();
      return 'hang';
    });
    await expect(client.request('GET', '/', { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.request('GET', '/', { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('goes to the workspace, below the path of the address, with every header', async () => {
    const gateway = await startScriptedGateway(() => ({ json: {} }));
    onTestFinished(() => gateway.close());
    const client = createGatewayClient(targetOf(`${gateway.url}/admin/`, {}, { 'X-Own': 'a' }), {
      requestTimeout: 5_000,
    });
    await client.request('GET', '/services', { workspace: 'team a', signal });
    await client.request('GET', '/services', { workspace: 'default', signal });
    expect(gateway.requests.map(({ path }) => path)).toEqual(['/admin/team%20a/services', '/admin/services']);
    expect(gateway.requests[0]?.headers['x-own']).toBe('a');
  });

  it('tells what is not there from what went wrong', async () => {
    const { client } = await answering({ status: 404, json: { message: 'Not found' } });
    await expect(get(client)).resolves.toMatchObject({ status: 404 });
  });
});

describe('a list', () => {
  const pagesOf = async (client: GatewayClient, missing?: () => void) => {
    const pages: JsonObject[][] = [];
    for await (const page of client.list('/services', { signal, ...(missing ? { missing } : {}) })) pages.push(page);
    return pages;
  };
  const page = (name: string, next: string | null, offset?: string): Answer => ({
    json: { data: [{ name }], next, ...(offset === undefined ? {} : { offset }) },
  });

  it('is followed until the gateway says that there is no more', async () => {
    const script = inTurn(page('a', '/services?offset=1', '1'), page('b', '/services?offset=2'), page('c', null));
    const { client, gateway } = await clientOf(script);
    expect(await pagesOf(client)).toEqual([[{ name: 'a' }], [{ name: 'b' }], [{ name: 'c' }]]);
    expect(gateway.requests).toHaveLength(3);
  });

  it('that runs in a circle is no whole list', async () => {
    const { client } = await answering(page('a', '/services?offset=1', '1'));
    await expect(pagesOf(client)).rejects.toMatchObject({ code: 'gateway-read-incomplete' });
  });

  it('may be empty in either way in which Kong writes it', async () => {
    const { client } = await answering({ json: { data: {}, next: null } });
    expect(await pagesOf(client)).toEqual([[]]);
  });

  it('of another server is refused', async () => {
    const { client } = await answering({ json: { items: [] } });
    await expect(pagesOf(client)).rejects.toMatchObject({ code: 'gateway-not-kong' });
  });

  it('that is not there is no empty list', async () => {
    const { client } = await answering({ status: 404, json: { message: 'Not found' } });
    let isMissing = false;
    expect(await pagesOf(client, () => (isMissing = true))).toEqual([]);
    expect(isMissing).toBe(true);
  });
});
