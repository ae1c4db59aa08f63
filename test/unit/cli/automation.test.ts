import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EnvironmentBackup } from '../../../src/app.js';
import type { CatalogueEntry, Manifest } from '../../../src/core/snapshot.js';
import { admin, CliFolder, practiceGateway } from '../../helpers/cli.js';

const unreachable = { id: 'u', name: 'away', adminUrl: 'http://127.0.0.1:1', mode: 'traditional' };

/** A command that notes the variables it got, and ends as it is told. */
const note = (file: string, exitCode = 0): string[] => [
  process.execPath,
  '-e',
  `require('node:fs').appendFileSync(${JSON.stringify(file)}, Object.entries(process.env).filter(([key]) => key.startsWith('KONG_BACKUP_')).sort().map((pair) => pair.join('=')).join(' ') + '\\n'); console.error('said token-of-the-test'); process.exitCode = ${exitCode}`,
];

async function folderWith(hooks: (file: string) => object, more: object[] = []) {
  const gateway = await practiceGateway();
  await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
  const cli = await CliFolder.make();
  const noted = path.join(cli.folder, 'noted.txt');
  await writeFile(noted, '');
  const own = { id: 'p', name: 'prod "a\\b', adminUrl: gateway.url, mode: 'traditional', hooks: hooks(noted) };
  await cli.write('kong-environments.yaml', JSON.stringify({ environments: [own, ...more] }));
  const lines = async () => (await readFile(noted, 'utf8')).trim().split('\n');
  return { cli, gateway, name: own.name, lines };
}

describe('backup --all', () => {
  it('takes what it can, says what failed, and ends with 3', async () => {
    const { cli, name } = await folderWith(
      () => ({}),
      [unreachable, { ...unreachable, id: 'v', name: 'broken', mode: 'x' }],
    );
    const { exitCode, json } = await cli.run(['backup', '--all', '--format', 'json']);
    expect(exitCode).toBe(3);
    expect(json<EnvironmentBackup[]>().map(({ environment, result }) => [environment, result])).toEqual([
      ['broken', 'failed'],
      [name, 'ok'],
      ['away', 'failed'],
    ]);
    const lines = await cli.run(['backup', '--all', '--format', 'jsonl']);
    const all = lines.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(all.filter(({ type }) => type === 'result')).toHaveLength(3);
    expect(all.at(-1)).toMatchObject({ type: 'summary', exitCode: 3 });
  });

  it('refuses options of one environment, a name beside it, neither, and an empty file', async () => {
    const { cli, name } = await folderWith(() => ({}));
    for (const argv of [['--all', name], ['--all', '--label', 'x'], []]) {
      expect((await cli.run(['backup', ...argv])).exitCode).toBe(2);
    }
    expect((await (await CliFolder.make()).run(['backup', '--all'])).exitCode).toBe(2);
  });
});

