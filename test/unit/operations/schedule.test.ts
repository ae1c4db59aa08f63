import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Environment } from '../../../src/core/environment.js';
import type { SnapshotState } from '../../../src/core/record.js';
import type { CatalogueEntry, Manifest } from '../../../src/core/snapshot.js';
import { onCalendar } from '../../../src/operations/onCalendar.js';
import { checkCron, dueState } from '../../../src/operations/schedule.js';
import {
  referencedVariables,
  type ScheduledCommand,
  schedulers,
  scheduleText,
} from '../../../src/operations/scheduleText.js';
import { manifestOf } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const posix = process.platform !== 'win32';
const hasSystemd = posix && spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.warn('SKIPPED: systemd-analyze is not here; units are not verified by systemd itself');

const environment: Environment = {
  id: 'e1',
  name: 'production',
  adminUrl: 'http://localhost:8001',
  mode: 'traditional',
  schedule: { cron: '30 2 * * *' },
};

const taken = (createdAt: string, more: Partial<Manifest> = {}, state: SnapshotState = {}): CatalogueEntry => {
  const manifest = { ...manifestOf('production', [], { createdAt, ...more }), id: `production/${createdAt}` };
  return { id: manifest.id, manifest, state };
};
const local = (text: string): Date => new Date(text);

describe('dueState', () => {
  const now = local('2026-03-10T12:00:00');
  const ago = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();

  it('says when the next one is due, and is not overdue before two are', () => {
    const state = dueState(environment, [taken(ago(9))], now);
    expect(state).toMatchObject({ isOverdue: false, nextDue: local('2026-03-11T02:30:00') });
    expect(state.overdueFrom).toEqual(local('2026-03-12T02:30:00'));
    expect(dueState(environment, [taken(ago(30))], now).isOverdue).toBe(false);
    expect(dueState(environment, [taken(ago(40))], now).isOverdue).toBe(true);
  });

  it('goes by overdueAfter where it is given', () => {
    const strict = { ...environment, schedule: { cron: '30 2 * * *', overdueAfter: '8h' } };
    expect(dueState(strict, [taken(ago(9))], now).isOverdue).toBe(true);
    expect(dueState(strict, [taken(ago(7))], now).isOverdue).toBe(false);
  });

  it('takes neither partial, safety, damaged nor future snapshots for a success', () => {
    const failure = { part: 'entities' as const, code: 'gateway-timeout', reason: '', remedy: '' };
    const said = { at: ago(1), by: 'x' };
    const damaged: SnapshotState['verified'] = {
      ...said,
      kind: 'verified',
      depth: 'quick',
      result: 'damaged',
      problems: [],
    };
    const entries: CatalogueEntry[] = [
      taken(new Date(now.getTime() + 1).toISOString()),
      taken(ago(1), { failures: [failure] }),
      taken(ago(2), { guards: 'other' }),
      taken(ago(3), {}, { verified: damaged }),
      { id: 'x', problem: { code: 'snapshot-incomplete', reason: '' } },
      taken(ago(50)),
    ];
    expect(dueState(environment, entries, now)).toMatchObject({
      isOverdue: true,
      lastSuccess: { createdAt: ago(50) },
    });
  });

  it('is overdue where it never succeeded, and never without a schedule', () => {
    expect(dueState(environment, [], now).isOverdue).toBe(true);
    const { schedule: _, ...without } = environment;
    expect(dueState(without, [], now)).toEqual({ environment: without, isOverdue: false });
  });

  it.each(['', '* * * *', '* * * * * *', '60 * * * *', '@daily', 'a b c d e', '1 2 3 4 5\n* * * * *', '* * * * * # x'])(
    'refuses the expression %j',
    (cron) => expect(() => checkCron(cron, 'production')).toThrow(/is no cron expression/),
  );

  it('refuses a day that never comes', () => {
    expect(() => checkCron('0 0 31 2 *', 'production')).toThrow(/never comes/);
    expect(() => checkCron('0 0 29 2 *', 'production')).not.toThrow();
  });
});

describe('onCalendar', () => {
  it.each([
    ['30 2 * * *', ['*-*-* 02:30:00']],
    ['*/15 * * * *', ['*-*-* *:00,15,30,45:00']],
    ['0 9-17/4 * * 1-5', ['Mon,Tue,Wed,Thu,Fri *-*-* 09,13,17:00:00']],
    ['0 0 1,15 JAN *', ['*-01-01,15 00:00:00']],
    ['0 0 13 * FRI', ['*-*-13 00:00:00', 'Fri *-*-* 00:00:00']],
    ['5 4 * * 7', ['Sun *-*-* 04:05:00']],
    ['5 4 * * 0-7', ['*-*-* 04:05:00']],
  ])('has %s as %j', (cron, expected) => {
    expect(onCalendar(cron)).toEqual(expected);
    if (!hasSystemd) return;
    for (const each of expected) execFileSync('systemd-analyze', ['calendar', each], { stdio: 'pipe' });
  });
});

