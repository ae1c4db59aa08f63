import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FolderFile } from '../../../src/language/folderFiles.js';
import { limits, OpenedFolder } from '../../../src/languageServer/folderFiles.js';
import type { FolderReader } from '../../../src/languageServer/folderFiles.js';
import { nodeFolder } from '../../../src/languageServer/nodeFolder.js';

const kong = '_format_version: "3.0"\n';
const none = { keys: () => [], get: () => undefined };

let folder: string;
const uriOf = (name: string): string => pathToFileURL(path.join(folder, name)).href;
const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
const nameOf = ({ uri }: FolderFile): string => uri.slice(uri.lastIndexOf('/') + 1);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'folder files '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('declarative files of the same folder, and no others', async () => {
  write('kong.yaml', kong);
  write('routes.yml', kong);
  write('plugins.json', '{"_format_version": "3.0"}');
  write('values.yaml', 'a: 1\n');
  write('notes.md', kong);
  mkdirSync(path.join(folder, 'sub.yaml'));
  const files = await new OpenedFolder(none, nodeFolder).beside(uriOf('kong.yaml'));
  expect(files.map(nameOf)).toEqual(['plugins.json', 'routes.yml']);
  expect(files[1]?.getText()).toBe(kong);
});

test('what is open counts as it is in the editor, once', async () => {
  write('kong.yaml', kong);
  write('routes.yaml', kong);
  const open = { uri: uriOf('routes.yaml'), version: 7, getText: () => `${kong}# edited` };
  const opened = { keys: () => [open.uri], get: () => open };
  expect(await new OpenedFolder(opened, nodeFolder).beside(uriOf('kong.yaml'))).toEqual([open]);
  expect(await new OpenedFolder(opened, undefined).beside(uriOf('kong.yaml'))).toEqual([open]);
});

test('a file is read again when it has changed, and only then', async () => {
  write('routes.yaml', kong);
  const read: string[] = [];
  const reader: FolderReader = { ...nodeFolder, read: (uri) => (read.push(uri), nodeFolder.read(uri)) };
  const files = new OpenedFolder(none, reader);
  const [first] = await files.beside(uriOf('kong.yaml'));
  expect(await files.beside(uriOf('kong.yaml'))).toEqual([first]);
  expect(read).toHaveLength(1);
  write('routes.yaml', `${kong}services: []\n`);
  utimesSync(path.join(folder, 'routes.yaml'), new Date(), new Date(Date.now() + 5000));
  const [second] = await files.beside(uriOf('kong.yaml'));
  expect(second?.getText()).toContain('services');
  expect(second?.version).not.toBe(first?.version);
});

test('not more than anybody would merge', async () => {
  const many = Array.from(
    { length: limits.files + 50 },
    (_, index) => `file:///f/${String(index).padStart(4, '0')}.yaml`,
  );
  const reader: FolderReader = {
    list: () => Promise.resolve(many),
    stat: (uri) => Promise.resolve({ changed: 1, size: uri.endsWith('0001.yaml') ? limits.bytes + 1 : 10 }),
    read: () => Promise.resolve(kong),
  };
  const files = await new OpenedFolder(none, reader).beside('file:///f/kong.yaml');
  expect(files).toHaveLength(limits.files - 1);
});

test('a folder or file that cannot be read is no folder and no file', async () => {
  expect(await new OpenedFolder(none, nodeFolder).beside(uriOf('gone/kong.yaml'))).toEqual([]);
  expect(await new OpenedFolder(none, nodeFolder).beside('untitled:Untitled-1')).toEqual([]);
  const reader: FolderReader = { ...nodeFolder, read: () => Promise.reject(new Error('no')) };
  write('routes.yaml', kong);
  expect(await new OpenedFolder(none, reader).beside(uriOf('kong.yaml'))).toEqual([]);
});
