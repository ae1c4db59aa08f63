import { describe, expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { JsonObject } from '../../../src/core/json.js';
import { createGatewayClient } from '../../../src/gateway/gatewayClient.js';
import { probeGateway } from '../../../src/gateway/probe.js';
import { type Answer, startScriptedGateway, targetOf } from '../../helpers/scriptedGateway.js';

const notFound: Answer = { status: 404, json: { message: 'Not found' } };

async function probe(root: JsonObject, workspaces: Answer = notFound, configured?: string[]) {
  const gateway = await startScriptedGateway(({ path }) => (path === '/' ? { json: root } : workspaces));
  onTestFinished(() => gateway.close());
  const client = createGatewayClient(targetOf(gateway.url), { requestTimeout: 5_000 });
  return probeGateway(client, quietContext(), configured);
}

const openSource = {
  version: '3.9.3',
  hostname: 'node-1',
  tagline: 'Welcome to kong',
  configuration: { database: 'postgres', role: 'traditional' },
  plugins: { available_on_server: { 'key-auth': { version: '3.9.3', priority: 1 }, acl: { version: '3.9.3' } } },
};

describe('a probe', () => {
  it('reads an open-source gateway', async () => {
    expect(await probe(openSource)).toEqual({
      version: '3.9.3',
      edition: 'community',
      mode: 'traditional',
      hostname: 'node-1',
      database: 'postgres',
      plugins: ['acl', 'key-auth'],
      workspaces: ['default'],
      workspacesKnown: true,
      hasWorkspaces: false,
    });
  });

  it.each(['3.10.0.1-enterprise-edition', '3.4.3.1'])(
    'knows %s for Enterprise, with its workspaces',
    async (version) => {
      const list: Answer = { json: { data: [{ name: 'default' }, { name: 'payments' }], next: null } };
      const info = await probe({ ...openSource, version }, list);
      expect(info).toMatchObject({ edition: 'enterprise', hasWorkspaces: true, workspaces: ['default', 'payments'] });
    },
  );

  it('takes the workspaces of the environment where it may not list them', async () => {
    const info = await probe(openSource, { status: 403, json: { message: 'no' } }, ['payments']);
    expect(info).toMatchObject({ hasWorkspaces: true, workspacesKnown: false, workspaces: ['payments'] });
  });

  it('says that there may be more workspaces than the one it takes where it may not list them', async () => {
    const info = await probe(openSource, { status: 403, json: { message: 'no' } });
    expect(info).toMatchObject({ workspacesKnown: false, workspaces: ['default'] });
  });

  it.each([
    [{ database: 'off' }, 'dbless'],
    [{ database: 'postgres', role: 'control_plane' }, 'hybrid'],
    [{ database: 'off', role: 'data_plane' }, 'dbless'],
  ])('reads the mode from %o', async (configuration, mode) => {
    expect(await probe({ ...openSource, configuration })).toMatchObject({ mode });
  });

  it('reads plugins of the 2.x line', async () => {
    const plugins = { available_on_server: { cors: true, acl: true } };
    expect(await probe({ ...openSource, version: '2.8.5', plugins })).toMatchObject({ plugins: ['acl', 'cors'] });
  });

  it('reads a version that nobody knows', async () => {
    expect(await probe({ ...openSource, version: '9.1.0-next' })).toMatchObject({ version: '9.1.0-next' });
  });

  it('refuses a version that is none', async () => {
    await expect(probe({ ...openSource, version: 'latest' })).rejects.toMatchObject({
      code: 'gateway-version-unknown',
    });
  });

  it('refuses what is no gateway', async () => {
    await expect(probe({ version: '1.0.0', name: 'some service' })).rejects.toMatchObject({ code: 'gateway-not-kong' });
  });
});
