import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FullDocumentDiagnosticReport, WorkspaceDiagnosticReport } from 'vscode-languageserver-protocol';
import { PlainClient } from './languageServerClient.js';

const text = '_format_version: "3.0"\nservices:\n- name: s\n  hots: h\n';
let client: PlainClient;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kong-pull-'));
  client = await PlainClient.start({ textDocument: { diagnostic: {} } });
});

afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pull = (uri: string): Promise<FullDocumentDiagnosticReport> =>
  client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });

test('a client that asks is answered, and not told besides', async () => {
  const uri = pathToFileURL(path.join(folder, 'kong.yaml')).href;
  await client.open(uri, text);
  expect((await client.diagnostics(uri, 1)).diagnostics).not.toEqual([]);
  const report = await pull(uri);
  expect(report.items.map(({ code }) => code)).toContain('unknown-field');
  await client.until(uri, (diagnostics) => diagnostics.length === 0);
  const range = { start: { line: 3, character: 2 }, end: { line: 3, character: 6 } };
  await client.change(uri, 2, [{ range, text: 'host' }]);
  expect((await pull(uri)).items).toEqual([]);
  expect((await pull(uri)).items).toEqual([]);
  expect(client.versions(uri)).not.toContain(2);
});

test('on demand it learns of files beside those that are open too', async () => {
  const uri = pathToFileURL(path.join(folder, 'kong.yaml')).href;
  writeFileSync(path.join(folder, 'other.yaml'), text);
  await client.open(uri, text.replace('hots', 'host'));
  await client.diagnostics(uri, 1);
  const { items } = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
    previousResultIds: [],
  });
  const found = items.map((item) => [
    path.basename(item.uri),
    item.version,
    item.kind === 'full' && item.items.length > 0,
  ]);
  expect(found).toEqual([
    ['kong.yaml', 1, false],
    ['other.yaml', null, true],
  ]);
});
