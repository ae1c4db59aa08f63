import { afterAll, beforeAll } from 'vitest';
import { postgres } from '../../scripts/tools/postgres.js';
import { createPostgresDriver } from '../../src/drivers/postgres.js';
import { kongRows, kongSchema } from '../helpers/kongDatabase.js';
import { databaseText, type PostgresServer, startPostgresServer } from '../helpers/postgresServer.js';
import { requireTool } from '../helpers/tools.js';
import type { DatabaseSection } from '../../src/core/environmentSections.js';
import { partDriverContract, type PartUnderTest } from './partDriverContract.js';
import type { PartRestoreOptions } from '../../src/core/partDriver.js';

const { path: programs, describeTool } = await requireTool(postgres);

describeTool('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgresServer(programs)));
  afterAll(() => server.stop());

  let made = 0;
  const kong = async (section: DatabaseSection, options: PartRestoreOptions = {}): Promise<PartUnderTest> => {
    const name = `kong_${++made}`;
    await server.sql(`create database ${name};`);
    await server.sql(`${kongSchema()}\n${kongRows(12)}`, name);
    return {
      driver: createPostgresDriver({ programs }),
      target: server.target({ ...section, name }),
      options,
      read: () => databaseText(server, name),
      async change() {
        await server.sql(
          `delete from routes where name = 'route-1'; update services set host = 'elsewhere' where name = 'service-2';
           insert into acls (id, "group") values (gen_random_uuid(), 'new'); create table added (id int);`.replace(
            'create table added (id int);',
            options.choices?.inPlace ? '' : 'create table added (id int);',
          ),
          name,
        );
      },
    };
  };

  partDriverContract('postgres, directory with four jobs over TLS', () =>
    kong({ format: 'directory', jobs: 4, sslMode: 'verify-ca', caFile: 'ca.pem' }),
  );
  partDriverContract('postgres, tar', () => kong({ format: 'tar' }));
  partDriverContract('postgres, plain', () => kong({ format: 'plain' }));
  partDriverContract('postgres, in place', () => kong({}, { choices: { inPlace: true } }));
});
