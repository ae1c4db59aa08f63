import type { OperationContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Counts } from '../core/snapshot.js';
import { isKongTable } from './kongTables.js';
import { identifier, literal } from './postgresConnection.js';
import { inDatabase, type PostgresSession, query } from './postgresSession.js';
import { parsePostgresVersion, type PostgresVersion } from './postgresVersion.js';

/** What a database says of itself. */
export interface DatabaseFacts {
  server: PostgresVersion;
  name: string;
  owner: string;
  user: string;
  superuser: boolean;
  /** May create and rename databases. */
  mayCreate: boolean;
  /** The user is the owner, or a member of it. */
  owns: boolean;
  encoding: string;
  collate: string;
  ctype: string;
  /** Bytes on the server's disk. */
  size: number;
  /** A replica: it can be read, not written. */
  readOnly: boolean;
  /** Where `schema_meta` is; undefined when this is no Kong database. */
  kongSchema?: string;
  migrations: Migration[];
}

/** One line of Kong's `schema_meta`. */
export interface Migration {
  /** `core`, or a plugin. */
  subsystem: string;
  last: string;
  pending: string[];
}

/** Somebody who is connected to a database. */
export interface DatabaseClient {
  user: string;
  application: string;
  address: string;
}

const databaseFacts = `
select json_build_object(
  'server', current_setting('server_version'), 'name', current_database(), 'owner', pg_get_userbyid(d.datdba),
  'user', current_user, 'superuser', r.rolsuper, 'mayCreate', r.rolsuper or r.rolcreatedb,
  'owns', pg_has_role(d.datdba, 'MEMBER'), 'encoding', pg_encoding_to_char(d.encoding),
  'collate', d.datcollate, 'ctype', d.datctype, 'size', pg_database_size(d.oid), 'readOnly', pg_is_in_recovery(),
  'schemas', (select coalesce(json_agg(n.nspname order by n.nspname), '[]'::json)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'schema_meta' and c.relkind = 'r'))
from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user;`;

/**
 * @param schema where Kong's tables are, when somebody said so.
 * @throws KongBackupError `database-*`, `tool-*`.
 */
export async function readDatabaseFacts(
  session: PostgresSession,
  schema: string | undefined,
  context: OperationContext,
): Promise<DatabaseFacts> {
  const [found] = await query(session, databaseFacts, context);
  if (!isObject(found)) throw unreadable(session.place);
  const schemas = found.schemas as string[];
  const preferred = schema ?? 'public';
  const kongSchema = schemas.includes(preferred) ? preferred : schema === undefined ? schemas[0] : undefined;
  const server = parsePostgresVersion(String(found.server));
  if (!server) throw unreadable(session.place);
  return {
    ...(found as unknown as Omit<DatabaseFacts, 'server' | 'kongSchema' | 'migrations'>),
    server,
    ...(kongSchema !== undefined && { kongSchema }),
    migrations: kongSchema === undefined ? [] : await readMigrations(session, kongSchema, context),
  };
}

async function readMigrations(
  session: PostgresSession,
  schema: string,
  context: OperationContext,
): Promise<Migration[]> {
  const sql = `select json_build_object('subsystem', subsystem, 'last', coalesce(last_executed, ''), 'pending', coalesce(pending, '{}'))
from ${identifier(schema)}.schema_meta order by subsystem collate "C";`;
  return (await query(session, sql, context)) as unknown as Migration[];
}

/** Tables with rows of their own: no views, no tables of the system, none that an extension brings. */
const tables = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

/** SQL whose answers are `[schema, table, rows]`, one a table. psql runs what the first query makes. */
export const countTables = `select format('select json_build_array(%L::text, %L::text, count(*)) from only %I.%I', n.nspname, c.relname, n.nspname, c.relname)
${tables} order by n.nspname, c.relname
\\gexec`;

/** Rows by table. A table outside Kong's schema is called `schema.table`. */
export async function countRows(
  session: PostgresSession,
  kongSchema: string | undefined,
  context: OperationContext,
): Promise<Counts> {
  return countsOf(await query(session, countTables, context), kongSchema);
}

export function countsOf(answers: readonly Json[], kongSchema: string | undefined): Counts {
  const counts: Counts = {};
  for (const answer of answers) {
    const [schema, table, rows] = answer as [string, string, number];
    counts[tableName(schema, table, kongSchema)] = rows;
  }
  return counts;
}

export const tableName = (schema: string, table: string, kongSchema = 'public'): string =>
  schema === kongSchema ? table : `${schema}.${table}`;

/** Tables that are not known as Kong's: of another application, or of a custom plugin. */
export const otherTables = (counts: Counts): string[] =>
  Object.keys(counts).filter((table) => table.includes('.') || !isKongTable(table));

/** Who is connected to a database, beside those who ask. */
export async function readClients(
  session: PostgresSession,
  database: string,
  context: OperationContext,
): Promise<DatabaseClient[]> {
  const sql = `select json_build_object('user', coalesce(usename, ''), 'application', coalesce(application_name, ''),
  'address', coalesce(host(client_addr), 'this machine'))
from pg_stat_activity where datname = ${literal(database)} and pid <> pg_backend_pid() order by pid;`;
  return (await query(session, sql, context)) as unknown as DatabaseClient[];
}

/** Which of these roles the server has, and which of those the user may hand objects to. */
export async function readRoles(
  session: PostgresSession,
  names: readonly string[],
  context: OperationContext,
): Promise<{ known: string[]; usable: string[] }> {
  if (names.length === 0) return { known: [], usable: [] };
  const sql = `select json_build_object('name', rolname, 'usable', pg_has_role(oid, 'MEMBER'))
from pg_roles where rolname in (${names.map(literal).join(', ')});`;
  const roles = (await query(session, sql, context)) as unknown as { name: string; usable: boolean }[];
  return {
    known: roles.map(({ name }) => name),
    usable: roles.filter(({ usable }) => usable).map(({ name }) => name),
  };
}

/** Extensions of these that the server could not create. */
export async function missingExtensions(
  session: PostgresSession,
  names: readonly string[],
  context: OperationContext,
): Promise<string[]> {
  if (names.length === 0) return [];
  const available = await query(session, 'select to_json(name) from pg_available_extensions;', context);
  return names.filter((name) => !available.includes(name));
}

/** Databases to ask about other databases from: one can't be renamed by who is connected to it. */
const maintenance = ['postgres', 'template1'];

/**
 * A session with a database other than the one to be replaced.
 * @throws KongBackupError `database-denied` when none lets us in.
 */
export async function maintenanceSession(
  session: PostgresSession,
  avoided: string | undefined,
  context: OperationContext,
): Promise<PostgresSession> {
  let last: unknown;
  for (const name of maintenance) {
    if (name === avoided) continue;
    const candidate = inDatabase(session, name);
    try {
      await query(candidate, 'select 1;', context);
      return candidate;
    } catch (error) {
      if (context.signal.aborted) throw error;
      last = error;
    }
  }
  throw last;
}

const unreadable = (place: string): KongBackupError =>
  new KongBackupError('tool-failed', {
    place,
    reason: 'The server did not say what it is.',
    remedy: 'Check that the address is that of PostgreSQL, not of something else that speaks its protocol.',
  });

export const migrationsJson = (migrations: readonly Migration[]): JsonObject[] =>
  migrations.map(({ subsystem, last, pending }) => ({ subsystem, last, pending }));
