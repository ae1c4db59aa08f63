import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { authorities } from '../../helpers/certificates.js';
import { admin, CliFolder, practiceGateway } from '../../helpers/cli.js';

/** A snapshot with three services, and a gateway that got one more and lost one since. */
async function prepared(settings: object = {}) {
  const gateway = await practiceGateway();
  for (const name of ['a', 'b', 'c']) await admin(gateway, 'POST', '/services', { name, host: 'one.test' });
  const cli = await CliFolder.make([
    { id: 's', name: 'shop', adminUrl: gateway.url, engine: 'admin-api', ...settings },
  ]);
  await cli.run(['backup', 'shop']);
  await admin(gateway, 'DELETE', '/services/a');
  await admin(gateway, 'PATCH', '/services/b', { host: 'two.test' });
  await admin(gateway, 'POST', '/services', { name: 'd', host: 'one.test' });
  const services = async (): Promise<string> => {
    const { data } = (await admin(gateway, 'GET', '/services')).body as { data: { name: string; host: string }[] };
    return data
      .map(({ name, host }) => `${name} ${host}`)
      .sort()
      .join(', ');
  };
  const restore = (...flags: string[]) =>
    cli.run(['restore', 'shop/latest', 'shop', '--yes', '--format', 'json', ...flags]);
  return { cli, gateway, services, restore };
}

const wanted = 'a one.test, b one.test, c one.test';
const before = 'b two.test, c one.test, d one.test';

/** Stops a restore once it begins to write. */
async function stopped({ cli }: Awaited<ReturnType<typeof prepared>>) {
  const stop = new AbortController();
  const onStderr = (text: string): void => void (text.includes('"step":"apply"') && stop.abort());
  return cli.run(['restore', 'shop/latest', 'shop', '--yes', '--format', 'json'], { signal: stop.signal, onStderr });
}

