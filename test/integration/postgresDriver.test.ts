import { existsSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../scripts/tools/postgres.js';
import { quietContext } from '../../src/core/context.js';
import type { DatabaseSection } from '../../src/core/environmentSections.js';
import type { PartRestoreResult, PartSource, PartStep } from '../../src/core/partDriver.js';
import { createPostgresDriver } from '../../src/drivers/postgres.js';
import { takePart } from '../contract/partDriverContract.js';
import { someGateway } from '../helpers/someGateway.js';
import { kongRows, kongSchema } from '../helpers/kongDatabase.js';
import { databaseText, type PostgresServer, startPostgresServer } from '../helpers/postgresServer.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

const { path: programs, describeTool } = await requireTool(postgres);
const driver = createPostgresDriver({ programs });
const yes = { confirm: () => Promise.resolve(true) };

describeTool('the database driver on a real server', () => {
  let server: PostgresServer;
  let made = 0;
  beforeAll(async () => void (server = await startPostgresServer(programs)));
  afterAll(() => server.stop());

  /** A database of a Kong, of its own. */
  const kong = async (owner = 'admin'): Promise<string> => {
    const name = `kong_${++made}`;
    await server.sql(`create database ${name} owner ${owner};`);
    await server.sql(`set role ${owner};\n${kongSchema()}\n${kongRows(10)}`, name);
    return name;
  };
  const role = async (name: string, rights = ''): Promise<string> => {
    await server.sql(`create role ${name} login password 'pass-of-kong' ${rights};`);
    return name;
  };
  const take = (section: DatabaseSection): Promise<{ source: PartSource }> =>
    takePart({ driver, target: server.target(section) });
  const databases = (): Promise<string> => server.sql('select datname from pg_database order by 1;');
  const probe = (section: DatabaseSection, password?: string) =>
    driver.probe(server.target(section, password), someGateway, quietContext());

  /** A client that stays connected until the server ends it. */
  const connect = (name: string): Promise<string> =>
    server
      .sql("set application_name = 'kong-node'; select pg_sleep(600);", name)
      .catch((error: unknown) => String(error));
  const untilConnected = async (name: string): Promise<void> => {
    const count = `select count(*) from pg_stat_activity where datname = '${name}' and query like '%pg_sleep%' and state = 'active';`;
    while ((await server.sql(count)) === '0') await new Promise((resolve) => setTimeout(resolve, 20));
  };

  describe('looking', () => {
    it('counts the rows of each table', async () => {
      const name = await kong();
      const found = await probe({ name });
      expect(found).toMatchObject({ counts: { services: 10, routes: 10, basicauth_credentials: 10, schema_meta: 3 } });
    });

    it('says nothing of an environment without a database', async () => {
      const target = { environment: { id: 'x', name: 'x', adminUrl: '', mode: 'traditional' as const }, headers: {} };
      expect(await driver.probe(target, someGateway, quietContext())).toEqual({ present: false });
    });

    it.each([
      ['a wrong password', {}, 'wrong-password', 'database-denied'],
      ['a database that is not there', { name: 'nowhere' }, undefined, 'database-unreachable'],
      ['a port where nobody listens', { port: 1 }, undefined, 'database-unreachable'],
      ['a database without Kong', { name: 'postgres' }, undefined, 'environment-invalid'],
      ['a schema without Kong', { name: 'postgres', schema: 'kong' }, undefined, 'environment-invalid'],
      ['programs that are not there', { programs: '/nowhere' }, undefined, 'tool-missing'],
      [
        'an authority that the server is not of',
        { sslMode: 'verify-full', caFile: 'ca.pem' },
        undefined,
        'database-unreachable',
      ],
    ] as const)('answers what is wrong: %s', async (_name, section, password, code) => {
      const found = await probe({ name: 'postgres', ...section }, password);
      expect(found).toMatchObject({ present: true, availability: { available: false, code } });
    });
  });

  describe('backing up', () => {
    it('dumps what it counted, whoever writes meanwhile', async () => {
      const name = await kong();
      const target = server.target({ name });
      let wrote: Promise<string> | undefined;
      const report = (): void =>
        void (wrote ??= server.sql(
          'insert into acls (id, "group") select gen_random_uuid(), \'late\' from generate_series(1, 50);',
          name,
        ));
      const { taken, source } = await takePart({ driver, target }, { ...quietContext(), report });
      await wrote;
      expect(taken.counts.acls).toBe(10);
      expect(await driver.verify(source, quietContext())).toEqual([]);
      expect(taken.details).toMatchObject({
        dumpFormat: 'directory',
        database: name,
        owner: 'admin',
        schema: 'public',
      });
      expect(taken.details?.migrations).toContainEqual({ subsystem: 'core', last: '024_380_to_390', pending: [] });
    });

    it('names tables of others, and migrations that are half done', async () => {
      const name = await kong();
      await server.sql(
        "create schema shop; create table shop.orders (id int); update schema_meta set pending = '{x}';",
        name,
      );
      const { taken } = await takePart({ driver, target: server.target({ name, format: 'custom' }) });
      expect(taken.counts).toMatchObject({ 'shop.orders': 0 });
      expect(taken.warnings.map(({ code }) => code)).toEqual(['database-migrations-pending', 'database-other-tables']);
    });

    it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
      const target = server.target({ name: await kong(), format: 'custom' });
      const directory = await temporaryFolder();
      await symlink('/dev/full', path.join(directory, 'database.dump'));
      const request = { gateway: someGateway, workspaces: ['default'], directory };
      await expect(driver.backup(target, request, quietContext())).rejects.toMatchObject({ code: 'store-full' });
    });

    it('says that the server went away half-way', async () => {
      const name = await kong();
      const many =
        "insert into cluster_events select gen_random_uuid(), gen_random_uuid(), now(), null, now() + interval '1 hour', 'c', repeat('x', 200) from generate_series(1, 300000);";
      await server.sql(`alter table cluster_events disable trigger user; ${many}`, name);
      let killed: Promise<void> | undefined;
      const report = (): void => void (killed ??= server.kill());
      const backup = takePart({ driver, target: server.target({ name }) }, { ...quietContext(), report });
      await expect(backup).rejects.toMatchObject({ code: 'database-unreachable' });
      await killed;
      await server.start();
      await server.sql(`drop database ${name};`);
    });

    it('leaves no connection behind when it is cancelled half-way', async () => {
      const name = await kong();
      const stop = new AbortController();
      const context = { ...quietContext(stop.signal), report: () => stop.abort() };
      await expect(takePart({ driver, target: server.target({ name }) }, context)).rejects.toMatchObject({
        code: 'cancelled',
      });
      const left = () => server.sql(`select count(*) from pg_stat_activity where datname = '${name}';`);
      while ((await left()) !== '0') await new Promise((resolve) => setTimeout(resolve, 20));
    });

    it('needs no right but to read', async () => {
      const name = await kong();
      const reader = await role(`reader_${made}`);
      await server.sql(`grant pg_read_all_data to ${reader};`);
      const target = server.target({ name, user: reader }, 'pass-of-kong');
      expect((await takePart({ driver, target })).taken.counts.services).toBe(10);
      const stranger = await role(`stranger_${made}`);
      const other = server.target({ name, user: stranger }, 'pass-of-kong');
      await expect(takePart({ driver, target: other })).rejects.toMatchObject({ code: 'database-denied' });
    });
  });

  describe('bringing back', () => {
    const restore = (
      source: PartSource,
      section: DatabaseSection,
      more: Partial<Parameters<typeof driver.restore>[2]> = {},
      ...rest: [password?: string, environment?: Parameters<PostgresServer['target']>[2]]
    ): Promise<PartRestoreResult> =>
      driver.restore(server.target(section, ...rest), source, { ...yes, ...more }, quietContext());
    const plan = (source: PartSource, section: DatabaseSection, choices = {}, password?: string) =>
      driver.planRestore(server.target(section, password), source, { choices }, quietContext());

    it('creates a database that is gone', async () => {
      const name = await kong();
      const before = await databaseText(server, name);
      const { source } = await take({ name });
      await server.sql(`drop database ${name};`);
      const result = await restore(source, { name });
      expect(result).toMatchObject({ verified: true, done: ['create', 'load', 'compare', 'swap', 'read-back'] });
      expect(await databaseText(server, name)).toBe(before);
    });

    it('keeps owner, settings, rights and comment of the database, and the old one beside it', async () => {
      const owner = await role(`owner_${made + 1}`, 'createdb');
      const name = await kong(owner);
      await server.sql(
        `alter database ${name} set search_path to public, "$user"; alter database ${name} set work_mem to '8MB';
         revoke all on database ${name} from public; grant connect on database ${name} to pg_monitor;
         comment on database ${name} is 'of the gateway';`,
      );
      const about = `select pg_get_userbyid(datdba), datacl, shobj_description(oid, 'pg_database'),
        (select setconfig from pg_db_role_setting where setdatabase = oid) from pg_database where datname = '${name}';`;
      const before = await server.sql(about);
      const { source } = await take({ name });
      const section = { name, user: owner };
      await server.sql('delete from acls;', name);
      const result = await restore(source, section, {}, 'pass-of-kong');
      expect(result).toMatchObject({ verified: true });
      expect(await server.sql(about)).toBe(before);
      const [kept, ...others] = await driver.keptDatabases(server.target(section, 'pass-of-kong'), quietContext());
      expect(others).toEqual([]);
      expect(kept?.name).toMatch(new RegExp(`^${name}_before_`));
      expect(await server.sql('select count(*) from acls;', kept?.name)).toBe('0');
      await driver.dropKept(server.target(section, 'pass-of-kong'), kept?.name ?? '', quietContext());
      expect(await databases()).not.toContain('_before_');
      const dropping = driver.dropKept(server.target(section, 'pass-of-kong'), name, quietContext());
      await expect(dropping).rejects.toMatchObject({ code: 'confirmation-missing' });
    });

    it('is taken back by exchanging the databases', async () => {
      const name = await kong();
      const { source } = await take({ name });
      await server.sql(`delete from acls; comment on database ${name} is 'of the gateway';`, name);
      const before = await databaseText(server, name);
      await restore(source, { name });
      const target = server.target({ name });
      const kept = (await driver.keptDatabases(target, quietContext())).find((each) =>
        each.name.startsWith(`${name}_`),
      );
      const client = connect(name);
      await untilConnected(name);
      const no = { name: kept?.name ?? '', confirm: () => Promise.resolve(false) };
      expect(await driver.undo(target, no, quietContext())).toBeUndefined();
      const aside = await driver.undo(target, { ...no, ...yes }, quietContext());
      expect(await client).toMatch(/terminating connection/);
      expect(await databaseText(server, name)).toBe(before);
      const comment = `select shobj_description(oid, 'pg_database') from pg_database where datname = '${name}';`;
      expect(await server.sql(comment)).toBe('of the gateway');
      expect(await server.sql('select count(*) from acls;', aside)).toBe('10');
      const stranger = { name: 'postgres', ...yes };
      await expect(driver.undo(target, stranger, quietContext())).rejects.toMatchObject({
        code: 'confirmation-missing',
      });
    });

    it('says whose connections it ends, and ends them only with consent', async () => {
      const name = await kong();
      const { source } = await take({ name });
      const client = connect(name);
      await untilConnected(name);
      const asked: PartStep[] = [];
      const confirm = (step: PartStep) => Promise.resolve(asked.push(step) > 1);
      const declined = await restore(source, { name }, { confirm });
      expect(asked[0]).toMatchObject({ id: 'disconnect' });
      expect(asked[0]?.destroys).toMatch(/Ends the connection: 1 of admin \(kong-node\) from 127\.0\.0\.1/);
      expect(declined.done).toEqual(['create', 'load', 'compare']);
      expect(await server.sql('select 1;', name)).toBe('1');
      const resumed = await restore(source, { name }, { from: 'disconnect' });
      expect(resumed).toMatchObject({ verified: true, done: ['compare', 'disconnect', 'aside', 'swap', 'read-back'] });
      expect(await client).toMatch(/terminating connection/);
    });

    it('stops and starts the gateway around it, and starts it again when something fails', async () => {
      const name = await kong();
      const { source } = await take({ name });
      const notes = path.join(await temporaryFolder(), 'notes');
      const note = (word: string, code = 0): [string, ...string[]] => [
        process.execPath,
        '-e',
        `require('fs').appendFileSync(${JSON.stringify(notes)}, '${word} '); process.exit(${code})`,
      ];
      const commands = { kong: { stop: note('stop'), start: note('start') } };
      const result = await restore(source, { name }, {}, undefined, commands);
      expect(result.done).toEqual([
        'create',
        'load',
        'compare',
        'stop',
        'disconnect',
        'aside',
        'swap',
        'read-back',
        'start',
      ]);
      expect(result.warnings.map(({ code }) => code)).not.toContain('kong-restart-needed');
      const confirm = ({ id }: PartStep) => Promise.resolve(id !== 'aside');
      await restore(source, { name }, { confirm }, undefined, commands);
      expect(await readFile(notes, 'utf8')).toBe('stop start stop start ');
      const failing = await restore(source, { name }, {}, undefined, {
        kong: { stop: note('no', 3), start: note('start') },
      });
      expect(failing.failed).toMatchObject({ step: 'stop', reason: expect.stringContaining('exit code 3') as string });
      expect(await server.sql('select count(*) from services;', name)).toBe('10');
    });

    it('says what is there when it is cancelled behind the swap', async () => {
      const name = await kong();
      const { source } = await take({ name });
      const stop = new AbortController();
      const said: string[] = [];
      const say = (message: string): void => void said.push(message);
      const context = {
        ...quietContext(stop.signal),
        report: ({ subject = '' }) => void (subject.startsWith('Count the rows') && stop.abort()),
        log: { debug() {}, info() {}, warn: say, error: say },
      };
      const idle: [string, ...string[]] = [process.execPath, '-e', ''];
      const target = server.target({ name }, undefined, { kong: { stop: idle, start: idle } });
      await expect(driver.restore(target, source, yes, context)).rejects.toMatchObject({ code: 'cancelled' });
      expect(said.join('\n')).toContain(`rename it to ${name}`);
      expect(said).toContain('The gateway is still stopped.');
    });

    it('names tables of others before it swaps, and overwrites none in place', async () => {
      const name = await kong();
      const { source } = await take({ name });
      await server.sql('create table orders (id int); insert into orders values (1);', name);
      const swap = await plan(source, { name });
      expect(swap.steps.find(({ id }) => id === 'aside')?.destroys).toContain('orders');
      const inPlace = await plan(source, { name }, { inPlace: true });
      expect(inPlace.steps.find(({ id }) => id === 'in-place')?.destroys).toContain('stay as they are: orders');
      const result = await restore(source, { name }, { choices: { inPlace: true } });
      expect(result).toMatchObject({ verified: true, done: ['in-place', 'read-back'] });
      expect(await server.sql('select * from orders;', name)).toBe('1');
    });

    it('changes nothing in place when something stands in the way', async () => {
      const name = await kong();
      const { source } = await take({ name });
      await server.sql('create table orders (id int, service uuid references services);', name);
      const before = await databaseText(server, name);
      const result = await restore(source, { name }, { choices: { inPlace: true } });
      expect(result.failed?.step).toBe('in-place');
      expect(await databaseText(server, name)).toBe(before);
    });

    it('says what a user without the right to create databases can do, and does it', async () => {
      const owner = await role(`modest_${made + 1}`);
      const name = await kong(owner);
      const { source } = await take({ name });
      const section = { name, user: owner };
      const refused = await plan(source, section, {}, 'pass-of-kong');
      expect(refused.refused?.reason).toContain('may not create databases');
      expect(refused.refused?.remedy).toMatch(/CREATEDB.*scratch.*inPlace/);
      await server.sql(`create database given_${name} owner ${owner};`);
      const choices = { scratch: `given_${name}` };
      const result = await restore(source, section, { choices }, 'pass-of-kong');
      expect(result).toMatchObject({ verified: true, done: ['load', 'compare'] });
      expect(result.warnings.map(({ message }) => message).join()).toContain(`pg_database = given_${name}`);
      const again = await plan(source, section, choices, 'pass-of-kong');
      expect(again.refused?.reason).toContain('not empty');
      const inPlace = await restore(source, section, { choices: { inPlace: true } }, 'pass-of-kong');
      expect(inPlace.verified).toBe(true);
    });

    it('makes the databases that the plan named', async () => {
      const name = await kong();
      const at = new Date('2026-01-02T03:04:05Z');
      const { source } = await take({ name });
      const { steps } = await driver.planRestore(server.target({ name }), source, { at }, quietContext());
      await restore(source, { name }, { at });
      expect(steps.find(({ id }) => id === 'aside')?.title).toBe(`Rename ${name} to ${name}_before_20260102t030405z.`);
      expect(await databases()).toContain(`${name}_before_20260102t030405z`);
      await server.sql(`drop database ${name}_before_20260102t030405z;`);
    });

    it('is not stopped by what a restore of somebody else left behind', async () => {
      const name = await kong();
      const { source } = await take({ name });
      await server.sql(`revoke all on database ${name} from public;`);
      await restore(source, { name });
      const owner = await role(`other_${made + 1}`, 'createdb');
      const theirs = await kong(owner);
      const section = { name: theirs, user: owner };
      const { source: own } = await take({ name: theirs });
      expect(await restore(own, section, {}, 'pass-of-kong')).toMatchObject({ verified: true });
      const target = server.target(section, 'pass-of-kong');
      const kept = (await driver.keptDatabases(target, quietContext())).map((each) => each.name);
      expect(kept).toEqual([expect.stringMatching(new RegExp(`^${theirs}_before_`))]);
      const [others] = await driver.keptDatabases(server.target({ name }), quietContext());
      const undoing = driver.undo(target, { name: others?.name ?? '', ...yes }, quietContext());
      await expect(undoing).rejects.toMatchObject({ code: 'confirmation-missing' });
    });

    it('gives all to who restores when the owner is not there, and says so', async () => {
      const owner = await role(`gone_${made + 1}`);
      const name = await kong(owner);
      const { source } = await take({ name, format: 'custom' });
      const { source: text } = await take({ name, format: 'plain' });
      await server.sql(`drop database ${name}; drop role ${owner};`);
      const result = await restore(source, { name });
      expect(result.warnings.map(({ code }) => code)).toContain('database-roles-missing');
      expect(result.verified).toBe(true);
      expect(await server.sql("select tableowner from pg_tables where tablename = 'services';", name)).toBe('admin');
      expect((await plan(text, { name })).refused?.reason).toContain(owner);
    });

    it('says that the target is at another state of migrations', async () => {
      const name = await kong();
      const { source } = await take({ name });
      await server.sql("update schema_meta set last_executed = '099_new' where subsystem = 'core';", name);
      const { warnings } = await plan(source, { name });
      expect(warnings.find(({ code }) => code === 'kong-migrations-differ')?.message).toContain('099_new');
    });

    it('leaves nothing behind when the dump can not be loaded, and when it is cancelled', async () => {
      const name = await kong();
      const { source } = await take({ name });
      const before = await databases();
      const stop = new AbortController();
      const context = {
        ...quietContext(stop.signal),
        report: ({ subject = '' }) => void (subject.startsWith('Restore') && stop.abort()),
      };
      const cancelled = driver.restore(server.target({ name }), source, yes, context);
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
      expect(await databases()).toBe(before);
    });

    it('refuses text with commands to psql', async () => {
      const name = await kong();
      const { source } = await take({ name, format: 'plain' });
      const place = path.join(source.directory, 'database.sql');
      const text = await readFile(place, 'utf8');
      const added = `SELECT 1;\n\\! touch /tmp/never\n${text}`;
      await writeFile(place, added);
      for (const file of source.record.files) file.bytes = Buffer.byteLength(added);
      const { refused } = await plan(source, { name });
      expect(refused?.reason).toContain('\\! touch');
    });
  });

  it('bootstraps an empty database by the program of the environment, and no other', async () => {
    const name = `empty_${++made}`;
    await server.sql(`create database ${name};`);
    const place = path.join(await temporaryFolder(), 'kong.js');
    await writeFile(
      place,
      `require('fs').writeFileSync(${JSON.stringify(`${place}.ran`)}, process.argv.slice(2).join(' '))`,
    );
    const commands = {
      kong: { command: [process.execPath, place] as [string, ...string[]], conf: '/etc/kong/kong.conf' },
    };
    await driver.bootstrap(server.target({ name }, undefined, commands), quietContext());
    expect(await readFile(`${place}.ran`, 'utf8')).toBe('migrations bootstrap --conf /etc/kong/kong.conf');
    const full = server.target({ name: await kong() }, undefined, commands);
    await expect(driver.bootstrap(full, quietContext())).rejects.toMatchObject({ code: 'database-not-empty' });
  });

  const recorded = path.resolve(import.meta.dirname, '../../../shared/kong-facts/exports/pg_dump-kong-3.9.3.sql');
  const isThere = existsSync(recorded);
  if (!isThere) console.warn(`SKIPPED: no dump of a real Kong at ${recorded}`);

  it.runIf(isThere)("takes a real Kong's database and brings it back the same", async () => {
    const name = `real_${++made}`;
    await server.sql(
      `do $$ begin create role kong; exception when duplicate_object then null; end $$; create database ${name} owner kong;`,
    );
    await server.sql(await readFile(recorded, 'utf8'), name);
    const before = await databaseText(server, name);
    for (const format of ['directory', 'custom', 'tar', 'plain'] as const) {
      const { source } = await take({ name, format });
      await server.sql('delete from basicauth_credentials; drop table sessions;', name);
      const result = await driver.restore(server.target({ name }), source, yes, quietContext());
      expect(result.verified, format).toBe(true);
      expect(await databaseText(server, name)).toBe(before);
      for (const kept of await driver.keptDatabases(server.target({ name }), quietContext())) {
        await driver.dropKept(server.target({ name }), kept.name, quietContext());
      }
    }
  });

  it('verifies without a server, and names each table that differs', async () => {
    const { source } = await take({ name: await kong() });
    const record = { ...source.record, counts: { ...source.record.counts, services: 11, never: 1 } };
    expect(await driver.verify({ ...source, record }, quietContext())).toEqual([
      'The dump has no table never, of which the snapshot holds 1 rows.',
      'The dump has 10 rows in services instead of 11.',
    ]);
  });
});