describe('hooks', () => {
  it('run before and after, with what they need to know', async () => {
    const { cli, name, lines } = await folderWith((file) => ({ beforeBackup: note(file), afterBackup: note(file) }));
    const { exitCode, json } = await cli.run(['backup', name, '--format', 'json']);
    expect(exitCode).toBe(0);
    const { id } = json<Manifest>();
    expect(await lines()).toEqual([
      `KONG_BACKUP_ENVIRONMENT=${name} KONG_BACKUP_HOOK=beforeBackup KONG_BACKUP_SNAPSHOT=`,
      `KONG_BACKUP_ENVIRONMENT=${name} KONG_BACKUP_HOOK=afterBackup KONG_BACKUP_RESULT=ok KONG_BACKUP_SNAPSHOT=${id}`,
    ]);
  });

  it.each([
    [
      'ends with an error',
      (file: string) => ({ beforeBackup: note(file, 7), afterBackup: note(file) }),
      'ended with 7',
    ],
    ['is not there', () => ({ beforeBackup: ['no-such-program-here'] }), 'not found'],
    [
      'takes too long',
      () => ({ beforeBackup: [process.execPath, '-e', 'setTimeout(() => {}, 60000)'], timeout: '1s' }),
      'within 1 s',
    ],
  ])('before it that %s stops it', async (_what, hooks, words) => {
    const { cli, name, lines } = await folderWith(hooks);
    const { exitCode, stderr } = await cli.run(['backup', name]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('hook-failed') as string]);
    expect(stderr).toContain(words);
    expect((await lines()).length).toBe(1);
    expect((await cli.run(['snapshots', '--format', 'json'])).json()).toEqual([]);
  });

  it('after it that fails is a warning and 3: the snapshot is there', async () => {
    const { cli, name } = await folderWith((file) => ({ afterBackup: note(file, 1) }));
    const { exitCode, stdout } = await cli.run(['backup', name]);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('hook-failed: afterBackup') as string]);
    expect((await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>()).toHaveLength(1);
  });

  it('after it runs whatever it came to, and hides the token that the environment resolves', async () => {
    const { cli, gateway, lines } = await folderWith(() => ({}));
    const noted = path.join(cli.folder, 'noted.txt');
    const token = await cli.write('token', 'token-of-the-test');
    const own = { ...unreachable, token: `\${file:${token}}`, hooks: { afterBackup: note(noted, 1) } };
    const fine = { ...own, id: 'f', name: 'fine', adminUrl: gateway.url };
    await cli.write('kong-environments.yaml', JSON.stringify({ environments: [own, fine] }));
    const { exitCode, stderr } = await cli.run(['backup', 'away', '--verbose']);
    expect(exitCode).toBe(2);
    expect(await lines()).toEqual([expect.stringContaining('KONG_BACKUP_RESULT=failed')]);
    expect(stderr).toContain('gateway-unreachable');
    const taken = await cli.run(['backup', 'fine', '--verbose']);
    for (const text of [stderr, taken.stderr, taken.stdout]) expect(text).not.toContain('token-of-the-test');
    expect(taken.stderr).toContain('said •••');
  });

  it('frame a restore too, and a cancel ends one', async () => {
    const { cli, gateway, name, lines } = await folderWith((file) => ({
      beforeRestore: note(file),
      afterRestore: note(file, 1),
    }));
    const { id } = (await cli.run(['backup', name, '--format', 'json'])).json<Manifest>();
    await admin(gateway, 'DELETE', '/services/orders');
    const { exitCode } = await cli.run(['restore', id, name, '--yes']);
    expect(exitCode).toBe(3);
    expect(await lines()).toEqual([
      expect.stringContaining(`KONG_BACKUP_HOOK=beforeRestore KONG_BACKUP_SNAPSHOT=${id}`),
      expect.stringContaining('KONG_BACKUP_HOOK=afterRestore KONG_BACKUP_RESULT=ok'),
    ]);
    const stopped = path.join(cli.folder, 'stopped');
    const slow = {
      id: 's',
      name: 'slow',
      adminUrl: gateway.url,
      hooks: { beforeBackup: [process.execPath, '-e', 'setInterval(() => {}, 9)'], afterBackup: note(stopped) },
    };
    await cli.write('kong-environments.yaml', JSON.stringify({ environments: [slow] }));
    const stop = new AbortController();
    const run = cli.run(['backup', 'slow', '--verbose'], { signal: stop.signal, onStderr: () => stop.abort() });
    expect((await run).exitCode).toBe(130);
    // What the one before may have paused goes on.
    expect(await readFile(stopped, 'utf8')).toContain('KONG_BACKUP_HOOK=afterBackup KONG_BACKUP_RESULT=cancelled');
  });
});

