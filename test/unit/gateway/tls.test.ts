import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Target } from '../../../src/core/environment.js';
import { createGatewayClient } from '../../../src/gateway/gatewayClient.js';
import { certificatePairs } from '../../helpers/certificates.js';
import { targetOf } from '../../helpers/scriptedGateway.js';

const pair = certificatePairs[0] as { cert: string; key: string };

async function ask(tls?: Target['tls'], protocol = 'https') {
  const server = createServer(pair, (_request, response) => response.end('{"ok":true}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const url = `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createGatewayClient({ ...targetOf(url), ...(tls ? { tls } : {}) }, { requestTimeout: 5_000 });
  return client.request('GET', '/', { signal: new AbortController().signal });
}

it('refuses a certificate that nobody vouches for, and says what to do', async () => {
  await expect(ask()).rejects.toMatchObject({
    code: 'gateway-unreachable',
    reason: expect.stringContaining('TLS') as string,
    remedy: expect.stringContaining('caFile') as string,
  });
});

it('takes any certificate when told to', async () => {
  await expect(ask({ skipVerify: true })).resolves.toMatchObject({ status: 200 });
});

it('does not speak HTTP with a port of HTTPS', async () => {
  await expect(ask(undefined, 'http')).rejects.toMatchObject({
    code: expect.stringMatching(/gateway-(unreachable|not-kong)/) as string,
  });
});
