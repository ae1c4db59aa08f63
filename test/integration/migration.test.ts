import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { armor, Decrypter } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import type { Migration } from '../../src/core/migration.js';
import { generateKey } from '../../src/stores/encoding/keys.js';
import { authorities } from '../helpers/certificates.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';
import { enterpriseText } from '../helpers/enterpriseGateway.js';
import { foundBy, json, migrationStage, stateOf, Walk } from '../helpers/migrationStage.js';

const journalOf = (folder: string, id: string): string =>
  path.join(folder, '.kong-snapshots', '.migrations', id, 'journal.jsonl');

describe('a migration from blue to green', () => {
  it('is walked from the platform check to the take down', async () => {
    const { cli, blue, green, ran } = await migrationStage();
    const walk = await Walk.begin(cli);
    expect((await walk.run('platform-check')).status).not.toBe('stopped');
    await walk.run('change-embargo');

    const backup = await walk.run('blue-backup', '--set', 'copy=s3://copies/1');
    expect(backup.runs.at(-1)?.outcome?.figures).toMatchObject({ 'copy of the database': 's3://copies/1' });
    const observed = await walk.run('observability');
    expect(observed.status).toBe('done');
    expect(observed.runs.at(-1)?.outcome?.figures).toMatchObject({ database: 'reachable', requests: 100 });

    const checklist = (await walk.call('show')).stdout;
    expect(checklist).toMatch(/Checklist:\n[^]*fine +change-embargo[^]*Next: .*decide .*go-no-go-execution/);
    expect((await walk.call('decide', 'go-no-go-execution', 'go')).exitCode).toBe(2);
    await walk.call('decide', 'go-no-go-execution', 'go', '--reason', 'All is well.');

    await walk.run('configuration-dump');
    const sync = await walk.run('configuration-sync');
    expect(foundBy(sync)).not.toMatch(/^stop/m);
    expect(sync.runs.at(-1)?.outcome?.figures).toMatchObject({ workspaces: '2 of 2', rbac: 'equal' });
    expect(green.verifyKeyAuth('the-key-of-ada', 'payments')).toBe('ada');

    const { recipient, secret: identity } = await generateKey(new Date());
    const given = await walk.run('credentials', '--set', `recipient=${recipient}`, '--set', 'file=new-logins.age');
    expect(given.runs.at(-1)?.outcome?.figures).toMatchObject({ 'with new secrets': 4 });
    const lines = await opened(path.join(cli.folder, 'new-logins.age'), identity);
    const password = lines.find(
      ([workspace, kind]) => workspace === 'payments' && kind === 'basicauth_credentials',
    )?.[3];
    expect(green.verifyBasicAuth('ada', password ?? '', 'payments')).toBe(true);
    expect(blue.verifyBasicAuth('ada', 'the-old-password', 'payments')).toBe(true);

    expect((await walk.run('regression-tests')).status).toBe('done');
    await walk.call('decide', 'go-no-go-cut-over', 'go', '--reason', 'The tests pass.');
    await walk.until('take-down');
    expect(await ran()).toEqual(['copy-cassandra', ...['1', '5', '10', '50', '100'].map((share) => `split ${share}`)]);

    const waiting = await walk.run('take-down');
    expect([waiting.status, waiting.runs.at(-1)?.outcome?.summary]).toEqual([
      'stopped',
      expect.stringMatching(/another (?:24 h 0 min|23 h 59 min)/),
    ]);
    const report = (await walk.call('report')).stdout;
    expect(report).toMatch(/# Migration from blue to green[^]*\| Canary 50 % \| done[^]*The tests pass/);
    const journal = await readFile(journalOf(cli.folder, walk.id), 'utf8');
    for (const secret of [...lines.map(([, , , each = '?']) => each), 'the-key-of-ada', '"orders":[1,2]']) {
      expect(journal + report).not.toContain(secret);
    }
    const [from, to] = [await enterpriseText(blue), await enterpriseText(green)];
    expect(JSON.parse(to)['/payments/rbac/roles']).toEqual(JSON.parse(from)['/payments/rbac/roles']);
  });

  it('names a change that slipped through the embargo, and takes just that over', async () => {
    const { cli, blue, green } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('credentials');
    await blue.ask('PATCH', '/payments/services/orders', { retries: 1 });
    const listed = await walk.run('credentials');
    expect(foundBy(listed)).toMatch(
      /Somebody changed blue[^]*0 created, 1 updated, 0 deleted: update services orders \(payments\)/,
    );

    await blue.ask('POST', '/workspaces', { name: 'late' });
    await blue.ask('POST', '/late/services', { name: 'late', host: 'late.internal' });
    expect(foundBy(await walk.run('credentials'))).toMatch(/workspace late, which was not there then; update services/);

    const dumped = await walk.run('configuration-dump');
    expect([dumped.status, foundBy(dumped)]).toEqual([
      'attention',
      expect.stringMatching(/workspace late, which was not there then; update services orders \(payments\)/),
    ]);
    expect(dumped.runs.at(-1)?.outcome?.findings.at(-1)?.remedy).toContain('This dump holds it');
    expect(stateOf(await walk.show(), 'configuration-sync').status).toBe('open');
    expect((await walk.run('configuration-sync')).runs.at(-1)?.outcome?.figures).toMatchObject({
      created: 1,
      updated: 1,
      deleted: 0,
    });
    expect(await green.ask('GET', '/late/services/late')).toMatchObject({ host: 'late.internal' });
    expect((await green.ask('GET', '/payments/services/orders'))['retries']).toBe(1);
    expect(foundBy(await walk.run('regression-tests'))).not.toContain('Somebody changed blue');
  });

  it('keeps new secrets when the configuration is synced once more', async () => {
    const { cli, green } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('credentials');
    const { recipient, secret: identity } = await generateKey(new Date());
    await walk.run('credentials', '--set', `recipient=${recipient}`, '--set', 'file=new.age');
    const [, , , password = ''] =
      (await opened(path.join(cli.folder, 'new.age'), identity)).find(([, kind]) => kind === 'basicauth_credentials') ??
      [];
    await walk.run('configuration-dump');
    const synced = await walk.run('configuration-sync');
    expect(green.verifyBasicAuth('ada', password)).toBe(true);
    expect([synced.status, synced.runs.at(-1)?.outcome?.summary, foundBy(synced)]).toEqual([
      'attention',
      expect.stringContaining('but for'),
      expect.stringMatching(/default: 1 logins differ from the dump and were left alone.*basicauth_credentials ada/),
    ]);
  });
});

describe('logins that no dump brings over', () => {
  it('get the secrets that were entered, and none that was not asked for', async () => {
    const { cli, green } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('credentials');
    const listed = await walk.run('credentials');
    expect(foundBy(listed)).toContain('default: basicauth_credentials ada of consumer ada');
    const line = (label: string, secret: string): string =>
      ['default', 'basicauth_credentials', label, secret].join('\t');
    await cli.write('mine.tsv', `${line('ada of consumer ada', 'of-my-choice')}\n\n${line('nobody', 'unused')}\n`);
    const state = await walk.run('credentials', '--secrets', 'mine.tsv');
    expect(green.verifyBasicAuth('ada', 'of-my-choice')).toBe(true);
    expect(state.runs.at(-1)?.outcome?.figures).toMatchObject({ 'with new secrets': 1 });
    expect(foundBy(state)).toContain('nobody is none of the logins');
    expect(foundBy(state)).toContain('payments: basicauth_credentials ada of consumer ada does not come over');
    expect(JSON.stringify(await walk.show())).not.toContain('of-my-choice');
    await cli.write('own-name.tsv', `${['payments', 'basicauth_credentials', 'ada', 'another-one'].join('\t')}\n`);
    const again = await walk.run('credentials', '--secrets', 'own-name.tsv');
    expect(again.runs.at(-1)?.outcome?.summary).toMatch(/^1 of \d+ logins got new secrets, 1 had them before\.$/);
    expect(foundBy(again)).not.toContain('ada of consumer ada does not come over');
    expect((await walk.run('credentials')).runs.at(-1)?.outcome?.summary).toMatch(/^2 of \d+ logins have new secrets/);
    await cli.write('broken.tsv', 'default\tbasicauth_credentials\tada of consumer ada\n');
    const refused = await walk.call('run', 'credentials', '--secrets', 'broken.tsv');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('broken.tsv:1')]);
  });
});