describe('--metrics', () => {
  it('writes what the textfile collector reads, also of what failed', async () => {
    const { cli, name } = await folderWith(() => ({}), [unreachable]);
    expect((await cli.run(['backup', '--all', '--metrics', 'out/kong.prom'])).exitCode).toBe(3);
    const text = await readFile(path.join(cli.folder, 'out', 'kong.prom'), 'utf8');
    const samples = parseMetrics(text);
    const of = (metric: string, environment: string, result?: string) =>
      samples.find(
        (each) => each.name === metric && each.labels.environment === environment && each.labels.result === result,
      )?.value;
    expect(of('kong_backup_last_run_result', name, 'ok')).toBe(1);
    expect(of('kong_backup_last_run_result', 'away', 'failed')).toBe(1);
    expect(of('kong_backup_last_run_result', 'away', 'ok')).toBe(0);
    expect(of('kong_backup_last_success_entities', name)).toBe(1);
    expect(of('kong_backup_last_success_size_bytes', name)).toBeGreaterThan(10);
    expect(of('kong_backup_last_success_verified', name)).toBe(0);
    expect(of('kong_backup_last_success_timestamp_seconds', 'away')).toBeUndefined();
    expect(of('kong_backup_snapshots', 'away')).toBe(0);
    await cli.run(['verify', '--all']);
    await cli.run(['backup', 'away', '--metrics', 'out/kong.prom']);
    expect(await readFile(path.join(cli.folder, 'out', 'kong.prom'), 'utf8')).toContain('{environment="away"');
  });

  it('refuses a name that the collector would not read, and one that cannot be written is 3', async () => {
    const { cli, name } = await folderWith(() => ({}));
    expect((await cli.run(['backup', name, '--metrics', 'kong.txt'])).exitCode).toBe(2);
    await cli.write('file', '');
    const { exitCode, stderr } = await cli.run(['backup', name, '--metrics', 'file/kong.prom']);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('metrics could not be written') as string]);
  });
});

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The text format 0.0.4, strictly: HELP, TYPE, then the samples of the same name, each labelled set once. */
function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  let family = '';
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (head) {
      if (head[1] === 'TYPE') expect([head[2], head[3]]).toEqual([family, 'gauge']);
      family = head[2] ?? '';
      continue;
    }
    const [, name = '', inner = '', value = ''] =
      /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (\S+)$/.exec(line) ?? [];
    expect(name, line).toBe(family);
    const labels = Object.fromEntries(
      [...inner.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, raw = '']) => [
        key,
        raw.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
      ]),
    ) as Record<string, string>;
    expect(Number.isFinite(Number(value)), line).toBe(true);
    samples.push({ name, labels, value: Number(value) });
  }
  expect(new Set(samples.map((each) => JSON.stringify([each.name, each.labels]))).size).toBe(samples.length);
  return samples;
}

describe('schedule', () => {
  it('prints what to install, keeps the schedule with its comments, and writes no file twice', async () => {
    const cli = await CliFolder.make();
    await cli.write(
      'kong-environments.yaml',
      `# ours\nenvironments:\n  - name: production # the one\n    adminUrl: http://localhost:8001\n    token: \${env:PROD_TOKEN}\n`,
    );
    const argv = ['schedule', 'production', '--as', 'systemd', '--cron', '15 3 * * *', '--overdue-after', '26h'];
    const printed = await cli.run(argv);
    expect([printed.exitCode, printed.stdout]).toEqual([
      0,
      expect.stringContaining('OnCalendar=*-*-* 03:15:00') as string,
    ]);
    expect(printed.stdout).toContain(`EnvironmentFile=${path.join(cli.folder, 'kong-backup.env')}`);
    expect(printed.stderr).toContain('Write PROD_TOKEN into a file');
    expect(printed.stdout).not.toContain('Write PROD_TOKEN');
    expect(printed.stderr).toContain(`is written into ${path.join(cli.folder, 'kong-environments.yaml')}`);
    const kept = await readFile(path.join(cli.folder, 'kong-environments.yaml'), 'utf8');
    expect(kept).toContain('# the one');
    expect(kept).toMatch(/schedule:\n +cron: 15 3 \* \* \*\n +overdueAfter: 26h/);
    const line = await cli.run(['schedule', 'production', '--as', 'cron']);
    expect(line.stdout).toMatch(/^15 3 \* \* \* cd .*\n$/);
    expect(line.stderr).toContain('crontab -e');
    expect(line.stderr).not.toContain('is written into');
    const written = await cli.run(['schedule', 'production', '--as', 'cron', '--output', 'units']);
    expect(written.exitCode).toBe(0);
    expect(await readFile(path.join(cli.folder, 'units', 'kong-backup-production.cron'), 'utf8')).toContain(
      '15 3 * * *',
    );
    expect((await cli.run(['schedule', 'production', '--as', 'cron', '--output', 'units'])).stderr).toContain(
      'already',
    );
    expect((await cli.run(['schedule', 'production', '--as', 'cron', '--cron', 'daily'])).stderr).toContain(
      'environment-invalid',
    );
    expect((await cli.run(['schedule', 'production', '--as', 'github'])).stdout).toContain('${{ secrets.PROD_TOKEN }}');
  });
});

describe.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a read-only place', () => {
  it('is said to be one, and nothing is left there', async () => {
    const { cli, name } = await folderWith(() => ({}));
    const { id } = (await cli.run(['backup', name, '--format', 'json'])).json<Manifest>();
    await cli.write('closed/x', '');
    await chmod(path.join(cli.folder, 'closed'), 0o500);
    expect((await cli.run(['export', id, 'closed/a.tar'])).stderr).toContain('store-unwritable');
  });
});
