import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Location, WorkspaceEdit } from 'vscode-languageserver-protocol';
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
