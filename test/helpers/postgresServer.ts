import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DatabaseSection } from '../../src/core/environmentSections.js';
import type { Target } from '../../src/core/environment.js';
import { certificatePairs } from './certificates.js';
import { freePort } from './freePort.js';

const run = promisify(execFile);

/** The superuser of a server of the tests. */
export const superuser = { user: 'admin', password: 'pass-of-the-admin' };

export interface PostgresServer {
  port: number;
  /** PEM file of the authority that its certificate is of. */
  caFile: string;
  /** Runs SQL as the superuser; what it answers, a line a row, columns by `|`. @throws with what psql says. */
  sql(text: string, database?: string): Promise<string>;
  /** An environment whose database this is; its user is the superuser unless said. */
  target(database: DatabaseSection, password?: string, more?: Partial<Target['environment']>): Target;
  /** Ends it at once, as when its machine loses power. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server of the tests' own on a free port of this machine, with passwords and TLS. As root it runs as another user,
 * for PostgreSQL refuses root.
 * @param programs the folder of initdb, postgres and psql.
 */
export async function startPostgresServer(programs: string): Promise<PostgresServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-postgres-'));
  await chmod(folder, 0o755);
  const owner = await unprivileged();
  const own = path.join(folder, 'own');
  const data = path.join(own, 'data');
  await mkdir(own);
  const files = await writeSecrets(own);
  if (owner) for (const file of [own, ...Object.values(files)]) await chown(file, owner.uid, owner.gid);
  const caFile = path.join(folder, 'ca.pem');
  await writeFile(caFile, certificate.cert);
  const initdb = [
    '-D',
    data,
    '-U',
    superuser.user,
    '-A',
    'scram-sha-256',
    '--pwfile',
    files.password,
    '-N',
    '-E',
    'UTF8',
    '--locale',
    'C',
  ];
  await run(path.join(programs, 'initdb'), initdb, { ...owner, env: { ...process.env, LC_ALL: 'C' } });
  const port = await freePort();
  let child = startServer(programs, { data, port, files, owner });
  const sql = (text: string, database = 'postgres') => runSql(programs, port, database, text);
  const start = async (): Promise<void> => {
    child = startServer(programs, { data, port, files, owner });
    await untilItAnswers(sql, () => child.exitCode !== null);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGQUIT');
    await exited;
  };
  await untilItAnswers(sql, () => child.exitCode !== null);
  return {
    port,
    caFile,
    sql,
    start,
    kill,
    target: (database, password = superuser.password, more = {}) => ({
      environment: {
        id: 'test',
        name: 'test',
        adminUrl: 'http://127.0.0.1:8001',
        mode: 'traditional',
        database: { host: '127.0.0.1', port, user: superuser.user, programs, ...database },
        ...more,
      },
      headers: {},
      passwords: { database: password },
      baseFolder: folder,
    }),
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const [certificate] = certificatePairs as [(typeof certificatePairs)[number]];

interface Secrets extends Record<string, string> {
  password: string;
  cert: string;
  key: string;
}

async function writeSecrets(folder: string): Promise<Secrets> {
  const files = {
    password: path.join(folder, 'password'),
    cert: path.join(folder, 'server.pem'),
    key: path.join(folder, 'server.key'),
  };
  await writeFile(files.password, superuser.password, { mode: 0o600 });
  await writeFile(files.cert, certificate.cert, { mode: 0o600 });
  await writeFile(files.key, certificate.key, { mode: 0o600 });
  return files;
}

/** Whom to run as when we are root: the user that the packages make, else nobody. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readFile('/etc/passwd', 'utf8');
  const [, uid = '65534', gid = '65534'] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

function startServer(
  programs: string,
  {
    data,
    port,
    files,
    owner,
  }: { data: string; port: number; files: Secrets; owner: { uid: number; gid: number } | undefined },
) {
  const settings = {
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: files.cert,
    ssl_key_file: files.key,
    unix_socket_directories: '',
    listen_addresses: '127.0.0.1',
    log_min_messages: 'panic',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(path.join(programs, 'postgres'), ['-D', data, '-p', String(port), ...args], {
    ...owner,
    stdio: 'ignore',
  });
}

async function runSql(programs: string, port: number, database: string, text: string): Promise<string> {
  const args = [
    '-XqAt',
    '-w',
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-U',
    superuser.user,
    '-v',
    'ON_ERROR_STOP=1',
    database,
  ];
  const env = { ...process.env, PGPASSWORD: superuser.password, PGCLIENTENCODING: 'UTF8' };
  const child = run(path.join(programs, 'psql'), args, { env, maxBuffer: 256 * 1024 * 1024 });
  // A psql that finds no server has ended before it read anything.
  child.child.stdin?.on('error', () => undefined).end(text);
  return (await child).stdout.trim();
}

async function untilItAnswers(sql: (text: string) => Promise<string>, isOver: () => boolean): Promise<void> {
  for (;;) {
    if (isOver()) throw new Error('PostgreSQL ended as soon as it was started');
    const answered = await sql('select 1;').then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const describeTables = `select format('select %L || ' || E'E\\'\\\\n\\'' || ' || coalesce(string_agg(t::text, ' || E'E\\'\\\\n\\'' || ' order by t::text), '''') from %I.%I t', n.nspname || '.' || c.relname, n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by n.nspname, c.relname
\\gexec
select format('trigger %s on %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal order by 1;
select format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace <> 'pg_catalog'::regnamespace and connamespace <> 'information_schema'::regnamespace order by 1;
select format('index %s', indexdef) from pg_indexes where schemaname !~ '^pg_' order by 1;
select format('sequence %s.%s at %s', schemaname, sequencename, last_value) from pg_sequences order by 1;
select format('table %s of %s', tablename, tableowner) from pg_tables where schemaname !~ '^pg_' and schemaname <> 'information_schema' order by 1;
select format('function %s: %s', p.oid::regprocedure, md5(prosrc)) from pg_proc p where pronamespace = 'public'::regnamespace order by 1;`;

/** Everything that a database holds, as text: rows, owners, triggers, constraints, indexes, sequences, functions. */
export const databaseText = (server: PostgresServer, database: string): Promise<string> =>
  server.sql(describeTables, database);
