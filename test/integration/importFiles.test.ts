import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/core/snapshot.js';
import { CliFolder, practiceGateway } from '../helpers/cli.js';
import { earlierKonga, laterKonga, textDump } from '../helpers/importSources.js';

const shared = fileURLToPath(new URL('../../../shared/kong-facts/exports', import.meta.url));

async function shop(estate: 'believable' | undefined = undefined) {
  const gateway = await practiceGateway(estate ? { estate } : {});
  const cli = await CliFolder.make([
    { id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional', engine: 'admin-api' },
  ]);
  const imported = async (name: string, ...more: string[]) => {
    const result = await cli.run(['import', name, '--environment', 'shop', '--format', 'json', ...more]);
    expect([result.exitCode, result.exitCode === 0 ? '' : result.stderr]).toEqual([0, '']);
    return result.json<Manifest>();
  };
  return { gateway, cli, imported };
}

/** The folder of snapshots holds nothing of an import that failed. */
async function nothingIn(cli: CliFolder): Promise<void> {
  const folder = path.join(cli.snapshots, 'shop');
  expect(existsSync(folder) ? await readdir(folder) : []).toEqual([]);
}

const deckFile = (workspace: string | undefined, service: string): string =>
  [
    '_format_version: "3.0"',
    ...(workspace === undefined ? [] : [`_workspace: ${workspace}`]),
    'services:',
    `- name: ${service}`,
    '  host: example.com',
    '  routes:',
    `  - name: ${service}-route`,
    `    paths: [/${service}]`,
    '',
  ].join('\n');

describe('an import of a file of decK', () => {
  it('keeps the file as it is, and restores, compares and verifies like any snapshot', async () => {
    const { cli, imported } = await shop();
    const text = deckFile(undefined, 'one');
    await cli.write('state.yaml', text);
    const manifest = await imported('state.yaml');
    expect(manifest).toMatchObject({
      imported: { file: 'state.yaml', kind: 'deck', versionFrom: 'assumed' },
      label: 'imported: state.yaml',
      environment: { name: 'shop' },
      parts: [{ kind: 'entities', workspace: 'default', counts: { services: 1, routes: 1 } }],
    });
    expect(manifest.coverage.notHeld.map(({ part }) => part)).toEqual(expect.arrayContaining(['database', 'files']));
    const file = path.join(cli.snapshots, ...manifest.id.split('/'), 'default.kong.yaml');
    expect(await readFile(file, 'utf8')).toBe(text);
    expect((await cli.run(['verify', '--all', '--deep'])).exitCode).toBe(0);
    expect((await cli.run(['restore', manifest.id, 'shop', '--yes'])).stderr).not.toContain('error');
    // A file without ids finds what the gateway made of it.
    expect((await cli.run(['diff', manifest.id, 'live:shop'])).exitCode).toBe(0);
    expect((await cli.run(['restore', manifest.id, 'shop', '--dry-run'])).exitCode).toBe(0);
  });

  it('takes a folder with a file a workspace, and halves of one workspace', async () => {
    const { cli, imported } = await shop();
    await cli.write('all/default.yaml', deckFile(undefined, 'one'));
    await cli.write('all/more.yaml', deckFile(undefined, 'two'));
    await cli.write('all/team.yaml', deckFile('team', 'one'));
    const manifest = await imported('all', '--gateway-version', '3.4.1', '--label', 'mine');
    expect(manifest).toMatchObject({ label: 'mine', gateway: { version: '3.4.1' }, workspaces: ['default', 'team'] });
    expect(manifest.parts.map(({ counts }) => counts['services'])).toEqual([2, 1]);
    expect(manifest.warnings).toContainEqual(expect.objectContaining({ code: 'files-merged', workspace: 'default' }));
  });

  it('refuses a folder with two states of a workspace, and names both files', async () => {
    const { cli } = await shop();
    await cli.write('two/monday.yaml', deckFile(undefined, 'one'));
    await cli.write('two/tuesday.yaml', deckFile(undefined, 'one'));
    const result = await cli.run(['import', 'two', '--environment', 'shop']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('as monday.yaml does')]);
    await nothingIn(cli);
  });
});

