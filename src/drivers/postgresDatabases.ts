import { setTimeout as wait } from 'node:timers/promises';
import type { OperationContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';
import { identifier, isDerivedOfOther, literal } from './postgresConnection.js';
import { readClients } from './postgresFacts.js';
import { type PostgresSession, query } from './postgresSession.js';

/** What begins the comment of each database of ours, so that nothing else is ever dropped. */
const mark = 'kong-backup:';
const scratchComment = (snapshot: string): string => `${mark} ${snapshot}`;
const keptComment = (snapshot: string, now: Date): string => `${mark} replaced by ${snapshot} at ${now.toISOString()}`;

/** A database that a restore left behind: what was live before, or what was not swapped in. */
export interface KeptDatabase {
  name: string;
  /** From its comment: why it is there. */
  about: string;
  /** Bytes; absent where the user may not connect to it. */
  size?: number;
}

/**
 * @param session with another database than those.
 * @param live whose restores are meant: a server may have the databases of several gateways. Those of all when absent.
 */
export async function readKeptDatabases(
  session: PostgresSession,
  live: string | undefined,
  context: OperationContext,
): Promise<KeptDatabase[]> {
  const sql = `select json_build_object('name', datname, 'about', split_part(c, E'\\n', 1), 'size',
  case when has_database_privilege(oid, 'connect') then pg_database_size(oid) end)
from (select oid, datname, coalesce(shobj_description(oid, 'pg_database'), '') c from pg_database) d
where starts_with(c, ${literal(mark)}) order by datname;`;
  const found = (await query(session, sql, context)) as unknown as KeptDatabase[];
  const own = live === undefined ? found : found.filter(({ name }) => !isDerivedOfOther(name, live));
  return own.map(({ name, about, size }) => ({
    name,
    about: about.slice(mark.length).trim(),
    ...(typeof size === 'number' && { size }),
  }));
}

/** The database that an earlier run restored this snapshot into. */
export async function findScratch(
  session: PostgresSession,
  { live, snapshot }: { live: string; snapshot: string },
  context: OperationContext,
): Promise<string | undefined> {
  const kept = await readKeptDatabases(session, live, context);
  return kept.findLast(({ about }) => about === snapshot)?.name;
}

export async function databaseExists(
  session: PostgresSession,
  name: string,
  context: OperationContext,
): Promise<boolean> {
  return (await query(session, `select 1 from pg_database where datname = ${literal(name)};`, context)).length > 0;
}

/** Settings whose value is a list of names: written as they are stored. */
const lists = "'search_path', 'local_preload_libraries', 'session_preload_libraries', 'temp_tablespaces'";

/**
 * Makes an empty database, with encoding, locale, owner, settings and rights of another one where that is there:
 * a dump of a database holds none of those.
 */
export async function createScratch(
  session: PostgresSession,
  { name, like, snapshot }: { name: string; like: string | undefined; snapshot: string },
  context: OperationContext,
): Promise<void> {
  const comment = `comment on database ${identifier(name)} is ${literal(scratchComment(snapshot))};`;
  if (like === undefined) {
    await query(session, `create database ${identifier(name)} template template0;\n${comment}`, context);
    return;
  }
  await query(session, `${createLike(literal(name), literal(like))}\n${comment}`, context);
}

const createLike = (name: string, like: string): string => `
select format('create database %I template template0 encoding %L lc_collate %L lc_ctype %L', ${name}::text,
    pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
  || case j ->> 'datlocprovider'
    when 'i' then format(' locale_provider icu icu_locale %L', coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
    when 'b' then format(' locale_provider builtin builtin_locale %L', j ->> 'datlocale') else '' end
  || case when t.spcname = 'pg_default' then '' else format(' tablespace %I', t.spcname) end
  || format(' connection limit %s', d.datconnlimit)
  || case when pg_has_role(d.datdba, 'MEMBER') then format(' owner %I', pg_get_userbyid(d.datdba)) else '' end
from pg_database d join pg_tablespace t on t.oid = d.dattablespace
  cross join lateral (select to_jsonb(d) - 'datacl' j) p where d.datname = ${like}
\\gexec
select format('alter %s %I set %s to %s',
    case when s.setrole = 0 then 'database' else format('role %I in database', pg_get_userbyid(s.setrole)) end, ${name}::text,
    split_part(c, '=', 1),
    case when split_part(c, '=', 1) in (${lists}) then substr(c, strpos(c, '=') + 1)
      else quote_literal(substr(c, strpos(c, '=') + 1)) end)
from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase cross join lateral unnest(s.setconfig) c
where d.datname = ${like}
\\gexec
select format('revoke all on database %I from public', ${name}::text) from pg_database where datname = ${like} and datacl is not null
\\gexec
select format('grant %s on database %I to %s%s', a.privilege_type, ${name}::text,
  case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
  case when a.is_grantable then ' with grant option' else '' end)
from pg_database d cross join lateral aclexplode(d.datacl) a where d.datname = ${like}
\\gexec`;

const endOthers = (name: string): string =>
  `select to_json(pg_terminate_backend(pid)) from pg_stat_activity where datname = ${literal(name)} and pid <> pg_backend_pid();`;

/** Drops a database of ours, whoever is connected to it. */
export async function dropDatabase(session: PostgresSession, name: string, context: OperationContext): Promise<void> {
  const sql = `${endOthers(name)}\ndrop database if exists ${identifier(name)};`;
  await query(session, sql, context);
}

/** @throws KongBackupError `confirmation-missing` for a database that no restore of ours left. */
export async function dropKept(
  session: PostgresSession,
  { live, name }: { live: string | undefined; name: string },
  context: OperationContext,
): Promise<void> {
  const kept = await readKeptDatabases(session, live, context);
  if (kept.some((each) => each.name === name)) return dropDatabase(session, name, context);
  throw new KongBackupError('confirmation-missing', {
    place: `${session.place}: ${name}`,
    reason: 'No restore left a database of this name here.',
    remedy: `Those that one left: ${kept.map((each) => each.name).join(', ') || 'none'}. Drop others with your own tools.`,
  });
}

/** How long clients may take to go, once told to, in milliseconds; and how often to look. */
const goneWithin = 10_000;
const lookEvery = 100;

/**
 * Ends every connection to a database.
 * @param shut lets nobody in meanwhile; open it again with `openDatabase`.
 * @throws KongBackupError `database-denied` when some stay.
 */
export async function endConnections(
  session: PostgresSession,
  { name, shut }: { name: string; shut: boolean },
  context: OperationContext,
): Promise<void> {
  if (shut) await query(session, `alter database ${identifier(name)} allow_connections false;`, context);
  await query(session, endOthers(name), context);
  const begun = performance.now();
  for (;;) {
    const clients = shut ? await readClients(session, name, context) : [];
    if (clients.length === 0) return;
    if (performance.now() - begun > goneWithin) throw stillThere(name, clients.length);
    await wait(lookEvery);
  }
}

export async function openDatabase(session: PostgresSession, name: string, context: OperationContext): Promise<void> {
  await query(session, `alter database ${identifier(name)} allow_connections true;`, context);
}

/** Renames a live database aside, and writes down why it is there. */
export async function setAside(
  session: PostgresSession,
  { live, old, snapshot, now }: { live: string; old: string; snapshot: string; now: Date },
  context: OperationContext,
): Promise<void> {
  const comment = literal(keptComment(snapshot, now));
  const sql = `begin;
select format('comment on database %I is %L', datname, ${comment} || coalesce(E'\\n' || shobj_description(oid, 'pg_database'), ''))
from pg_database where datname = ${literal(live)}
\\gexec
alter database ${identifier(live)} rename to ${identifier(old)};
commit;`;
  await query(session, sql, context);
}

/** Renames a database in: from then on it is the live one, and has the comment that the live one had. */
export async function putIn(
  session: PostgresSession,
  { incoming, live, old }: { incoming: string; live: string; old: string | undefined },
  context: OperationContext,
): Promise<void> {
  const theirs =
    old === undefined
      ? 'null'
      : `(select nullif(substr(c, strpos(c, E'\\n') + 1), c) from (select shobj_description(oid, 'pg_database') c from pg_database where datname = ${literal(old)}) o)`;
  const sql = `begin;
select format('comment on database %I is %L', ${literal(incoming)}::text, ${theirs}::text)
\\gexec
alter database ${identifier(incoming)} rename to ${identifier(live)};
commit;`;
  await query(session, sql, context);
}

/** Takes a database that was renamed in out again. */
export async function takeOut(
  session: PostgresSession,
  { live, incoming, snapshot }: { live: string; incoming: string; snapshot: string },
  context: OperationContext,
): Promise<void> {
  const sql = `begin;
comment on database ${identifier(live)} is ${literal(scratchComment(snapshot))};
alter database ${identifier(live)} rename to ${identifier(incoming)};
commit;`;
  await query(session, sql, context);
}

const stillThere = (name: string, count: number): KongBackupError =>
  new KongBackupError('database-denied', {
    place: name,
    reason: `${count} connections did not end.`,
    remedy: 'Stop what is connected, or use a user that may end the connections of others (pg_signal_backend).',
  });
