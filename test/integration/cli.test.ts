import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deckNew } from '../../scripts/tools/deckNew.js';
import { deckOld } from '../../scripts/tools/deckOld.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';
import { requireTool } from '../helpers/tools.js';

const engines = [
  { name: 'the Admin API', engine: 'admin-api', deck: 'no-such-deck', describeTool: describe },
  ...(await Promise.all(
    [deckOld, deckNew].map(async (tool) => {
      const { path: deck, describeTool } = await requireTool(tool);
      return { name: tool.name, engine: 'deck', deck, describeTool };
    }),
  )),
];

const orders = { name: 'orders', host: 'orders.internal', retries: 3, tags: ['shop'] };

/** A small gateway, open source, and the CLI beside it. */
async function shop(environment: object = {}) {
  const gateway = await practiceGateway();
  await admin(gateway, 'POST', '/services', orders);
  await admin(gateway, 'POST', '/services/orders/routes', { name: 'orders', paths: ['/orders'] });
  await admin(gateway, 'POST', '/routes/orders/plugins', { name: 'key-auth' });
  await admin(gateway, 'POST', '/consumers', { username: 'ada' });
  await admin(gateway, 'POST', '/consumers/ada/key-auth', { key: 'adas-key-is-secret' });
  const cli = await CliFolder.make([{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api', ...environment }]);
  return { gateway, cli };
}

describe.each(engines)('back up, break, look, restore and prove with $name', ({ engine, deck, describeTool }) => {
  describeTool('on a gateway', () => {
    it('brings back what was there, and says so', async () => {
      const { gateway, cli } = await shop({ engine });
      const tool = ['--deck', deck];
      const backup = await cli.run(['backup', 'shop', '--label', 'before', '--format', 'json', ...tool]);
      expect(backup).toMatchObject({ exitCode: 0 });
      const manifest = backup.json<Manifest>();
      expect(manifest.label).toBe('before');
      expect(manifest.parts[0]).toMatchObject({
        driver: { id: engine },
        counts: { services: 1, routes: 1, plugins: 1, consumers: 1, keyauth_credentials: 1 },
      });

      const same = await cli.run(['diff', 'shop/latest', 'live:shop', ...tool]);
      expect([same.exitCode, same.stdout]).toEqual([0, 'No differences.\n']);

      await admin(gateway, 'PATCH', '/services/orders', { retries: 9 });
      await admin(gateway, 'DELETE', '/routes/orders');
      await admin(gateway, 'DELETE', '/consumers/ada');
      await admin(gateway, 'POST', '/services', { name: 'intruder', host: 'x.internal' });

      const dry = await cli.run(['restore', 'shop/latest', 'shop', '--dry-run', ...tool]);
      expect(dry.exitCode).toBe(1);
      expect(dry.stdout).toContain('Create 4, update 1, delete 1.');
      expect(dry.stdout).toContain('retries: 9 → 3');
      expect((await admin(gateway, 'GET', '/consumers/ada')).status).toBe(404);

      const restore = await cli.run(['restore', 'shop/latest', 'shop', '--yes', ...tool]);
      expect(restore.stdout).toContain('Read back: equal to the snapshot.');
      expect(restore.exitCode).toBe(0);
      expect(gateway.verifyKeyAuth('adas-key-is-secret')).toBeDefined();
      expect((await admin(gateway, 'GET', '/services/intruder')).status).toBe(404);
      expect((await cli.run(['diff', manifest.id, 'live:shop', ...tool])).exitCode).toBe(0);

      const [, guard] = /The state before is in (\S+)\./.exec(restore.stdout) ?? [];
      const undo = await cli.run(['restore', guard!, 'shop', '--yes', ...tool]);
      expect(undo.exitCode).toBe(0);
      expect((await admin(gateway, 'GET', '/services/intruder')).status).toBe(200);
    });
  });
});

const oldDeck = await requireTool(deckOld);

describe('an entity that was made again', () => {
  it('keeps its new id, and the plan says so', async () => {
    const { gateway, cli } = await shop();
    await cli.run(['backup', 'shop']);
    await admin(gateway, 'DELETE', '/routes/orders');
    await admin(gateway, 'POST', '/services/orders/routes', { name: 'orders', paths: ['/orders'] });
    const restore = await cli.run(['restore', 'shop/latest', 'shop', '--yes']);
    expect(restore.exitCode).toBe(0);
    expect(restore.stdout + restore.stderr).toContain(
      'Entities with another id in the gateway than in the snapshot: 1.',
    );
    expect((await admin(gateway, 'GET', '/routes/orders/plugins')).body).toMatchObject({
      data: [{ name: 'key-auth' }],
    });
  });
});

oldDeck.describeTool('a snapshot by a decK from before Kong 3', () => {
  it('leaves alone what it cannot speak of, and says so', async () => {
    const { gateway, cli } = await shop({ engine: 'deck' });
    await admin(gateway, 'PATCH', '/services/orders', { enabled: false });
    const tool = ['--deck', oldDeck.path];
    await cli.run(['backup', 'shop', ...tool]);
    await admin(gateway, 'PATCH', '/services/orders', { retries: 9 });
    const restore = await cli.run(['restore', 'shop/latest', 'shop', '--yes', ...tool]);
    expect(restore.stdout + restore.stderr).toContain('drops newer fields');
    expect(restore.stdout).toContain('updated 1');
    const { body } = await admin(gateway, 'GET', '/services/orders');
    expect(body).toMatchObject({ retries: 3, enabled: false });
  });
});

describe('two workspaces', () => {
  it('are backed up and restored together, or one of them alone', async () => {
    const gateway = await practiceGateway({ workspaces: ['default', 'payments'] });
    await admin(gateway, 'POST', '/services', { name: 'home', host: 'home.internal' });
    await admin(gateway, 'POST', '/payments/services', { name: 'bank', host: 'bank.internal' });
    const cli = await CliFolder.make([{ name: 'both', adminUrl: gateway.url, engine: 'admin-api' }]);
    expect((await cli.run(['backup', 'both', '--format', 'json'])).json<Manifest>().workspaces).toEqual([
      'default',
      'payments',
    ]);
    await admin(gateway, 'DELETE', '/services/home');
    await admin(gateway, 'DELETE', '/payments/services/bank');
    const one = await cli.run(['restore', 'both/latest', 'both', '--workspace', 'payments', '--yes']);
    expect(one.exitCode).toBe(0);
    expect((await admin(gateway, 'GET', '/payments/services/bank')).status).toBe(200);
    expect((await admin(gateway, 'GET', '/services/home')).status).toBe(404);
    expect((await cli.run(['restore', 'both/latest', 'both', '--yes'])).exitCode).toBe(0);
    expect((await admin(gateway, 'GET', '/services/home')).status).toBe(200);
  });

  it('are made where they are missing', async () => {
    const source = await practiceGateway({ workspaces: ['default', 'payments'] });
    await admin(source, 'POST', '/payments/services', { name: 'bank', host: 'bank.internal' });
    const target = await practiceGateway({ workspaces: ['default'] });
    const cli = await CliFolder.make([
      { name: 'source', adminUrl: source.url, engine: 'admin-api' },
      { name: 'target', adminUrl: target.url, engine: 'admin-api' },
    ]);
    await cli.run(['backup', 'source']);
    const restore = await cli.run(['restore', 'source/latest', 'target', '--yes']);
    expect(restore.stdout).toContain('other-environment');
    expect(restore.exitCode).toBe(0);
    expect((await admin(target, 'GET', '/payments/services/bank')).status).toBe(200);
  });
});

describe('what must not happen', () => {
  it('writes nothing without a yes', async () => {
    const { gateway, cli } = await shop();
    await cli.run(['backup', 'shop']);
    await admin(gateway, 'DELETE', '/consumers/ada');
    const mute = await cli.run(['restore', 'shop/latest', 'shop']);
    expect([mute.exitCode, mute.stderr]).toEqual([2, expect.stringContaining('confirmation-missing')]);
    const other = await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--confirm', 'production']);
    expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('confirmation-missing')]);
    const no = await cli.run(['restore', 'shop/latest', 'shop'], { answers: ['no'] });
    expect(no.exitCode).toBe(130);
    expect((await admin(gateway, 'GET', '/consumers/ada')).status).toBe(404);
    const yes = await cli.run(['restore', 'shop/latest', 'shop'], { answers: ['yes'] });
    expect(yes.stderr).toContain(`Write shop (${gateway.url})? Type yes:`);
    expect(yes.exitCode).toBe(0);
  });

  it('wants the name of a protected environment', async () => {
    const { gateway, cli } = await shop({ protected: true });
    await cli.run(['backup', 'shop']);
    await admin(gateway, 'DELETE', '/consumers/ada');
    for (const flags of [['--yes'], ['--yes', '--confirm', 'Shop'], ['--confirm', 'other']]) {
      const refused = await cli.run(['restore', 'shop/latest', 'shop', ...flags]);
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('confirmation-missing')]);
    }
    expect((await cli.run(['restore', 'shop/latest', 'shop'], { answers: ['yes'] })).exitCode).toBe(130);
    expect((await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--confirm', 'shop'])).exitCode).toBe(0);
  });

  it('refuses to write a read-only environment or a gateway without a database', async () => {
    const { cli } = await shop({ readOnly: true });
    await cli.run(['backup', 'shop']);
    const readOnly = await cli.run(['restore', 'shop/latest', 'shop', '--yes']);
    expect([readOnly.exitCode, readOnly.stderr]).toEqual([2, expect.stringContaining('environment-read-only')]);
    const dbless = await practiceGateway({ mode: 'dbless', estate: 'believable' });
    await cli.write(
      'kong-environments.yaml',
      JSON.stringify({ environments: [{ name: 'file', adminUrl: dbless.url, mode: 'dbless', engine: 'admin-api' }] }),
    );
    expect((await cli.run(['backup', 'file'])).exitCode).toBe(0);
    const refused = await cli.run(['restore', 'file/latest', 'file', '--yes']);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('gateway-read-only-mode')]);
  });

  it('touches nothing when a file of the snapshot changed', async () => {
    const { gateway, cli } = await shop();
    const { id, parts } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
    const file = path.join(cli.snapshots, ...id.split('/'), parts[0]!.files[0]!.path);
    await writeFile(file, (await readFile(file, 'utf8')).replace('retries: 3', 'retries: 4'));
    gateway.requests.clear();
    const refused = await cli.run(['restore', id, 'shop', '--yes', '--format', 'json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toBe('');
    const error = JSON.parse(refused.stderr.trim().split('\n').at(-1)!) as { error: object };
    expect(error.error).toMatchObject({
      code: 'snapshot-damaged',
      place: `${id}/default.kong.yaml`,
      reason: expect.stringMatching(/SHA-256 is [0-9a-f]{12}…, the manifest says [0-9a-f]{12}…/) as string,
    });
    expect(gateway.requests.total).toBe(0);
  });

  it('shows no secret in a plan, and none of the token', async () => {
    const gateway = await practiceGateway({ token: 'the-token-itself' });
    const { cli } = await shop();
    const admins = { name: 'guarded', adminUrl: gateway.url, token: '${file:token.txt}', engine: 'admin-api' };
    const shopUrl = (
      JSON.parse(await readFile(path.join(cli.folder, 'kong-environments.yaml'), 'utf8')) as { environments: object[] }
    ).environments;
    await cli.write('kong-environments.yaml', JSON.stringify({ environments: [...shopUrl, admins] }));
    await cli.run(['backup', 'shop']);
    const unset = await cli.run(['backup', 'guarded']);
    expect([unset.exitCode, unset.stderr]).toEqual([2, expect.stringContaining('secret-missing')]);
    await cli.write('token.txt', 'the-token-itself\n');
    for (const format of ['text', 'json']) {
      const dry = await cli.run(['restore', 'shop/latest', 'guarded', '--dry-run', '--verbose', '--format', format]);
      expect(dry.exitCode).toBe(1);
      expect(dry.stdout + dry.stderr).not.toContain('adas-key-is-secret');
      expect(dry.stdout + dry.stderr).not.toContain('the-token-itself');
    }
    await cli.write('token.txt', 'a-wrong-token\n');
    const wrong = await cli.run(['backup', 'guarded']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('gateway-unauthorized')]);
    expect(wrong.stderr).not.toContain('a-wrong-token');
  });
});

