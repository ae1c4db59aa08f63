import type { CompletionList, Diagnostic, DocumentSymbol, Hover } from 'vscode-languageserver-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlainClient } from './languageServerClient.js';

const text = `_format_version: "3.0"
services:
  - name: orders
    host: orders.internal
    prot: http
    routes:
      - name: orders
        paths: [/orders]
        service:
          name: billing
`;

/** As `FileInfo` of the protocol. */
interface Info {
  kind: string;
  reason: string;
  gatewayVersion: string;
}

describe('the language server over stdio, for a client that knows nothing of it', () => {
  let client: PlainClient;
  beforeAll(async () => void (client = await PlainClient.start()));
  afterAll(async () => expect(await client.stop()).toBe(0));

  test('marks errors at their places, with the version of the text', async () => {
    await client.open('file:///a/kong.yaml', text);
    const { version, diagnostics } = await client.diagnostics('file:///a/kong.yaml', 1);
    expect(version).toBe(1);
    expect(diagnostics.map(({ code, range }) => ({ code, range }))).toEqual([
      {
        code: 'unknown-field',
        range: { start: { line: 4, character: 4 }, end: { line: 4, character: 8 } },
      },
      {
        code: 'reference-mismatch',
        range: { start: { line: 9, character: 10 }, end: { line: 9, character: 23 } },
      },
    ]);
    expect(diagnostics[0]).toMatchObject({ severity: 1, source: 'kong', data: { path: 'services[0].prot' } });
  });

  test('takes edits and clears what they mend', async () => {
    const uri = 'file:///b/kong.yaml';
    await client.open(uri, text);
    await client.change(uri, 2, [
      { range: { start: { line: 4, character: 4 }, end: { line: 4, character: 8 } }, text: 'protocol' },
    ]);
    await client.change(uri, 3, [
      { range: { start: { line: 9, character: 16 }, end: { line: 9, character: 23 } }, text: 'orders' },
    ]);
    expect((await client.diagnostics(uri, 3)).diagnostics).toEqual([]);
  });

  test('completes, explains and outlines', async () => {
    const uri = 'file:///c/kong.yaml';
    await client.open(uri, text);
    const textDocument = { uri };
    const { items: keys } = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
      textDocument,
      position: { line: 4, character: 8 },
    });
    expect(keys.map(({ label }) => label)).toContain('protocol');
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument,
      position: { line: 3, character: 5 },
    });
    expect(hover.contents).toMatchObject({ value: expect.stringContaining('`host`') as unknown });
    const symbols = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument,
    });
    expect(symbols[0]).toMatchObject({
      name: 'services',
      children: [{ name: 'orders', children: [{ name: 'orders' }] }],
    });
  });

  test('leaves YAML that is not of Kong alone', async () => {
    const uri = 'file:///d/compose.yaml';
    await client.open(uri, 'services:\n  web: [', 'yaml');
    expect((await client.diagnostics(uri, 1)).diagnostics).toEqual([]);
  });

  test('knows Kong files that come as YAML', async () => {
    const uri = 'file:///e/config.yaml';
    await client.open(uri, '_format_version: "3.0"\nservises: []\n', 'yaml');
    expect((await client.diagnostics(uri, 1)).diagnostics.map(({ code }) => code)).toContain('unknown-field');
  });
});

describe('the language server, for a client that has settings', () => {
  const uri = 'file:///settings/kong.yaml';
  const ofUnknownField = ({ code }: Diagnostic): boolean => code === 'unknown-field';
  const isUnknown = (diagnostics: Diagnostic[]): boolean => diagnostics.some(ofUnknownField);
  const twoEight = '_format_version: "2.1"\nplugins:\n  - name: cors\n    instance_name: one\n';

  test('holds files to the version that is asked for, and asks again when it changes', async () => {
    let gatewayVersion = '2.8';
    const client = await PlainClient.start(
      { workspace: { configuration: true } },
      { 'workspace/configuration': ({ items }: { items: unknown[] }) => items.map(() => ({ gatewayVersion })) },
    );
    await client.open(uri, twoEight);
    const info = (): Promise<Info> => client.connection.sendRequest<Info>('kongBackup/fileInfo', { uri });
    expect((await client.until(uri, isUnknown)).find(ofUnknownField)).toMatchObject({
      data: { path: 'plugins[0].instance_name' },
    });
    expect(await info()).toMatchObject({ kind: 'deck', gatewayVersion: '2.8' });
    gatewayVersion = '';
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until(uri, (diagnostics) => !isUnknown(diagnostics));
    expect(await info()).toMatchObject({ gatewayVersion: '3.9' });
    expect(await client.stop()).toBe(0);
  });

  test('takes settings that are sent with the notification', async () => {
    const client = await PlainClient.start();
    await client.open(uri, twoEight);
    const settings = { kongBackup: { validation: { gatewayVersion: '2.8' } } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    expect((await client.until(uri, isUnknown)).filter(ofUnknownField)).toHaveLength(1);
    expect(await client.stop()).toBe(0);
  });
});

test('a burst of edits ends with the diagnostics of the last, and none of an older text after them', async () => {
  const client = await PlainClient.start();
  const uri = 'file:///burst/kong.yaml';
  await client.open(uri, text);
  const insert = (version: number, newText: string): Promise<void> =>
    client.change(uri, version, [
      { range: { start: { line: 3, character: 10 }, end: { line: 3, character: 10 } }, text: newText },
    ]);
  for (let version = 2; version <= 200; version++) await insert(version, 'x');
  await insert(201, '/');
  const { diagnostics } = await client.diagnostics(uri, 201);
  expect(diagnostics.map(({ code }) => code)).toContain('wrong-format');
  const versions = client.versions(uri);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(versions.at(-1)).toBe(201);
  expect(await client.stop()).toBe(0);
});

test('a closed file has no diagnostics left', async () => {
  const client = await PlainClient.start();
  const uri = 'file:///closed/kong.yaml';
  await client.open(uri, text);
  await client.diagnostics(uri, 1);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  expect(await client.until(uri, (diagnostics) => diagnostics.length === 0)).toEqual([]);
  expect(await client.stop()).toBe(0);
});

test.each<[string, string, string]>([
  ['brackets', '['.repeat(1_000_000), 'too-deep'],
  ['tags', `services:\n${'- name: !!str a\n'.repeat(300_000)}`, 'too-large'],
  ['keys that stand twice', `services:\n- name: a\n${'  host: h\n'.repeat(200_000)}`, 'duplicate-key'],
  ['entities that are wrong', `services:\n${'- nmae: x\n'.repeat(100_000)}`, 'more-findings'],
  ['control characters', `a: ${'\u0000\u0001'.repeat(100_000)}`, 'not-text'],
])('a file of nothing but %s is answered, and so is the next', async (_, hostile, code) => {
  const client = await PlainClient.start();
  await client.open('file:///bad/kong.yaml', `_format_version: "3.0"\n${hostile}`);
  await client.open('file:///good/kong.yaml', text);
  const { diagnostics } = await client.diagnostics('file:///bad/kong.yaml', 1);
  expect(diagnostics.map((one) => one.code)).toContain(code);
  expect(diagnostics.length).toBeLessThanOrEqual(1001);
  expect((await client.diagnostics('file:///good/kong.yaml', 1)).diagnostics).toHaveLength(2);
  expect(await client.stop()).toBe(0);
});