describe('kong-backup undo', () => {
  it('takes the last restore back by its safety snapshot, and is taken back itself', { timeout: 180_000 }, async () => {
    const { cli, services, restore } = await prepared();
    expect((await restore()).exitCode).toBe(0);
    expect(await services()).toBe(wanted);
    const dry = await cli.run(['undo', 'shop', '--dry-run', '--format', 'json']);
    expect([dry.exitCode, dry.json<{ counts: object }>().counts]).toEqual([1, { creates: 1, updates: 1, deletes: 1 }]);
    expect(await services()).toBe(wanted);
    expect((await cli.run(['undo', 'shop', '--yes'])).exitCode).toBe(0);
    expect(await services()).toBe(before);
    expect((await cli.run(['undo', '--yes'])).exitCode).toBe(0);
    expect(await services()).toBe(wanted);
    const { data: states } = { data: (await cli.run(['restores', '--format', 'json'])).json<{ state: string }[]>() };
    expect(states.map(({ state }) => state)).toEqual(['finished', 'undone', 'undone']);
  });

  it('leaves what somebody else changed since, unless it is asked for', { timeout: 180_000 }, async () => {
    const { cli, gateway, services, restore } = await prepared();
    expect((await restore()).exitCode).toBe(0);
    await admin(gateway, 'PATCH', '/services/c', { host: 'theirs.test' });
    const dry = await cli.run(['undo', 'shop', '--dry-run', '--format', 'json']);
    const { counts, warnings } = dry.json<{ counts: object; warnings: { code: string; message: string }[] }>();
    expect(counts).toEqual({ creates: 1, updates: 1, deletes: 1 });
    expect(warnings.find(({ code }) => code === 'changed-since')?.message).toContain('services c');
    expect((await cli.run(['undo', 'shop', '--yes'])).exitCode).toBe(0);
    expect(await services()).toBe('b two.test, c theirs.test, d one.test');
    expect((await restore()).exitCode).toBe(0);
    await admin(gateway, 'POST', '/plugins', { name: 'cors' });
    await admin(gateway, 'PATCH', '/services/a', { retries: 3 });
    await admin(gateway, 'DELETE', '/services/c');
    expect((await cli.run(['undo', 'shop', '--everything', '--yes'])).exitCode).toBe(0);
    expect(await services()).toBe('b two.test, c theirs.test, d one.test');
  });

  it('shows its plan where many deletes are not agreed to, and gives a way that it has', async () => {
    const scene = await prepared({ restore: { maxDeletes: 0 } });
    const { cli, services } = scene;
    await scene.restore('--accept-deletes', '1');
    const undone = await cli.run(['undo', 'shop']);
    expect([undone.exitCode, undone.stderr]).toEqual([2, expect.stringContaining('--accept-deletes 1')]);
    expect(undone.stderr).not.toContain('--mode');
    expect(undone.stdout).toContain('- services a');
    expect(await services()).toBe(wanted);
  });

  it('has nothing to take back where nothing was restored', async () => {
    const { cli } = await prepared();
    const { exitCode, stderr } = await cli.run(['undo', 'shop', '--yes']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no restore that could be undone')]);
  });
});

describe('a restore that stopped on its way', () => {
  it('is found, looked at and gone on with', async () => {
    const scene = await prepared();
    const { cli, services } = scene;
    expect((await stopped(scene)).exitCode).toBe(130);
    const listed = await cli.run(['restores', '--format', 'json']);
    expect((await cli.run(['restores', 'shop', '--format', 'json'])).stdout).toBe(listed.stdout);
    const [run] = listed.json<{ id: string; state: string; stoppedBy: string }[]>();
    expect([listed.exitCode, run]).toEqual([
      1,
      expect.objectContaining({ state: 'unfinished', stoppedBy: 'cancelled' }),
    ]);
    const look = await cli.run(['restores', 'look', run?.id ?? '']);
    expect(look.stdout).toContain('Planned 3');
    const resumed = await cli.run(['restore', '--resume', '--yes', '--format', 'json']);
    expect(resumed.exitCode).toBe(0);
    expect(await services()).toBe(wanted);
    const done = await cli.run(['restores']);
    expect([done.exitCode, done.stdout]).toEqual([0, expect.stringContaining('3 of 3')]);
    const after = await cli.run(['restores', 'look', run?.id ?? '']);
    expect(after.stdout).toMatch(/written +default +delete +services +d +[0-9a-f-]{36}/);
    expect(after.stdout).toContain('Planned 3, written 3, failed 0, unknown 0.');
    const again = await cli.run(['restore', '--resume', '--yes']);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('No restore is left to be resumed')]);
  });

  it('is shown, and has a way without --mode, where many deletes are not agreed to', async () => {
    const scene = await prepared();
    await stopped(scene);
    await scene.cli.write(
      'kong-environments.yaml',
      (await readFile(path.join(scene.cli.folder, 'kong-environments.yaml'), 'utf8')).replace(
        '"adminUrl"',
        '"restore": { "maxDeletes": 0 }, "adminUrl"',
      ),
    );
    const resumed = await scene.cli.run(['restore', '--resume']);
    expect([resumed.exitCode, resumed.stderr]).toEqual([
      2,
      expect.stringContaining('or take it back: kong-backup undo'),
    ]);
    expect(resumed.stdout).toContain('- services d');
  });

  it('is undone to the very state before, also after it was resumed', async () => {
    const scene = await prepared();
    await stopped(scene);
    await scene.cli.run(['restore', '--resume', '--yes']);
    expect((await scene.cli.run(['undo', 'shop', '--yes'])).exitCode).toBe(0);
    expect(await scene.services()).toBe(before);
  });

  it('can be let go; its safety snapshot stays', async () => {
    const scene = await prepared();
    const { cli } = scene;
    await stopped(scene);
    const [run] = (await cli.run(['restores', '--format', 'json'])).json<{ id: string }[]>();
    const forget = ['restores', 'forget', run?.id ?? ''];
    const unasked = await cli.run(forget);
    expect([unasked.exitCode, unasked.stderr]).toEqual([2, expect.stringMatching(/\d of 3 changes are written/)]);
    expect(unasked.stderr).toContain('neither resumed nor undone');
    expect((await cli.run(forget, { answers: ['no'] })).exitCode).toBe(130);
    expect((await cli.run([...forget, '--yes'])).exitCode).toBe(0);
    expect((await cli.run(['restores', '--format', 'json'])).json()).toEqual([]);
    const snapshots = (await cli.run(['snapshots', '--format', 'json'])).json<unknown[]>();
    expect(snapshots).toHaveLength(2);
  });
});

describe('the journal of a restore', () => {
  const folderOf = (cli: CliFolder): string => path.join(cli.snapshots, '.restores');

  it('is private, and holds nothing of what is in entities', async () => {
    const { cli, restore } = await prepared();
    await restore();
    const [id = ''] = await readdir(folderOf(cli));
    const file = path.join(folderOf(cli), id, 'journal.jsonl');
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/one\.test|two\.test/);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(expect.arrayContaining(['begin', 'workspace', 'before', 'after', 'end']));
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    [0, 'an older version'],
    [2, 'a newer version'],
  ])('of format %s is named as one of %s, and nothing is done by it', async (format, words) => {
    const { cli } = await prepared();
    const folder = path.join(folderOf(cli), '2026-01-01T00-00-00.000Z-0000');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'journal.jsonl'), `${JSON.stringify({ type: 'begin', format })}\n`);
    const [run] = (await cli.run(['restores', '--format', 'json'])).json<
      { state: string; problem: { reason: string } }[]
    >();
    expect(run).toMatchObject({ state: 'unreadable', problem: { code: 'journal-unreadable' } });
    expect(run?.problem.reason).toContain(words);
    const look = await cli.run(['restores', 'look', '2026-01-01T00-00-00.000Z-0000']);
    expect([look.exitCode, look.stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it('that was cut off in its first line is none', async () => {
    const { cli } = await prepared();
    const folder = path.join(folderOf(cli), '2026-01-01T00-00-00.000Z-0000');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'journal.jsonl'), '{"type":"beg');
    expect((await cli.run(['restores', '--format', 'json'])).json()).toEqual([]);
  });
});