describe('a platform that is not ready', () => {
  it('stops the migration until somebody says why to go on', async () => {
    const { cli, green } = await migrationStage();
    await green.ask('POST', '/services', { name: 'left-over', host: 'x.internal' });
    const walk = await Walk.begin(cli);
    const looked = await walk.run('platform-check');
    expect([looked.status, foundBy(looked)]).toEqual([
      'stopped',
      expect.stringContaining('Green is not empty: it holds 1'),
    ]);
    const early = await walk.call('run', 'change-embargo', '--yes');
    expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining('migration-step-stopped')]);
    expect((await walk.call('override', 'platform-check')).exitCode).toBe(2);
    await walk.call('override', 'platform-check', '--reason', 'It may go: token=abc123.');
    expect(stateOf(await walk.show(), 'platform-check')).toMatchObject({
      status: 'attention',
      override: { reason: 'It may go: token=•••' },
    });
  });
});

describe('a sync that fails in one workspace', () => {
  it('brings the others over, and the rest when it is run again', async () => {
    const { cli, green } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('configuration-sync');
    green.faults.add({
      methods: ['POST', 'PUT'],
      path: /payments\/.*routes/,
      effect: { status: 400, body: { message: 'no' } },
    });
    const broken = await walk.run('configuration-sync');
    expect([broken.status, foundBy(broken)]).toEqual([
      'stopped',
      expect.stringMatching(/^stop: payments: create routes/m),
    ]);
    expect((await green.ask('GET', '/routes/orders'))['name']).toBe('orders');
    green.faults.clear();
    const mended = await walk.run('configuration-sync');
    expect([mended.status, mended.runs.length]).toEqual(['attention', 2]);
    expect(foundBy(mended)).toContain('left alone, since they may have new secrets: basicauth_credentials ada');
  });
});

