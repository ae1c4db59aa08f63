import { existsSync } from 'node:fs';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { postgres } from '../../scripts/tools/postgres.js';
import type { RecoveryPlan, RecoveryReport } from '../../src/app.js';
import type { KeptState } from '../../src/core/keptState.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { formatManifest, parseManifest } from '../../src/stores/manifestText.js';
import { admin, CliFolder, type CliResult, practiceGateway } from '../helpers/cli.js';
import { kongRows, kongSchema } from '../helpers/kongDatabase.js';
import { type PostgresServer, startPostgresServer, superuser } from '../helpers/postgresServer.js';
import { requireTool } from '../helpers/tools.js';

const { path: programs, describeTool } = await requireTool(postgres);
const reportOf = (result: CliResult): RecoveryReport => {
  if (result.stdout === '') throw new Error(result.stderr);
  return result.json<RecoveryReport>();
};

describeTool('a guided restore, on a real database', () => {
  let server: PostgresServer;
  let made = 0;
  beforeAll(async () => void (server = await startPostgresServer(programs)));
  afterAll(() => server.stop());

  /** A Kong: a real database, and the practice gateway for its Admin API. */
  async function shop(more: object = {}) {
    const gateway = await practiceGateway();
    const name = `guided_${++made}`;
    await server.sql(`create database ${name};`);
    await server.sql(`${kongSchema()}\n${kongRows(3)}`, name);
    await admin(gateway, 'POST', '/services', { name: 'one', host: 'example.com' });
    process.env['RECOVER_TEST_PASSWORD'] = superuser.password;
    onTestFinished(() => void delete process.env['RECOVER_TEST_PASSWORD']);
    const database = {
      host: '127.0.0.1',
      port: server.port,
      user: superuser.user,
      password: '${env:RECOVER_TEST_PASSWORD}',
      name,
      programs,
    };
    const environment = { id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional', engine: 'admin-api' };
    const cli = await CliFolder.make([{ ...environment, database, ...more }]);
    const taken = await cli.run(['backup', 'shop', '--parts', 'entities,database', '--format', 'json']);
    const manifest = taken.json<Manifest>();
    const recover = (...flags: string[]) =>
      cli.run(['recover', manifest.id, 'shop', '--yes', '--format', 'json', ...flags]);
    const services = () => server.sql('select count(*) from services;', name);
    return { gateway, name, cli, manifest, recover, services };
  }

  const damage = async ({ cli, manifest }: Awaited<ReturnType<typeof shop>>): Promise<void> => {
    const file = manifest.parts.find(({ kind }) => kind === 'database')?.files.find(({ bytes }) => bytes > 200);
    await truncate(path.join(cli.snapshots, ...manifest.id.split('/'), ...(file?.path ?? '').split('/')), 100);
  };

  it('shows what it would do and writes nothing', async () => {
    const { cli, recover, manifest, services } = await shop();
    const before = await services();
    const plan = await recover('--dry-run');
    expect([plan.exitCode, plan.json<RecoveryPlan>()]).toMatchObject([
      0,
      {
        snapshot: manifest.id,
        steps: [
          { step: 'version', state: 'planned' },
          { step: 'database', state: 'planned', steps: expect.arrayContaining([expect.anything()]) as unknown },
          { step: 'declarative', state: 'instead', about: expect.stringContaining('create 0') as string },
        ],
        warnings: [],
      },
    ]);
    expect(await services()).toBe(before);
    expect(existsSync(path.join(cli.snapshots, '.recover'))).toBe(false);
    const other = await cli.run(['recover', manifest.id, 'shop', '--dry-run']);
    expect(other.stdout).toMatch(/^database: planned\. [\s\S]* {2}1\. [\s\S]*Nothing was written\.$/m);
  });

  it('brings the database back, keeps what was there, and takes that back again', async () => {
    const { name, cli, recover, services } = await shop();
    await server.sql('delete from routes; delete from services;', name);
    const report = reportOf(await recover());
    expect(report).toMatchObject({ result: 'done', state: { fallback: false } });
    expect(report.state.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(['version done', 'database done']);
    expect(await services()).toBe('3');
    const kept = (await cli.run(['kept', 'shop', '--format', 'json'])).json<KeptState[]>();
    expect(kept).toMatchObject([{ part: 'database', name: expect.stringContaining(name) }]);

    const undone = reportOf(await recover('--undo'));
    expect(undone.state.steps.find(({ step }) => step === 'database')?.state).toBe('undone');
    expect(await services()).toBe('0');
    const after = (await cli.run(['kept', 'shop', '--format', 'json'])).json<KeptState[]>();
    expect(after).toHaveLength(1);
    const letGo = await cli.run(['kept', 'shop', '--let-go', after[0]?.name ?? '', '--yes']);
    expect([letGo.exitCode, letGo.stderr]).toEqual([0, '']);
    expect((await cli.run(['kept', 'shop', '--format', 'json'])).json()).toEqual([]);
  });

  it('loads the declarative part when the dump is damaged and somebody says so, and goes on where it stopped', async () => {
    const it = await shop();
    const { gateway, recover, services, cli } = it;
    await damage(it);
    await admin(gateway, 'DELETE', '/services/one');
    const stopped = reportOf(await recover());
    expect(stopped).toMatchObject({ result: 'failed', at: 'database' });
    expect(await services()).toBe('3');
    expect((await recover()).stderr).toContain('on its way');

    const report = reportOf(await recover('--resume', '--fallback'));
    expect(report.result).toBe('done');
    expect(report.state.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'version done',
      'database failed',
      'bootstrap skipped',
      'start done',
      'declarative done',
    ]);
    expect((await admin(gateway, 'GET', '/services/one')).status).toBe(200);

    const state = path.join(cli.snapshots, '.recover', 'e1.json');
    if (process.platform !== 'win32') expect((await stat(state)).mode & 0o777).toBe(0o600);
    expect(reportOf(await recover('--undo')).result).toBe('done');
    expect((await admin(gateway, 'GET', '/services/one')).status).toBe(404);
    expect(await readFile(state, 'utf8')).toBe('');
  });

  it('bootstraps a database that is empty before the declarative part', async () => {
    const log = path.join((await shop()).cli.folder, 'bootstrap.txt');
    const script = `require('node:fs').appendFileSync(${JSON.stringify(log)}, process.argv.slice(1).join(' ') + '\\n')`;
    const it = await shop({ kong: { command: [process.execPath, '-e', script, '--'] } });
    await damage(it);
    await server.sql(`drop database ${it.name} with (force);`);
    await server.sql(`create database ${it.name};`);
    const report = reportOf(await it.recover('--fallback'));
    expect(report.state.steps.find(({ step }) => step === 'bootstrap')?.state).toBe('done');
    expect(await readFile(log, 'utf8')).toContain('migrations bootstrap');
  });

  it('stops at a gateway of another version, and says both', async () => {
    const { cli, manifest, recover } = await shop();
    const file = path.join(cli.snapshots, ...manifest.id.split('/'), 'manifest.json');
    const older = parseManifest(await readFile(file, 'utf8'), manifest.id);
    await writeFile(file, formatManifest({ ...older, gateway: { ...older.gateway, version: '3.4.2' } }));
    const report = reportOf(await recover());
    expect(report).toMatchObject({ result: 'waiting', at: 'version' });
    expect(report.reason).toContain('3.4.2');
    expect(report.remedy).toContain('Change the gateway back to the original version 3.4.2');
    expect(reportOf(await recover('--resume', '--accept-version')).result).toBe('done');
  });

  it('brings the database of a Kong back that does not answer, and keeps what was there', async () => {
    const { name, gateway, cli, recover, services } = await shop();
    await server.sql('delete from routes; delete from services;', name);
    await gateway.close();
    const report = reportOf(await recover());
    expect(report).toMatchObject({ result: 'done', state: { fallback: false } });
    expect(report.state.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'version skipped',
      'database done',
    ]);
    expect(await services()).toBe('3');
    const kept = (await cli.run(['kept', 'shop', '--format', 'json'])).json<KeptState[]>();
    expect(kept.filter((each) => each.name.includes(name))).toHaveLength(1);
  });

  it('wants to be agreed to, and can be given up', async () => {
    const { cli, manifest } = await shop({ protected: true });
    const refused = await cli.run(['recover', manifest.id, 'shop', '--yes']);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--confirm')]);
    expect(existsSync(path.join(cli.snapshots, '.recover', 'e1.json'))).toBe(false);
    expect((await cli.run(['recover', manifest.id, 'shop', '--abandon'])).exitCode).toBe(0);
  });
});