describe('the report of a restore', () => {
  it('is written as Markdown or JSON, and kept beside the snapshot', async () => {
    const { cli, restore } = await prepared();
    await restore('--report', 'report.md');
    await cli.run(['undo', '--yes', '--report', 'undo.json']);
    const text = await readFile(path.join(cli.folder, 'report.md'), 'utf8');
    expect(text).toContain('Equal to the snapshot');
    expect(text).toContain('| default | services | 1 | 1 | 1 |');
    const undo = JSON.parse(await readFile(path.join(cli.folder, 'undo.json'), 'utf8')) as object;
    expect(undo).toMatchObject({
      proof: 'equal',
      undoes: expect.any(String) as string,
      versions: { gateway: '3.9.3' },
    });
    const files = await readdir(cli.snapshots, { recursive: true });
    expect(files.filter((name) => name.includes('-restored-'))).toHaveLength(2);
  });

  it('has a name of one of the two', async () => {
    const { restore } = await prepared();
    expect((await restore('--report', 'report.pdf')).exitCode).toBe(2);
  });
});

describe('an entity that somebody else writes while a restore is on its way', () => {
  const words = ['restore', 'shop/latest', 'shop', '--yes', '--format', 'json'];

  it('leaves nothing to be undone where nothing was written', async () => {
    const { cli, gateway, services } = await prepared();
    let changed: Promise<unknown> | undefined;
    const onStderr = (text: string): void => {
      if (text.includes('"step":"safety-snapshot"')) {
        changed ??= admin(gateway, 'PATCH', '/services/b', { host: 'theirs.test' });
      }
    };
    const { exitCode, stderr } = await cli.run([...words, '--only', 'services/b'], { onStderr });
    await changed;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('0 created, 0 updated and 0 deleted before that');
    expect(stderr).not.toContain('undo');
    expect(await services()).toContain('b theirs.test');
    const listed = await cli.run(['restores', '--format', 'json']);
    expect([listed.exitCode, listed.json()]).toEqual([0, []]);
  });

  it('stops it, is named with what changed, and is left as it is', async () => {
    const { cli, gateway, services } = await prepared();
    let changed: Promise<unknown> | undefined;
    const onStderr = (text: string): void => {
      if (text.includes('"step":"safety-snapshot"')) {
        changed ??= admin(gateway, 'PATCH', '/services/b', { host: 'theirs.test' });
      }
    };
    const { exitCode, stderr } = await cli.run(words, { onStderr });
    await changed;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('gateway-changed');
    expect(stderr).toMatch(
      /services .*b.* of default was changed by somebody else: host .*two\.test.* → .*theirs\.test/,
    );
    expect(await services()).toContain('b theirs.test');
    const [run] = (await cli.run(['restores', '--format', 'json'])).json<{ state: string; stoppedBy: string }[]>();
    expect(run).toMatchObject({ state: 'unfinished', stoppedBy: 'gateway-changed' });
  });
});