describe('what belongs to the whole gateway', () => {
  it('comes over once, though a workspace of blue is not there yet', async () => {
    const blue = await practiceGateway({ workspaces: ['default', 'ws2'] });
    const green = await practiceGateway({ workspaces: ['default'] });
    await admin(blue, 'POST', '/ca_certificates', { cert: authorities[0] });
    await admin(blue, 'POST', '/ws2/services', { name: 'two', host: 'two.internal' });
    const sides = { blue, green };
    const cli = await CliFolder.make(
      Object.entries(sides).map(([name, { url }]) => ({ name, adminUrl: url, engine: 'admin-api' })),
    );
    const walk = await Walk.begin(cli);
    for (const step of ['platform-check', 'change-embargo', 'blue-backup', 'observability']) {
      await walk.call('override', step, '--reason', 'Not needed here.');
    }
    await walk.call('decide', 'go-no-go-execution', 'go', '--reason', 'As planned.');
    await walk.run('configuration-dump');
    const synced = await walk.run('configuration-sync');
    expect([synced.status, foundBy(synced)]).toEqual(['done', '']);
    expect((await admin(green, 'GET', '/ws2/services/two')).body).toMatchObject({ host: 'two.internal' });
    expect((await admin(green, 'GET', '/ca_certificates')).body).toMatchObject({ data: [{}] });
  });
});

describe('regression tests', () => {
  it('say what green answers otherwise, and keep no body', async () => {
    const { cli, proxies } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('regression-tests');
    proxies.green.serve = (_request, response) => json(response, 200, { of: 'shop', orders: [1, 2] });
    expect((await walk.run('regression-tests')).status).toBe('done');
    proxies.green.serve = (_request, response) => json(response, 200, { of: 'a-secret-of-green' });
    expect(foundBy(await walk.run('regression-tests'))).toMatch(
      /^attention: orders: green does not answer as blue does: the body differs from byte \d+ on \(\d+ bytes on blue, \d+ on green\)\.$/,
    );
    proxies.green.serve = (_request, response) => json(response, 503, {});
    const broken = await walk.run('regression-tests');
    expect([broken.status, foundBy(broken)]).toEqual([
      'stopped',
      expect.stringContaining('status 200 on blue, 503 on green'),
    ]);
    expect(await readFile(journalOf(cli.folder, walk.id), 'utf8')).not.toContain('a-secret-of-green');

    for (const proxy of [proxies.blue, proxies.green]) proxy.serve = (_request, response) => json(response, 404, {});
    const alike = await walk.run('regression-tests');
    expect([alike.status, alike.runs.at(-1)?.outcome?.summary, foundBy(alike)]).toEqual([
      'attention',
      '1 checks answer alike on blue and green. 1 of 1 fail on both.',
      expect.stringMatching(/^attention: orders: it fails on blue and on green: [^;]*404/),
    ]);
  });
});