describe('bad days of a gateway', () => {
  const backupCode = async (cli: CliFolder, ...flags: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await cli.run(['backup', 'shop', '--format', 'json', ...flags]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect((await cli.run(['snapshots', '--format', 'json'])).json()).toEqual([]);
    return (JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: { code: string } }).error.code;
  };

  it('is down', async () => {
    const { gateway, cli } = await shop();
    await gateway.close();
    expect(await backupCode(cli)).toBe('gateway-unreachable');
  });

  it.each([
    ['gateway-unauthorized', { status: 401 }],
    ['gateway-forbidden', { status: 403 }],
    ['gateway-not-kong', 'html'],
    ['gateway-timeout', 'hang'],
  ] as const)('answers so that it is %s', async (code, effect) => {
    const { gateway, cli } = await shop();
    gateway.faults.add({ effect });
    expect(await backupCode(cli, '--timeout', '0.3')).toBe(code);
  });

  it('is of a generation that nobody knows: backed up, with a warning', async () => {
    const gateway = await practiceGateway({ version: '4.7.1' });
    const cli = await CliFolder.make([{ name: 'future', adminUrl: gateway.url, engine: 'admin-api' }]);
    const { exitCode, stdout } = await cli.run(['backup', 'future']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('version-unknown: Kong 4.7.1 is not known')]);
  });

  it('says no version at all: refused', async () => {
    const gateway = await practiceGateway({ version: 'next' });
    const cli = await CliFolder.make([{ name: 'odd', adminUrl: gateway.url, engine: 'admin-api' }]);
    const { exitCode, stderr } = await cli.run(['backup', 'odd']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('gateway-version-unknown')]);
  });

  it('has no decK beside it, which somebody asked for', async () => {
    const { cli } = await shop({ engine: 'deck' });
    expect(await backupCode(cli, '--deck', 'no-such-deck')).toBe('tool-missing');
  });

  it('is backed up into a folder that can not be written', async () => {
    const { cli } = await shop();
    await cli.write('file', '');
    const { exitCode, stdout, stderr } = await cli.run(['backup', 'shop', '--snapshots', 'file/inside']);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('store-unwritable')]);
  });

  it('forbids one kind: a gap by name, never an empty list', async () => {
    const { gateway, cli } = await shop();
    gateway.faults.add({ path: /^\/consumers/, effect: { status: 403, body: { message: 'forbidden' } } });
    const backup = await cli.run(['backup', 'shop', '--format', 'json']);
    expect(backup.exitCode).toBe(3);
    const manifest = backup.json<Manifest>();
    expect(manifest.coverage.notHeld.map(({ kind }) => kind)).toContain('consumers');
    gateway.faults.clear();
    const dry = await cli.run(['restore', manifest.id, 'shop', '--dry-run']);
    expect(dry.stdout).not.toContain('- consumers');
    expect(dry.stdout).toContain(`is what ${manifest.id} says, apart from what the warnings name.`);
  });

  it('breaks in the middle of a restore: the way back is named', async () => {
    const { gateway, cli } = await shop();
    await cli.run(['backup', 'shop']);
    await admin(gateway, 'DELETE', '/routes/orders');
    await admin(gateway, 'DELETE', '/consumers/ada');
    gateway.faults.add({ methods: ['POST', 'PUT', 'PATCH', 'DELETE'], after: 1, effect: 'reset' });
    const broken = await cli.run(['restore', 'shop/latest', 'shop', '--yes']);
    gateway.faults.clear();
    expect(broken.exitCode).not.toBe(0);
    const [guard] = /shop\/2\d{3}-\S+Z/.exec(broken.stderr + broken.stdout) ?? [];
    expect((await cli.run(['snapshots', 'shop'])).stdout).toContain(guard);
    expect((await cli.run(['restore', 'shop/latest', 'shop', '--yes'])).exitCode).toBe(0);
  });

  it('is left alone when the backup is cancelled', async () => {
    const { cli } = await shop();
    const stop = new AbortController();
    const result = await cli.run(['backup', 'shop'], {
      signal: stop.signal,
      onStderr: (text) => text.includes('Counting') && stop.abort(),
    });
    expect([result.exitCode, result.stdout]).toEqual([130, '']);
    expect((await cli.run(['snapshots'])).stdout).toBe('There are no snapshots yet.\n');
  });

  it('stops a restore that is cancelled half-way and names the way back', async () => {
    const { gateway, cli } = await shop();
    await cli.run(['backup', 'shop']);
    for (const address of ['/consumers/ada', '/routes/orders', '/services/orders'])
      await admin(gateway, 'DELETE', address);
    const stop = new AbortController();
    const { exitCode, stderr } = await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--format', 'json'], {
      signal: stop.signal,
      onStderr: (text) => /"apply".*"done":[1-9]/.test(text) && stop.abort(),
    });
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/The safety snapshot shop\/\S+ holds the state before/);
    expect((await admin(gateway, 'GET', '/routes/orders')).status).toBe(404);
    expect((await cli.run(['restore', 'shop/latest', 'shop', '--yes'])).exitCode).toBe(0);
  });
});