describe('an import of a file with errors', () => {
  it('keeps it, and says that a restore would fail at them', async () => {
    const { cli } = await shop();
    await cli.write('bad.yaml', deckFile(undefined, 'one').replace('host:', 'hots:'));
    const text = await cli.run(['import', 'bad.yaml', '--environment', 'shop']);
    expect([text.exitCode, text.stdout]).toEqual([
      3,
      expect.stringMatching(/A restore would fail at these:\n(?: {2}.*\n)* {2}unknown-field: services\[0\]\.hots/),
    ]);
    const json = await cli.run(['import', 'bad.yaml', '--environment', 'shop', '--format', 'json']);
    const { restoreFaults } = json.json<{ restoreFaults: { code: string }[] }>();
    expect(restoreFaults.map(({ code }) => code)).toContain('unknown-field');
  });

  it('has no complaint of the word that decK and Kong both take', async () => {
    const { cli, imported } = await shop();
    const file = await cli.write('state.yaml', `_transform: true\n${deckFile(undefined, 'one')}`);
    const valid = (await cli.run(['validate', file, '--format', 'json'])).json<object[]>();
    expect(valid).toMatchObject([{ kind: 'deck', valid: true, kindReason: expect.stringMatching(/^nothing in it/) }]);
    const { id, warnings } = await imported('state.yaml');
    expect(warnings.map(({ code }) => code)).toEqual(['version-unknown']);
    const restored = await cli.run(['restore', id, 'shop', '--yes']);
    expect([restored.exitCode, restored.stderr]).toEqual([0, expect.not.stringContaining('other-version')]);
  });
});

describe('an import of a declarative file of a gateway', () => {
  it.each(['db_export', 'dbless'])('keeps the file and its entities beside (%s)', async (kind) => {
    const { gateway, cli, imported } = await shop();
    const transform = kind === 'db_export' ? '_transform: false\n' : '';
    const text = `_format_version: "3.0"\n${transform}services:\n- name: one\n  host: example.com\nroutes:\n- name: r\n  service: one\n  paths: [/one]\n`;
    await cli.write('kong.yaml', text);
    const manifest = await imported('kong.yaml');
    expect(manifest.imported).toMatchObject({ kind });
    expect(manifest.parts).toMatchObject([
      { kind: 'entities', format: 'deck', counts: { services: 1, routes: 1 } },
      { kind: 'declarative-file', format: kind, counts: { services: 1, routes: 1 } },
    ]);
    expect((await cli.run(['verify', '--all', '--deep'])).exitCode).toBe(0);
    expect((await cli.run(['restore', manifest.id, 'shop', '--yes'])).stderr).not.toContain('error');
    const routes = (await (await fetch(`${gateway.url}/routes`)).json()) as { data: object[] };
    expect(routes.data).toMatchObject([{ name: 'r', paths: ['/one'] }]);
  });

  it('can be said to be what its content does not tell', async () => {
    const { cli, imported } = await shop();
    await cli.write('kong.yaml', deckFile(undefined, 'one'));
    expect((await imported('kong.yaml', '--as', 'dbless')).parts.map(({ kind }) => kind)).toContain('declarative-file');
  });
});

describe('an import of a snapshot of Konga', () => {
  it.each([
    ['later', laterKonga(), '1.3.0'],
    ['earlier', earlierKonga(), '0.14'],
  ])('of its %s versions restores what it holds into a gateway', async (_which, value, version) => {
    const { gateway, cli, imported } = await shop();
    await cli.write('konga.json', JSON.stringify(value));
    const manifest = await imported('konga.json');
    expect(manifest).toMatchObject({ imported: { kind: 'konga', versionFrom: 'file' }, gateway: { version } });
    expect(manifest.coverage.notHeld.map(({ kind }) => kind)).toContain('ca_certificates');
    const restored = await cli.run(['restore', manifest.id, 'shop', '--yes', '--format', 'json']);
    expect(restored.json<{ report: { failed: object[] } }>().report.failed).toEqual([]);
    const keys = (await (await fetch(`${gateway.url}/key-auths`)).json()) as { data: object[] };
    expect(keys.data).toMatchObject([{ key: 'the-key-of-alice' }]);
  });
});