describe('scheduleText', () => {
  const odd = 'it\'s 100% $HOME "x" \\ `y` ${{ secrets.Z }}';
  const command = (folder: string): ScheduledCommand => ({
    environment: { name: odd },
    cron: '0 0 13 * 5',
    program: [process.execPath, '-e', 'console.log(JSON.stringify([process.argv.slice(1), process.env.TOKEN]))', '--'],
    args: ['backup', odd],
    folder,
    variables: ['TOKEN'],
    variablesFile: path.join(folder, 'a b.env'),
  });

  it.runIf(posix)('is a crontab line that runs what it says, with the variables of the file', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'a b.env'), "TOKEN='s3cret % $x'\n");
    const { files, steps } = scheduleText('cron', command(folder));
    const line = files[0]?.text.split('\n')[1] ?? '';
    expect(line.startsWith('0 0 13 * 5 ')).toBe(true);
    expect(steps.join()).not.toContain('s3cret');
    // As cron reads it: what follows five fields, percent signs with a backslash alone.
    const rest = line.split(' ').slice(5).join(' ');
    expect(rest).not.toMatch(/(^|[^\\])%/);
    const out = execFileSync('/bin/sh', ['-c', rest.replaceAll('\\%', '%')], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([['backup', odd], 's3cret % $x']);
  });

  it('is a unit and a timer that systemd takes', async (context) => {
    const folder = await temporaryFolder();
    const { files } = scheduleText('systemd', command(folder));
    expect(files.map(({ name }) => /^[\w.-]+$/.test(name))).toEqual([true, true]);
    expect(files[0]?.text).toContain('"it\'s 100%% $$HOME \\"x\\" \\\\ `y` $${{ secrets.Z }}"');
    expect(files[1]?.text.match(/^OnCalendar=/gm)).toHaveLength(2);
    if (!hasSystemd) return context.skip();
    for (const { name, text } of files) await writeFile(path.join(folder, name), text);
    const { stderr } = spawnSync('systemd-analyze', ['verify', ...files.map(({ name }) => path.join(folder, name))], {
      encoding: 'utf8',
    });
    expect(stderr.split('\n').filter((line) => line.includes('kong-backup'))).toEqual([]);
  });

  it('is a workflow whose secrets are references, and that fills in nothing of a name', () => {
    const { files } = scheduleText('github', command('/x'));
    const workflow = parse(files[0]?.text ?? '') as {
      on: { schedule: object[] };
      jobs: { backup: { steps: { run?: string; env?: Record<string, string> }[] } };
    };
    expect(workflow.on.schedule).toEqual([{ cron: '0 0 13 * 5' }]);
    const step = workflow.jobs.backup.steps.at(-1);
    expect(step?.env).toMatchObject({ TOKEN: '${{ secrets.TOKEN }}' });
    expect(step?.run).toContain("${{ '${{' }} secrets.Z }}");
  });

  it('is a task of Windows, in one word each, with the secrets read by the program', () => {
    const { files, steps } = scheduleText('windows', {
      ...command('C:\\back up'),
      program: ['C:\\node.exe', 'C:\\a b\\cli.js'],
      args: ['backup', 'a "b" <c>', 'end\\ '],
      cron: '5 2,14 * * MON-FRI',
    });
    const text = files[0]?.text ?? '';
    expect(files[0]?.name).toMatch(/^kong-backup-[\w.-]+\.xml$/);
    expect(text.match(/<StartBoundary>[^<]*/g)).toEqual([
      '<StartBoundary>2026-01-01T02:05:00',
      '<StartBoundary>2026-01-01T14:05:00',
    ]);
    expect(
      text
        .match(/<\w+day \/>/g)
        ?.slice(0, 5)
        .join(''),
    ).toBe('<Monday /><Tuesday /><Wednesday /><Thursday /><Friday />');
    expect(text).toContain('<Command>C:\\node.exe</Command>');
    expect(text).toMatch(/<Arguments>\S*--env-file=/);
    expect(text).toContain(
      '&quot;C:\\a b\\cli.js&quot; backup &quot;a \\&quot;b\\&quot; &lt;c&gt;&quot; &quot;end\\ &quot;<',
    );
    expect(steps.join('\n')).toContain('schtasks /Create /TN kong-backup-');
    const twice = scheduleText('windows', { ...command('C:\\x'), cron: '0 0 13 * 5' }).files[0]?.text ?? '';
    expect(twice.match(/<ScheduleBy\w+>/g)).toEqual(['<ScheduleByWeek>', '<ScheduleByMonth>']);
    expect(() => scheduleText('windows', { ...command('C:\\x'), cron: '* * * * *' })).toThrow(/more times a day/);
  });

  it('refuses a line break, and finds the variables that are referred to', () => {
    for (const as of schedulers) {
      expect(() => scheduleText(as, { ...command('/x'), args: ['a\nb'] })).toThrow(/line break/);
    }
    const settings = { token: '${env:B}', headers: { x: 'y ${env:A} ${file:z}' }, list: ['${env:B}'] };
    expect(referencedVariables(settings, undefined)).toEqual(['A', 'B']);
  });
});