describe('a canary', () => {
  it('that breaches a limit proposes the way back, which is run, and all splits are open again', async () => {
    const { cli, proxies, ran } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('canary-5');
    proxies.green.step = { ok: 90, errors: 10 };
    const broken = await walk.run('canary-5');
    expect([broken.status, foundBy(broken)]).toEqual([
      'stopped',
      "stop: 10.0 % of green's answers are server errors; the limit is 1.0 %.",
    ]);
    expect(broken.runs[0]?.outcome?.findings[0]?.remedy).toContain('back');
    const refused = await walk.call('rollback');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('confirmation-missing')]);
    await walk.call('rollback', '--yes');
    expect((await ran()).at(-1)).toBe('back');
    const after = await walk.show();
    expect([after.next, stateOf(after, 'canary-5').notes[0]?.note]).toEqual([
      'canary-1',
      expect.stringContaining('exit code 0'),
    ]);
  });

  it('whose command fails says so, and where the traffic may be', async () => {
    const { cli } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('canary-1');
    await cli.write('broken', '');
    const failed = await walk.run('canary-1');
    expect([failed.status, foundBy(failed)]).toEqual([
      'failed',
      expect.stringContaining('It ended with 3. the load balancer is away'),
    ]);
    expect((await walk.call('rollback', '--yes')).exitCode).toBe(2);
    expect(stateOf(await walk.show(), 'canary-1')).toMatchObject({ status: 'failed', notes: [{}] });
  });
});

describe('the record of a migration', () => {
  it('is gone on with by whoever has the folder, and refused once somebody edited it', async () => {
    const { cli } = await migrationStage();
    const walk = await Walk.begin(cli);
    await walk.until('observability');
    const listed = (await cli.run(['migrate', 'list', '--format', 'json'])).json<Migration[]>();
    expect(listed).toMatchObject([{ id: walk.id, next: 'observability' }]);
    const journal = journalOf(cli.folder, walk.id);
    await writeFile(journal, (await readFile(journal, 'utf8')).replace('"result":"done"', '"result":"failed"'));
    const edited = await walk.call('show');
    expect([edited.exitCode, edited.stderr]).toEqual([2, expect.stringContaining('migration-unreadable')]);
    const all = await cli.run(['migrate', 'list']);
    expect([all.exitCode, all.stdout]).toEqual([1, expect.stringContaining('UNREADABLE')]);
  });

  it('is told of where another one into the same gateway is begun', async () => {
    const { cli } = await migrationStage();
    const { id } = await Walk.begin(cli);
    const second = await cli.run(['migrate', 'start', 'blue', 'green']);
    expect([second.exitCode, second.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`^warning: A migration into the same gateway is under way already: ${id}, from blue`),
      ),
    ]);
  });

  it('lets one of two run a step that both begin at the same moment', async () => {
    const { cli } = await migrationStage();
    const walk = await Walk.begin(cli);
    const both = await Promise.all([1, 2].map(() => walk.call('run', 'platform-check', '--yes')));
    const codes = both.map(({ stderr }) => /migration-step-stopped/.test(stderr));
    expect(codes.filter(Boolean)).toHaveLength(1);
    expect(stateOf(await walk.show(), 'platform-check').runs).toHaveLength(1);
    expect(['done', 'attention']).toContain(stateOf(await walk.show(), 'platform-check').status);
  });
});

async function opened(file: string, identity: string): Promise<string[][]> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const text = await decrypter.decrypt(armor.decode(await readFile(file, 'utf8')), 'text');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
}