describe('what a restore made', () => {
  /** Two workspaces were backed up; the gateway that is restored into has other ones. */
  async function intoNewWorkspaces(has: readonly string[]) {
    const source = await practiceGateway({ workspaces: ['team', 'other'] });
    for (const workspace of ['team', 'other']) {
      await admin(source, 'POST', `/${workspace}/services`, { name: `${workspace}-service`, host: 'one.test' });
      await admin(source, 'POST', `/${workspace}/consumers`, { username: 'ann' });
    }
    const gateway = await practiceGateway({ workspaces: has });
    const cli = await CliFolder.make([
      { id: 'a', name: 'source', adminUrl: source.url, engine: 'admin-api' },
      { id: 'b', name: 'shop', adminUrl: gateway.url, engine: 'admin-api' },
    ]);
    await cli.run(['backup', 'source', '--workspace', 'team', '--workspace', 'other']);
    const restored = await cli.run(['restore', 'source/latest', 'shop', '--yes', '--format', 'json']);
    expect([restored.exitCode, restored.stderr.slice(-300)]).toEqual([0, expect.anything()]);
    const workspaces = async (): Promise<string[]> => {
      const { data } = (await admin(gateway, 'GET', '/workspaces')).body as { data: { name: string }[] };
      return data.map(({ name }) => name).sort();
    };
    return { cli, gateway, workspaces };
  }

  it('goes with its workspaces, also where all of them were new', { timeout: 180_000 }, async () => {
    const { cli, workspaces, gateway } = await intoNewWorkspaces([]);
    expect(await workspaces()).toEqual(['default', 'other', 'team']);
    const dry = await cli.run(['undo', 'shop', '--dry-run']);
    expect(dry.stdout).toContain('team');
    const undone = await cli.run(['undo', 'shop', '--yes', '--format', 'json']);
    expect([undone.exitCode, undone.stderr.slice(-300)]).toEqual([0, expect.anything()]);
    expect(await workspaces()).toEqual(['default']);
    expect((await cli.run(['undo', 'shop', '--yes'])).exitCode).toBe(0);
    expect(await workspaces()).toEqual(['default', 'other', 'team']);
    const { data } = (await admin(gateway, 'GET', '/team/consumers')).body as { data: unknown[] };
    expect(data).toHaveLength(1);
  });

  it('goes, and what others put into its workspace stays there', { timeout: 180_000 }, async () => {
    const { cli, workspaces, gateway } = await intoNewWorkspaces(['team']);
    await admin(gateway, 'POST', '/other/services', { name: 'of-somebody-else', host: 'two.test' });
    const undone = await cli.run(['undo', 'shop', '--yes']);
    expect(undone.stdout).toContain('other stays: it holds 1 entities that the restore did not make');
    expect(await workspaces()).toEqual(['default', 'other', 'team']);
    const { data } = (await admin(gateway, 'GET', '/other/services')).body as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(['of-somebody-else']);
    const team = (await admin(gateway, 'GET', '/team/services')).body as { data: unknown[] };
    expect(team.data).toEqual([]);
  });

  it.each(['finished', 'stopped'])('goes, and nothing that others made, after one that %s', async (how) => {
    const scene = await prepared();
    const { cli, gateway, services } = scene;
    if (how === 'stopped') await stopped(scene);
    else await cli.run(['restore', 'shop/latest', 'shop', '--only', 'services/a', '--yes']);
    await admin(gateway, 'POST', '/services', { name: 'theirs', host: 'x.test' });
    const dry = await cli.run(['undo', 'shop', '--dry-run', '--format', 'json']);
    expect(dry.json<{ blocked: object[] }>().blocked).toEqual([
      expect.objectContaining({ kind: 'services', label: 'theirs', why: 'others' }),
    ]);
    const undone = await cli.run(['undo', 'shop', '--yes']);
    expect([undone.exitCode, undone.stdout]).toEqual([
      0,
      expect.stringContaining('services "theirs" is not in the snapshot but kept: the restore that is taken back did'),
    ]);
    expect(await services()).toBe(`${before}, theirs x.test`);
  });

  it('stays where others built on it', async () => {
    const { cli, gateway, services, restore } = await prepared();
    await restore('--only', 'services/a');
    await admin(gateway, 'POST', '/services/a/routes', { name: 'theirs', paths: ['/theirs'] });
    const undone = await cli.run(['undo', 'shop', '--yes']);
    expect(undone.stdout).toContain('services "a" is not in the snapshot but kept: it needs the delete of routes');
    expect(await services()).toBe(`a one.test, ${before}`);
  });

  it('goes though it belongs to the whole gateway; what others made stays', { timeout: 180_000 }, async () => {
    const [source, gateway] = [await practiceGateway(), await practiceGateway({ workspaces: ['team'] })];
    const [mine, theirs] = [authorities[0] ?? '', authorities[1] ?? ''];
    await admin(source, 'POST', '/ca_certificates', { cert: mine });
    await admin(source, 'POST', '/services', { name: 'a', host: 'one.test' });
    const cli = await CliFolder.make([
      { id: 'a', name: 'source', adminUrl: source.url, engine: 'admin-api' },
      { id: 'b', name: 'shop', adminUrl: gateway.url, engine: 'admin-api' },
    ]);
    await cli.run(['backup', 'source']);
    await cli.run(['restore', 'source/latest', 'shop', '--yes']);
    await admin(gateway, 'POST', '/ca_certificates', { cert: theirs });
    await cli.run(['undo', 'shop', '--yes']);
    const { data } = (await admin(gateway, 'GET', '/ca_certificates')).body as { data: { cert: string }[] };
    expect(data.map(({ cert }) => cert.trim())).toEqual([theirs.trim()]);
  });
});
