import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliFolder, practiceGateway } from '../helpers/cli.js';
import { someDatabase, standInKong } from '../helpers/kongStandIn.js';
import { loadEstate } from '../helpers/loadEstate.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const text = '_format_version: "3.0"\nservices:\n- name: orders\n  host: orders.internal\n';

async function partsOf(cli: CliFolder): Promise<string[]> {
  const entries = await readdir(path.join(cli.snapshots, 'shop'), { recursive: true });
  return entries
    .map((each) => each.split(path.sep).slice(1).join('/'))
    .filter((each) => each.includes('/'))
    .sort();
}

describe('declarative files on the command line', () => {
  it('are taken of a gateway without a database, and verified', async () => {
    const gateway = await practiceGateway({ mode: 'dbless' });
    const headers = { 'content-type': 'text/yaml' };
    await fetch(`${gateway.url}/config`, { method: 'POST', headers, body: text });
    const file = path.join(await temporaryFolder(), 'kong.yml');
    await writeFile(file, text);
    const cli = await CliFolder.make([
      { id: 'a', name: 'shop', adminUrl: gateway.url, mode: 'dbless', engine: 'admin-api', declarativeFile: file },
    ]);
    const taken = await cli.run(['backup', 'shop']);
    expect(taken.exitCode, taken.stderr).toBe(0);
    expect(await partsOf(cli)).toContain('declarative-file/kong.yaml');
    const verified = await cli.run(['verify', 'shop/latest']);
    expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
  });

  it('go back by what was kept, where the environment names no file', async () => {
    const gateway = await practiceGateway({ mode: 'dbless' });
    const post = (body: string) =>
      fetch(`${gateway.url}/config`, { method: 'POST', headers: { 'content-type': 'text/yaml' }, body });
    const services = async () =>
      ((await (await fetch(`${gateway.url}/services`)).json()) as { data: { name: string }[] }).data.map(
        ({ name }) => name,
      );
    await post(text);
    const cli = await CliFolder.make([
      { id: 'a', name: 'shop', adminUrl: gateway.url, mode: 'dbless', engine: 'admin-api' },
    ]);
    const taken = await cli.run(['backup', 'shop']);
    expect(taken.stdout).toMatch(/Not in it:[\s\S]*declarative-file: The file that the gateway loads/);
    expect((await cli.run(['snapshots', 'shop'])).stdout).toContain('1 entity');
    await post(text.replaceAll('orders', 'other'));
    const restored = await cli.run(['restore', 'shop/latest', 'shop', '--part', 'declarative-file', '--yes']);
    expect([restored.exitCode, await services()]).toEqual([0, ['orders']]);
    const [, kept = ''] =
      /kept shop --undo (\S+before\.yaml)/.exec(restored.stdout.split('To go back:')[1] ?? '') ?? [];
    expect((await cli.run(['kept', 'shop'])).stdout).toContain(kept);
    const undone = await cli.run(['kept', 'shop', '--undo', kept, '--yes']);
    expect([undone.exitCode, await services()]).toEqual([0, ['other']]);
    expect((await cli.run(['kept', 'shop', '--let-go', kept, '--yes'])).exitCode).toBe(0);
    expect((await cli.run(['kept', 'shop'])).stdout).not.toContain(kept);
  });

  it('are taken by kong config, and verified', async () => {
    const gateway = await practiceGateway();
    const entities = someDatabase();
    const flat = ['consumers', 'services', 'routes'].flatMap((kind) =>
      (entities[kind] ?? []).map(({ created_at: _created, updated_at: _updated, ...fields }) => ({
        kind,
        fields: typeof fields['service'] === 'string' ? { ...fields, service: { id: fields['service'] } } : fields,
      })),
    );
    await loadEstate(gateway.url, flat);
    const { command } = await standInKong(await temporaryFolder(), { ready: true, entities });
    const cli = await CliFolder.make([
      { id: 'a', name: 'shop', adminUrl: gateway.url, mode: 'traditional', engine: 'admin-api', kong: { command } },
    ]);
    const taken = await cli.run(['backup', 'shop']);
    // The stand-in's database holds more than the gateway shows: a warning, no failure.
    expect(taken.exitCode, taken.stderr).toBe(0);
    expect(await partsOf(cli)).toContain('declarative-file/kong-export.yaml');
    const verified = await cli.run(['verify', 'shop/latest']);
    expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
  });
});
