import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompletionList, Hover } from 'vscode-languageserver-protocol';
import { PlainClient } from './languageServerClient.js';

let client: PlainClient;
beforeAll(async () => {
  client = await PlainClient.start();
});
afterAll(async () => {
  await client.stop();
});

const request = <T>(method: string, uri: string, line: number, character: number): Promise<T> =>
  client.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position: { line, character } });

test('kong.conf: diagnostics, completion and hover; a comment names the version', async () => {
  const uri = 'file:///etc/kong/kong.conf';
  await client.open(uri, '# kong-backup: gateway-version=3.4\nvitals = on\nlog_level = loud\n', 'kong-conf');
  const { diagnostics } = await client.diagnostics(uri, 1);
  expect(diagnostics.map(({ code }) => code)).toEqual(['wrong-value']);
  const { items } = await request<CompletionList>('completion', uri, 2, 12);
  expect(items.map(({ label }) => label)).toContain('notice');
  expect(JSON.stringify(await request<Hover>('hover', uri, 2, 2))).toContain('KONG_LOG_LEVEL');
  expect(await request('definition', uri, 2, 2)).toBeNull();
});

test('kong-environments.yaml is answered for, another YAML is not', async () => {
  const text = 'environments:\n  - name: dev\n    adminUrl: http://localhost:8001\n    engine: dek\n';
  const [uri, other] = ['file:///estate/kong-environments.yaml', 'file:///estate/other.yaml'];
  await client.open(uri, text, 'yaml');
  await client.open(other, text, 'yaml');
  expect((await client.diagnostics(uri, 1)).diagnostics).toHaveLength(1);
  expect((await client.diagnostics(other, 1)).diagnostics).toEqual([]);
  expect(await request('completion', other, 3, 12)).toBeNull();
});
