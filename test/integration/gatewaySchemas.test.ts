import type { Diagnostic } from 'vscode-languageserver-protocol';
import { describe, expect, test } from 'vitest';
import { PlainClient } from './languageServerClient.js';

const uri = 'file:///own/kong.yaml';
const text = `_format_version: "3.0"
plugins:
- name: our-plugin
  config:
    level: 9
- name: openid-connect
  config:
    issuer: https://example.com
`;

/** As `/schemas/plugins/our-plugin` answers. */
const ours = { fields: [{ config: { type: 'record', fields: [{ level: { type: 'integer', between: [1, 5] } }] } }] };
const has =
  (code: string, path: string) =>
  (diagnostics: Diagnostic[]): boolean =>
    diagnostics.some((one) => one.code === code && (one.data as { path: string }).path === path);

describe('the language server, for a client that knows a gateway', () => {
  test('says which schemas are in use, and judges by what it is given', async () => {
    const client = await PlainClient.start({}, {}, { gatewaySchemas: true });
    const used: { kinds: string[]; plugins: string[] }[] = [];
    const isUsed = new Promise<void>((done) => {
      client.connection.onNotification('kongBackup/schemasUsed', (sent: (typeof used)[number]) => {
        used.push(sent);
        done();
      });
    });
    const tell = (method: string, params: object): Promise<void> => client.connection.sendNotification(method, params);
    await client.open(uri, text);
    await client.until(uri, has('unknown-plugin', 'plugins[0].name'));
    await isUsed;
    expect(used).toEqual([{ kinds: ['plugins'], plugins: ['our-plugin', 'openid-connect'] }]);

    const environment = { name: 'staging', gatewayVersion: '3.9.3', plugins: ['our-plugin'], edition: 'community' };
    await tell('kongBackup/surroundings', { environment });
    // Open source has no plugin of Enterprise, and of ours nobody knows the schema yet.
    await client.until(uri, has('unknown-schema', 'plugins[0].name'));
    await client.until(uri, has('unknown-plugin', 'plugins[1].name'));

    await tell('kongBackup/gatewaySchemas', { gatewayVersion: '3.9.3', plugins: { 'our-plugin': ours } });
    await client.until(uri, has('out-of-range', 'plugins[0].config.level'));

    await tell('kongBackup/gatewaySchemas', {});
    await client.until(uri, (found) => !has('out-of-range', 'plugins[0].config.level')(found));
    expect(await client.stop()).toBe(0);
  });

  test('outlives schemas that make no sense', async () => {
    const client = await PlainClient.start({}, {}, { gatewaySchemas: true });
    await client.open(uri, text);
    const deep = JSON.parse(`${'{"fields":[{"a":'.repeat(300)}1${'}]}'.repeat(300)}`) as object;
    const nonsense = [
      null,
      5,
      { gatewayVersion: 3, plugins: [] },
      { gatewayVersion: '3.9', entities: { plugins: { fields: 'no' } }, plugins: { 'our-plugin': deep } },
      {
        gatewayVersion: '3.9',
        plugins: { 'our-plugin': { fields: [{ config: { type: 'array', elements: { type: 'set' } } }] } },
      },
    ];
    for (const sent of nonsense) {
      await client.connection.sendNotification('kongBackup/gatewaySchemas', sent as object);
    }
    await client.connection.sendNotification('kongBackup/gatewaySchemas', {
      gatewayVersion: '3.9',
      plugins: { 'our-plugin': ours },
    });
    await client.until(uri, has('out-of-range', 'plugins[0].config.level'));
    expect(await client.stop()).toBe(0);
  });

  test('tells a client nothing that has nothing to give', async () => {
    const client = await PlainClient.start();
    let told = 0;
    client.connection.onNotification('kongBackup/schemasUsed', () => void told++);
    await client.open(uri, text);
    await client.diagnostics(uri, 1);
    await client.connection.sendRequest('kongBackup/fileInfo', { uri });
    expect(told).toBe(0);
    expect(await client.stop()).toBe(0);
  });
});
