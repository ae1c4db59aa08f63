import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { postgres } from '../../scripts/tools/postgres.js';
import type { RecoveryReport } from '../../src/app.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { CliFolder, practiceGateway } from '../helpers/cli.js';
import { kongRows, kongSchema } from '../helpers/kongDatabase.js';
import { type PostgresServer, startPostgresServer, superuser } from '../helpers/postgresServer.js';
import { requireTool } from '../helpers/tools.js';

const { path: programs, describeTool } = await requireTool(postgres);

describeTool('a dump that somebody made with pg_dump', () => {
  let server: PostgresServer;
  let made = 0;
  beforeAll(async () => void (server = await startPostgresServer(programs)));
  afterAll(() => server.stop());

  /** The database of a Kong, its gateway, and a dump of it by hand. */
  async function dumped(format: string) {
    const gateway = await practiceGateway();
    const name = `imported_${++made}`;
    await server.sql(`create database ${name};`);
    await server.sql(`${kongSchema()}\n${kongRows(3)}`, name);
    process.env['IMPORT_TEST_PASSWORD'] = superuser.password;
    onTestFinished(() => void delete process.env['IMPORT_TEST_PASSWORD']);
    const login = { host: '127.0.0.1', port: server.port, user: superuser.user };
    const database = { ...login, password: '${env:IMPORT_TEST_PASSWORD}', name, programs };
    const environment = { id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional', engine: 'admin-api' };
    const cli = await CliFolder.make([{ ...environment, database }]);
    const to = path.join(cli.folder, 'theirs');
    const args = ['-h', login.host, '-p', String(login.port), '-U', login.user, `-F${format}`, '-f', to, name];
    execFileSync(path.join(programs, 'pg_dump'), args, { env: { ...process.env, PGPASSWORD: superuser.password } });
    return { cli, name };
  }

  it.each(['directory', 'tar', 'custom', 'plain'])(
    'in the %s format becomes a snapshot, and brings the database back',
    async (format) => {
      const { cli, name } = await dumped(format);
      const result = await cli.run(['import', 'theirs', '--environment', 'shop', '--format', 'json']);
      expect([result.exitCode, result.exitCode === 0 ? '' : result.stderr]).toEqual([0, '']);
      const manifest = result.json<Manifest>();
      expect(manifest).toMatchObject({
        imported: { file: 'theirs', kind: 'pg_dump', versionFrom: 'file' },
        parts: [{ kind: 'database', format: 'pg_dump', details: { dumpFormat: format } }],
      });
      const verified = await cli.run(['verify', manifest.id, '--deep']);
      expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('whole')]);
      await server.sql('delete from routes; delete from services;', name);
      const recovered = await cli.run([
        ...['recover', manifest.id, 'shop', '--yes', '--accept-version', '--format', 'json'],
      ]);
      const report = recovered.stdout === '' ? recovered.stderr : recovered.json<RecoveryReport>();
      expect(report).toMatchObject({ result: 'done' });
      expect(await server.sql('select count(*) from services;', name)).toBe('3');
    },
  );
});
