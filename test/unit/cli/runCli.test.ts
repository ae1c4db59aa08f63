import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/all.js';
import { CliFolder, practiceGateway } from '../../helpers/cli.js';

const sound = '_format_version: "3.0"\nservices:\n- name: a\n  host: example.com\n';
const broken = sound.replace('host:', 'hots:');

const lastError = (stderr: string) => (JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: object }).error;

describe('the command line', () => {
  it.each(commands.map(({ name }) => name))('%s has a help with an example and the exit codes', async (name) => {
    const { exitCode, stdout, stderr } = await (await CliFolder.make()).run([name, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: kong-backup ${name}`);
    expect(stdout).toContain(`Example:\n  kong-backup ${name}`);
    for (const words of ['--format', '--environments-file', '--snapshots', '--deck', '--timeout', '130  cancelled']) {
      expect(stdout).toContain(words);
    }
  });

  it('lists its commands, and says its version', async () => {
    const cli = await CliFolder.make();
    const help = await cli.run(['--help']);
    expect(help.exitCode).toBe(0);
    for (const { name, summary } of commands) expect(help.stdout).toMatch(new RegExp(`${name} .*${summary}`));
    expect(await cli.run(['--version'])).toMatchObject({ exitCode: 0, stdout: '0.0.0\n' });
  });

  it.each([
    [['nope'], "unknown command 'nope'"],
    [['backup'], 'add --all'],
    [['backup', 'x', '--nope'], "unknown option '--nope'"],
    [['snapshots', '--format', 'xml'], 'Allowed choices are text, json'],
    [['snapshots', '--timeout', 'soon'], 'It must be a number of seconds'],
    [['practice', '--port', '99999'], 'It must be a port between 0 and 65535'],
  ])('refuses %j with 2 and a word why', async (argv, why) => {
    const { exitCode, stdout, stderr } = await (await CliFolder.make()).run(argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  it('writes errors as text or JSON on standard error, and nothing else on standard output', async () => {
    const cli = await CliFolder.make();
    const text = await cli.run(['backup', 'prod']);
    expect([text.exitCode, text.stdout]).toEqual([2, '']);
    expect(text.stderr).toMatch(
      /^error: environment-missing: .*kong-environments\.yaml\n {2}There is no environment "prod"\./,
    );
    const json = await cli.run(['backup', 'prod', '--format', 'json']);
    expect([json.exitCode, json.stdout]).toEqual([2, '']);
    expect(lastError(json.stderr)).toMatchObject({
      code: 'environment-missing',
      reason: 'There is no environment "prod".',
    });
  });
});

describe('environments', () => {
  it('lists what can be read and complains of the rest', async () => {
    const cli = await CliFolder.make();
    const prod = '  - name: prod\n    adminUrl: http://prod:8001\n    protected: true\n';
    await cli.write('kong-environments.yaml', `environments:\n${prod}  - name: bad\n    adminUrl: nowhere\n`);
    const text = await cli.run(['environments']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toContain('prod  http://prod:8001  traditional  protected');
    expect(text.stdout).toContain('line 6, column 15: adminUrl: It must be an address');
    const json = (await cli.run(['environments', '--format', 'json'])).json<{
      environments: object[];
      problems: object[];
    }>();
    expect(json.environments).toMatchObject([{ name: 'prod', protected: true }]);
    expect(json.problems).toHaveLength(1);
  });

  it('are none at first', async () => {
    const cli = await CliFolder.make();
    await rm(path.join(cli.folder, 'kong-environments.yaml'));
    const { exitCode, stdout } = await cli.run(['environments']);
    expect([exitCode, stdout]).toEqual([0, 'There are no environments yet.\n']);
  });

  it.each([['environments'], ['environments', '--check'], ['backup', '--all'], ['drift', '--all']])(
    'are asked of a file that is there: %s %s',
    async (...words) => {
      const cli = await CliFolder.make();
      const named = await cli.run([...words, '--environments-file', 'none.yaml']);
      expect([named.exitCode, named.stdout, named.stderr]).toEqual([
        2,
        '',
        expect.stringContaining(`There is no file ${path.join(cli.folder, 'none.yaml')}.`),
      ]);
    },
  );

  it('are not all fine where the file that is meant names none, or is not there', async () => {
    const cli = await CliFolder.make();
    const empty = await cli.run(['drift', '--all']);
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('names no environment.')]);
    await rm(path.join(cli.folder, 'kong-environments.yaml'));
    const missing = await cli.run(['drift', '--all']);
    expect([missing.exitCode, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/There is no file .*kong-environments/),
    ]);
  });

  it('are not passed over by a check for drift where one can not be read', async () => {
    const cli = await CliFolder.make([{ name: 'odd', adminUrl: 'no address' }]);
    const { exitCode, stdout } = await cli.run(['drift', '--all']);
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/odd +FAILED +environment-invalid/)]);
  });

  it('name a PEM file that is not there, asked or not', async () => {
    const cli = await CliFolder.make([{ name: 'odd', adminUrl: 'http://127.0.0.1:1', tls: { caFile: 'nope.pem' } }]);
    const file = path.join(cli.folder, 'nope.pem');
    const { exitCode, stdout } = await cli.run(['environments']);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining(`odd: tls.caFile: There is no file ${file}.`)]);
    const asked = await cli.run(['environments', '--check']);
    expect(asked.stdout).toContain(`file-unreadable: odd: ${file}: There is no such file`);
  });

  it('that say the opposite of the gateway are contradicted, and what nobody wrote is not said', async () => {
    const [gateway, dbless] = [await practiceGateway(), await practiceGateway({ mode: 'dbless' })];
    const cli = await CliFolder.make([
      { name: 'odd', adminUrl: gateway.url, mode: 'dbless' },
      { name: 'silent', adminUrl: dbless.url },
    ]);
    const { exitCode, stdout } = await cli.run(['environments', '--check']);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringMatching(/odd: The environments file says `mode: dbless`, but the gateway has a database/),
    ]);
    expect(stdout).toMatch(/silent +\S+ +dbless/);
    expect(stdout).not.toContain('silent: ');
  });

  it('are asked with --check, a dead one holding up none', async () => {
    const cli = await CliFolder.make([{ name: 'dead', adminUrl: 'http://127.0.0.1:1' }]);
    const { exitCode, stdout } = await cli.run(['environments', '--check']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('gateway-unreachable');
  });
});

describe('validate', () => {
  it('prints one array in exactly the promised shape', async () => {
    const cli = await CliFolder.make();
    const [good, bad] = [await cli.write('good.yaml', sound), await cli.write('bad.yaml', broken)];
    const { exitCode, stdout } = await cli.run([
      'validate',
      good,
      bad,
      '--format',
      'json',
      '--gateway-version',
      '3.9',
      '--kind',
      'deck',
    ]);
    expect(exitCode).toBe(1);
    const [first, second, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(first).toEqual({ file: good, kind: 'deck', gatewayVersion: '3.9', valid: true, diagnostics: [] });
    expect(Object.keys(second!)).toEqual(['file', 'kind', 'gatewayVersion', 'valid', 'diagnostics']);
    expect(second).toMatchObject({ file: bad, valid: false });
    const [finding] = (second!.diagnostics as { code: string }[]).filter(({ code }) => code === 'unknown-field');
    expect(finding).toEqual({
      severity: 'error',
      code: 'unknown-field',
      message: expect.any(String) as string,
      path: 'services[0].hots',
      range: { start: { line: 3, character: 2 }, end: { line: 3, character: 6 } },
    });
  });

  it('prints lines that editors and people can follow', async () => {
    const cli = await CliFolder.make();
    const bad = await cli.write('bad.yaml', broken);
    const { exitCode, stdout } = await cli.run(['validate', bad]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${bad}:4:3: error: `);
    expect(stdout).toContain('[unknown-field] at services[0].hots');
    expect((await cli.run(['validate', await cli.write('good.yaml', sound)])).exitCode).toBe(0);
  });

  it('finds syntax errors at their line, and files that are not there', async () => {
    const cli = await CliFolder.make();
    const torn = await cli.write('torn.yaml', `${sound}routes: [\n`);
    const { exitCode, stdout } = await cli.run(['validate', torn, '--format', 'json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ valid: false }]);
    expect((await cli.run(['validate', 'missing.yaml'])).exitCode).toBe(2);
  });

  it('silences a check and takes a plugin of your own, by option and by the file of environments', async () => {
    const cli = await CliFolder.make();
    const file = await cli.write('kong.yaml', `${sound}plugins:\n- name: mine\nroutes:\n- name: r\n  paths: [/a/*]\n`);
    const codes = async (...options: string[]): Promise<string[]> => {
      const { stdout } = await cli.run(['validate', file, '--format', 'json', ...options]);
      const [found] = JSON.parse(stdout) as { diagnostics: { code: string }[] }[];
      return found!.diagnostics.map(({ code }) => code);
    };
    expect(await codes()).toEqual(['unknown-plugin', 'regex-path']);
    const silenced = ['--custom-plugin', 'mine', '--severity', 'regex-path=off', '--severity', 'unknown-schema=off'];
    expect(await codes(...silenced)).toEqual([]);
    await cli.write('kong-environments.yaml', 'validation:\n  severity: {regex-path: off}\n  customPlugins: [mine]\n');
    expect(await codes()).toEqual(['unknown-schema']);
    expect((await cli.run(['validate', file, '--severity', 'regex-path=loud'])).exitCode).toBe(2);
    const mistyped = await cli.run(['validate', file, '--severity', 'regexpath=off']);
    expect(mistyped.exitCode).toBe(2);
    expect(mistyped.stderr).toContain('`regex-path`');
  });

  it('lists what breaks on the way to another version', async () => {
    const cli = await CliFolder.make();
    const old = '_format_version: "1.1"\nplugins:\n- name: acl\n  config: {whitelist: [a]}\n';
    const file = await cli.write('kong.yaml', old);
    const options = ['--gateway-version', '2.8', '--kind', 'dbless', '--upgrade-to', '3.9'];
    const { exitCode, stdout } = await cli.run(['validate', file, ...options]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('[unknown-field] at plugins[0].config.whitelist');
    expect(stdout).toContain('(dbless, Kong 2.8 to 3.9)');
  });

  it('holds files to the version of an environment', async () => {
    const cli = await CliFolder.make();
    const entry = '- {name: old, adminUrl: "http://127.0.0.1:1", mode: traditional, gatewayVersion: 2.8.5}\n';
    await cli.write('kong-environments.yaml', `environments:\n${entry}`);
    const { stdout } = await cli.run(['validate', await cli.write('kong.yaml', sound), '--environment', 'old']);
    expect(stdout).toContain('Kong 2.8)');
  });

  it('asks the gateway of an environment, and says what was asked and what was not', async () => {
    const cli = await CliFolder.make();
    const { url } = await practiceGateway();
    const entry = { id: 'a', name: 'staging', adminUrl: url, mode: 'traditional' };
    await cli.write('kong-environments.yaml', JSON.stringify({ environments: [entry] }));
    const file = await cli.write('kong.yaml', `${sound}licenses: [{payload: x}]\n`);
    const { exitCode, stdout } = await cli.run(['validate', file, '--online', 'staging']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('not proved: licenses (1 entity): The gateway has no schema of it.');
    expect(stdout).toMatch(
      /nothing refused, but not everything .*1 entity by the Admin API of Kong 3\.9\.\d \(staging\)/,
    );
    const plain = await cli.run([
      'validate',
      await cli.write('b.yaml', sound),
      '--online',
      'staging',
      '--format',
      'json',
    ]);
    expect(plain.exitCode).toBe(0);
    expect(plain.json()).toMatchObject([
      { verdict: 'taken', environment: 'staging', gaps: [], asked: [{ entities: 1 }] },
    ]);
    const live = await cli.run(['validate', file, '--environment', 'staging', '--live']);
    expect(live.stdout).toMatch(/valid \(deck, by the schemas of Kong 3\.9\.\d \(staging\)\)/);
  });

  it('does not mix a gateway that is asked with a version that is named', async () => {
    const cli = await CliFolder.make();
    const file = await cli.write('kong.yaml', sound);
    expect((await cli.run(['validate', file, '--online', 'x', '--gateway-version', '3.4'])).exitCode).toBe(2);
    expect((await cli.run(['validate', file, '--live'])).stderr).toContain('--environment');
  });

  it('names files as they were typed', async () => {
    const cli = await CliFolder.make();
    const typed = path.relative(process.cwd(), await cli.write('conf/kong.yaml', sound));
    for (const place of [typed, path.dirname(typed)]) {
      const { stdout } = await cli.run(['validate', place, '--format', 'json']);
      expect((JSON.parse(stdout) as { file: string }[]).map(({ file }) => file)).toEqual([typed]);
    }
  });
});

describe('snapshots and delete', () => {
  it('list what is damaged, and delete it when that is agreed to', async () => {
    const cli = await CliFolder.make();
    const folder = path.join(cli.snapshots, 'prod', '2026-01-01T00-00-00.000Z');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'manifest.json'), '{');
    const listed = await cli.run(['snapshots']);
    expect([listed.exitCode, listed.stdout]).toEqual([1, expect.stringContaining('snapshot-damaged')]);
    const id = 'prod/2026-01-01T00-00-00.000Z';
    const mute = await cli.run(['delete', id]);
    expect([mute.exitCode, mute.stderr]).toEqual([2, expect.stringContaining('confirmation-missing')]);
    expect((await cli.run(['delete', id], { answers: ['no'] })).exitCode).toBe(130);
    expect(await cli.run(['delete', id], { answers: ['yes'] })).toMatchObject({
      exitCode: 0,
      stdout: `Deleted ${id}.\n`,
    });
    expect((await cli.run(['snapshots'])).stdout).toBe('There are no snapshots yet.\n');
    expect((await cli.run(['delete', id, '--yes'])).exitCode).toBe(2);
  });

  it('stand beside the environments file, or where one says', async () => {
    const cli = await CliFolder.make();
    const { exitCode, stdout } = await cli.run(['snapshots', '--snapshots', 'elsewhere', '--format', 'json']);
    expect([exitCode, stdout]).toEqual([0, '[]\n']);
  });
});
