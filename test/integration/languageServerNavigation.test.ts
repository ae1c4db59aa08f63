import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type {
  CodeLens,
  ConfigurationParams,
  DocumentSymbol,
  FoldingRange,
  Location,
  SemanticTokens,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver-protocol';
import { PlainClient } from './languageServerClient.js';

const services = '_format_version: "3.0"\nservices:\n  - name: orders\n    id: 5f9d2a4e-0000-4000-8000-000000000001\n';
const routes = '_format_version: "3.0"\nroutes:\n  - name: list\n    service:\n      name: orders\n';

let folder: string;
let client: PlainClient;
const uriOf = (name: string): string => pathToFileURL(path.join(folder, name)).href;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kong-navigation-'));
  writeFileSync(path.join(folder, 'services.yaml'), services);
  client = await PlainClient.start();
  await client.open(uriOf('routes.yaml'), routes);
});

afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

const request = <T>(method: string, line: number, character: number, more: object = {}, name = 'routes.yaml') =>
  client.connection.sendRequest<T>(`textDocument/${method}`, {
    textDocument: { uri: uriOf(name) },
    position: { line, character },
    ...more,
  });

test('the definition of a service stands in a file beside, which nobody opened', async () => {
  expect(await request<Location[]>('definition', 4, 14)).toEqual([
    { uri: uriOf('services.yaml'), range: { start: { line: 2, character: 10 }, end: { line: 2, character: 16 } } },
  ]);
});

test('a rename changes both files', async () => {
  const edit = await request<WorkspaceEdit>('rename', 4, 14, { newName: 'sales' });
  expect(Object.keys(edit.changes ?? {}).sort()).toEqual([uriOf('routes.yaml'), uriOf('services.yaml')]);
});

test('a rename that is refused says why', async () => {
  await client.open(uriOf('services.yaml'), services);
  await expect(request('prepareRename', 3, 12, {}, 'services.yaml')).rejects.toThrow(/id of a service/);
});

test('what a file is made of: symbols, folds, selection, links, lenses, tokens; no hints unless they are asked for', async () => {
  const ofFile = <T>(method: string, more: object = {}): Promise<T> =>
    client.connection.sendRequest<T>(`textDocument/${method}`, {
      textDocument: { uri: uriOf('services.yaml') },
      ...more,
    });
  const range = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
  expect(await ofFile<DocumentSymbol[]>('documentSymbol')).toMatchObject([{ children: [{ name: 'orders' }] }]);
  expect(await ofFile<FoldingRange[]>('foldingRange')).toContainEqual({ startLine: 1, endLine: 3 });
  expect(await ofFile('selectionRange', { positions: [{ line: 2, character: 12 }] })).toHaveLength(1);
  expect(await ofFile('documentLink')).toEqual([]);
  const [lens] = await ofFile<CodeLens[]>('codeLens');
  const resolved = await client.connection.sendRequest<CodeLens>('codeLens/resolve', lens);
  expect(resolved.command).toEqual({ title: '0 routes', command: '' });
  const tokens = await ofFile<SemanticTokens>('semanticTokens/full');
  expect(tokens.data).toEqual([2, 10, 6, 0, 1]);
  expect(await ofFile<SemanticTokens>('semanticTokens/range', { range })).toEqual(tokens);
  expect(await ofFile('inlayHint', { range })).toEqual([]);
});

test('symbols of the workspace are those of open files and of the files beside them', async () => {
  writeFileSync(path.join(folder, 'consumers.yaml'), '_format_version: "3.0"\nconsumers:\n  - username: ordinary\n');
  const found = await client.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', { query: 'ord' });
  expect(found.map(({ name }) => name).sort()).toEqual(['orders', 'ordinary']);
});

test('lenses go and hints come with the settings of a client that can be asked', async () => {
  const uri = uriOf('services.yaml');
  const other = await PlainClient.start(
    { workspace: { configuration: true } },
    {
      'workspace/configuration': ({ items }: ConfigurationParams) =>
        items.map(
          ({ section }) => ({ 'kongBackup.codeLens': false, 'kongBackup.inlayHints': true })[section ?? ''] ?? null,
        ),
    },
  );
  try {
    await other.open(uri, services);
    await other.diagnostics(uri, 1);
    await other.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    const range = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
    await vi.waitFor(async () => {
      const hints = await other.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range });
      expect(hints).toHaveLength(1);
    });
    expect(await other.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } })).toEqual([]);
  } finally {
    await other.stop();
  }
});
