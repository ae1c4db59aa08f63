import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { CheckResult } from '../../src/core/smokeChecks.js';
import { CliFolder } from '../helpers/cli.js';

const key = 'KONG_BACKUP_TEST_SMOKE_KEY';

afterEach(() => {
  delete process.env[key];
});

/** Stands in for a gateway's proxy. */
async function proxy(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const withChecks = (proxyUrl: string, checks: object[]): Promise<CliFolder> =>
  CliFolder.make([{ name: 'shop', adminUrl: 'http://127.0.0.1:9', proxyUrl, checks }]);

describe('kong-backup check', () => {
  it('sends each check and says what it answered', async () => {
    process.env[key] = 'very-secret';
    const seen: unknown[] = [];
    const url = await proxy(({ method, url: path, headers }, response) => {
      seen.push([method, path, headers['apikey']]);
      response.writeHead(path === '/gone' ? 302 : 200, {
        'content-type': 'application/json; charset=utf-8',
        location: '/',
      });
      response.end('{}');
    });
    const cli = await withChecks(url, [
      { name: 'listed', path: '/orders', headers: { apikey: `\${env:${key}}` } },
      { name: 'moved', path: '/gone', status: 302, expectHeaders: { Location: '/' } },
      { name: 'made', path: '/orders', method: 'POST', body: '{}', status: 201 },
      { name: 'with any charset', path: '/', expectHeaders: { 'Content-Type': 'application/json' } },
      { name: 'typed', path: '/', expectHeaders: { 'content-type': 'text/html', 'x-none': '1' } },
    ]);
    const found = await cli.run(['check', 'shop', '--format', 'json']);
    expect(found.exitCode).toBe(1);
    expect(found.json<CheckResult[]>().map(({ name, passed, problems }) => [name, passed, problems])).toEqual([
      ['listed', true, []],
      ['moved', true, []],
      ['made', false, ['It answered 200 instead of 201.']],
      ['with any charset', true, []],
      [
        'typed',
        false,
        [
          'content-type is "application/json; charset=utf-8" instead of "text/html".',
          'The answer has no header x-none.',
        ],
      ],
    ]);
    expect(seen).toContainEqual(['GET', '/orders', 'very-secret']);
    expect(found.stdout + found.stderr).not.toContain('very-secret');
  });

  it('gives up on one that hangs, and on a proxy that is not there', async () => {
    const url = await proxy(() => undefined);
    const cli = await withChecks(url, [
      { name: 'hangs', path: '/', timeout: '1s' },
      { name: 'away', url: 'http://127.0.0.1:9/' },
    ]);
    const found = await cli.run(['check', 'shop', '--format', 'json']);
    expect(found.json<CheckResult[]>()).toMatchObject([
      { name: 'hangs', passed: false, problems: ['Nothing answered within 1 s.'] },
      { name: 'away', passed: false, problems: [expect.stringContaining('ECONNREFUSED')] },
    ]);
  });

  it('wants checks, and a proxy for those that name a path', async () => {
    const none = await CliFolder.make([{ name: 'shop', adminUrl: 'http://127.0.0.1:9' }]);
    expect((await none.run(['check', 'shop'])).exitCode).toBe(2);
    const nowhere = await CliFolder.make([
      { name: 'shop', adminUrl: 'http://127.0.0.1:9', checks: [{ name: 'a', path: '/' }] },
    ]);
    const result = await nowhere.run(['check', 'shop']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('proxyUrl')]);
  });
});