describe('an import of a dump by pg_dump', () => {
  it('reads a text dump to its end, and the version of Kong from its migrations', async () => {
    const { cli, imported } = await shop();
    await cli.write('kong.sql', textDump());
    const manifest = await imported('kong.sql');
    expect(manifest).toMatchObject({
      imported: { kind: 'pg_dump', versionFrom: 'file' },
      gateway: { version: '3.0', database: 'postgres' },
      parts: [{ kind: 'database', format: 'pg_dump', counts: { schema_meta: 1 }, details: { dumpFormat: 'plain' } }],
    });
    expect((await cli.run(['verify', '--all', '--deep'])).exitCode).toBe(0);
  });

  const real = path.join(shared, 'pg_dump-kong-3.9.3.dump');
  if (!existsSync(real)) console.warn('skipped: no dump of a real Kong at ../shared/kong-facts');
  it.skipIf(!existsSync(real))('reads an archive of a real Kong, and finds one that is cut', async () => {
    const { cli, imported } = await shop();
    await copyFile(real, path.join(cli.folder, 'kong.dump'));
    const manifest = await imported('kong.dump');
    expect(manifest.gateway.version).toBe('3.9');
    expect(manifest.parts[0]?.counts).toMatchObject({ services: 2 });
    const bytes = await readFile(real);
    await writeFile(path.join(cli.folder, 'cut.dump'), bytes.subarray(0, -9000));
    const cut = await cli.run(['import', 'cut.dump', '--environment', 'shop']);
    expect([cut.exitCode, cut.stderr]).toEqual([2, expect.stringMatching(/dump-damaged|tool-failed/)]);
    expect(await readdir(path.join(cli.snapshots, 'shop'))).toHaveLength(1);
  });
});

describe('an import of anything else', () => {
  it.each([
    ['empty.yaml', '', 'The file is empty'],
    ['blank.yaml', '\n\n', 'The file is empty'],
    ['broken.yaml', '_format_version: "3.0"\nservices:\n- name: "a\n', 'broken.yaml:'],
    ['half.json', '{"kong_version":"1.3.0","data":{"services":[{"id":', 'half.json:'],
    ['other.yaml', 'kind: Pod\n', 'no `_format_version`'],
    ['state.age', 'age-encryption.org/v1\n-> X25519 abc\n', 'encrypted'],
    ['kong.sql', textDump({ end: '' }), 'ends in the middle'],
    ['shop.sql', textDump({ table: 'orders' }), 'schema_meta'],
    ['konga.json', JSON.stringify({ kong_version: '1.3.0', data: {} }), 'no entities'],
  ])('is refused and leaves nothing behind: %s', async (name, text, says) => {
    const { cli } = await shop();
    await cli.write(name, text);
    const result = await cli.run(['import', name, '--environment', 'shop']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining(says)]);
    await nothingIn(cli);
  });

  it('wants to know whose snapshot it becomes, and that it is there', async () => {
    const { cli } = await shop();
    await cli.write('state.yaml', deckFile(undefined, 'one'));
    expect((await cli.run(['import', 'state.yaml'])).stderr).toContain('--environment');
    expect((await cli.run(['import', 'nothing.yaml', '--environment', 'shop'])).stderr).toContain('file-unreadable');
    expect((await cli.run(['import', 'state.yaml', '--environment', 'nowhere'])).stderr).toContain(
      'environment-missing',
    );
    expect((await cli.run(['import', 'state.yaml', '--environment', 'shop', '--as', 'konga'])).stderr).toContain(
      'It is not konga',
    );
  });
});
