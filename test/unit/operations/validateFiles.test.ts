import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { validateFiles } from '../../../src/operations/validateFiles.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const shipped = schemaFolder(fileURLToPath(new URL('../../../schemas', import.meta.url)));
const sound = '_format_version: "3.0"\nservices:\n- name: a\n  host: example.com\n';
const broken = sound.replace('host:', 'hots:');

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

const run = (places: string[], options: Parameters<typeof validateFiles>[2] = { kind: 'auto' }) =>
  validateFiles(shipped, places, options, quietContext());

describe('files', () => {
  it('are refused at the byte that is no UTF-8, and read as UTF-16 where they are marked as such', async () => {
    const folder = await folderOf({ 'a.yaml': sound });
    const file = path.join(folder, 'a.yaml');
    await writeFile(file, Buffer.from(sound.replace('name: a', 'name: größe'), 'latin1'));
    const [latin] = await run([file]);
    expect(latin).toMatchObject({ valid: false });
    expect(latin?.diagnostics).toMatchObject([{ code: 'not-text', range: { start: { line: 2, character: 10 } } }]);
    await writeFile(file, Buffer.from(`\ufeff${sound}`, 'utf16le'));
    expect(await run([file])).toMatchObject([{ valid: true, diagnostics: [] }]);
  });

  it('are judged in the order given, each at its places', async () => {
    const folder = await folderOf({ 'b.yaml': broken, 'a.yaml': sound });
    const [first, second] = await run([path.join(folder, 'b.yaml'), path.join(folder, 'a.yaml')]);
    expect(first).toMatchObject({
      file: path.join(folder, 'b.yaml'),
      kind: 'deck',
      gatewayVersion: '3.9',
      valid: false,
    });
    const finding = first?.diagnostics.find(({ path: place }) => place === 'services[0].hots');
    expect(finding).toEqual({
      severity: 'error',
      code: 'unknown-field',
      message: expect.any(String) as string,
      path: 'services[0].hots',
      range: { start: { line: 3, character: 2 }, end: { line: 3, character: 6 } },
    });
    expect(second).toMatchObject({ valid: true, diagnostics: [] });
  });

  it('in folders are found by name or first lines, others left out', async () => {
    const folder = await folderOf({
      'kong.yaml': sound,
      'deep/any.yml': sound,
      'deep/export.json': '{"_format_version": "3.0"}',
      'docker-compose.yaml': 'services: {}\n',
      'node_modules/kong.yaml': sound,
      '.kong-snapshots/prod/x/default.kong.yaml': sound,
      'readme.md': sound,
    });
    const found = (await run([folder])).map(({ file }) => path.relative(folder, file).split(path.sep).join('/'));
    expect(found).toEqual(['deep/any.yml', 'deep/export.json', 'kong.yaml']);
  });

  it('are held to the version and kind that are asked for', async () => {
    const folder = await folderOf({ 'kong.yaml': sound });
    const [old] = await run([path.join(folder, 'kong.yaml')], { kind: 'dbless', gatewayVersion: '2.8.5' });
    expect(old).toMatchObject({ kind: 'dbless', gatewayVersion: '2.8' });
    await expect(run([folder], { kind: 'auto', gatewayVersion: 'newest' })).rejects.toMatchObject({
      code: 'gateway-version-unknown',
    });
  });

  it('are held to the version that a comment in them names, unless one is asked for', async () => {
    const folder = await folderOf({ 'kong.yaml': `# kong-backup: gateway-version=2.8\n${sound}` });
    const version = async (options: object): Promise<string | undefined> =>
      (await run([folder], { kind: 'auto', ...options }))[0]?.gatewayVersion;
    expect(await version({})).toBe('2.8');
    expect(await version({ assumedVersion: '3.9' })).toBe('2.8');
    expect(await version({ gatewayVersion: '3.9' })).toBe('3.9');
  });

  it('are judged for an upgrade by what is new', async () => {
    const folder = await folderOf({
      'kong.yaml':
        '_format_version: "1.1"\nservices:\n- name: a\n  hots: x\n  host: h\nroutes:\n- name: r\n  paths: ["/a/[0-9]+"]\n',
    });
    const [verdict] = await run([folder], { kind: 'deck', gatewayVersion: '2.8', upgradeTo: '3.9' });
    expect(verdict).toMatchObject({ gatewayVersion: '2.8', upgradeTo: '3.9', valid: true });
    expect(verdict?.diagnostics.map(({ code }) => code)).toEqual(['format-version', 'regex-path']);
  });

  it('that are not there are named', async () => {
    await expect(run(['/no/such/file.yaml'])).rejects.toMatchObject({
      code: 'file-unreadable',
      place: '/no/such/file.yaml',
    });
  });
});
