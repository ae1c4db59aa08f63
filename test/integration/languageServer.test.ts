import type { CompletionItem, DocumentSymbol, Hover } from 'vscode-languageserver-protocol';
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
    const keys = await client.connection.sendRequest<CompletionItem[]>('textDocument/completion', {
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
