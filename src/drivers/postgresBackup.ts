import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import type { JsonObject } from '../core/json.js';
import type { PartBackupRequest, TakenPart } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { dumpArguments, dumpPlace } from './postgresCommand.js';
import { damaged, differences, type DumpFacts, readDump } from './postgresDump.js';
import { countsOf, type DatabaseFacts, migrationsJson, otherTables, readDatabaseFacts } from './postgresFacts.js';
import { withHeldSnapshot } from './postgresHeldSnapshot.js';
import { clientVersion, mustRun, type PostgresSession, sessionOf } from './postgresSession.js';
import { isPatched, patchedRelease, type PostgresVersion } from './postgresVersion.js';

/** `pg_dump` refuses a server newer than itself. */
export function tooOld(client: PostgresVersion, server: PostgresVersion, place: string): KongBackupError | undefined {
  if (client.major >= server.major) return undefined;
  return new KongBackupError('tool-too-old', {
    place,
    reason: `The server is PostgreSQL ${server.text}; pg_dump here is ${client.text}, which is older.`,
    remedy: `Install PostgreSQL's client programs ${server.major} or newer, and name their folder as database.programs in the environments file.`,
  });
}

/** Jobs in parallel where nobody said how many: a dump is not to take the whole server. */
const usualJobs = 2;

export async function backUpDatabase(
  target: Target,
  { directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  const { format = 'directory', jobs = usualJobs, schema } = target.environment.database ?? {};
  const session = sessionOf(target);
  const client = await clientVersion(session, context);
  const facts = await readDatabaseFacts(session, schema, context);
  const refused = tooOld(client, facts.server, session.place);
  if (refused) throw refused;

  const place = dumpPlace(directory, format);
  const counts = await withHeldSnapshot(
    session,
    async ({ id, rows }) => {
      const counted = countsOf(rows, facts.kongSchema);
      await dump(session, dumpArguments({ format, place, jobs, snapshot: id }), counted, context);
      return counted;
    },
    context,
  ).catch((error: unknown) => {
    throw systemCode(error) === undefined ? error : writeError(error, directory);
  });

  context.report({ step: 'verify', subject: 'database' });
  const dumped = await readDump(session, { place, format, kongSchema: facts.kongSchema }, context);
  const different = differences(counts, dumped.counts, 'The dump');
  if (different.length > 0) throw damaged(session.place, different.slice(0, 3).join(' '));
  return {
    format: 'pg_dump',
    driverVersion: client.text,
    counts,
    details: details(facts, dumped, { dumpFormat: format, client: client.text }),
    gaps: [],
    warnings: warnings(facts, client, counts),
  };
}

async function dump(
  session: PostgresSession,
  args: string[],
  counts: Counts,
  context: OperationContext,
): Promise<void> {
  const total = Object.keys(counts).length;
  let done = 0;
  const onErrorLine = (line: string): void => {
    const [, table] = /dumping contents of table "(.+)"/.exec(line) ?? [];
    if (table !== undefined) context.report({ step: 'read', subject: table, done: done++, total });
  };
  await mustRun(session, 'pg_dump', { args }, context, { onErrorLine });
}

function details(facts: DatabaseFacts, dumped: DumpFacts, more: JsonObject): JsonObject {
  const { server, name, owner, encoding, collate, ctype, size, kongSchema, migrations } = facts;
  return {
    ...more,
    server: server.text,
    database: name,
    owner,
    encoding,
    collate,
    ctype,
    size,
    ...(kongSchema !== undefined && { schema: kongSchema }),
    migrations: migrationsJson(migrations),
    roles: [...new Set([...dumped.owners, ...dumped.grantees])].sort(),
    extensions: dumped.extensions,
  };
}

function warnings(
  { kongSchema, migrations, name }: DatabaseFacts,
  client: PostgresVersion,
  counts: Counts,
): SnapshotWarning[] {
  const found: SnapshotWarning[] = [];
  if (kongSchema === undefined) {
    const message = `The database ${name} holds no schema_meta: it is no Kong database, or its schema is another one.`;
    found.push({ code: 'database-not-kong', message });
  }
  const pending = migrations.filter((migration) => migration.pending.length > 0);
  if (pending.length > 0) {
    const message = `Migrations are half done (${pending.map(({ subsystem }) => subsystem).join(', ')}): finish them with "kong migrations finish", then back up again.`;
    found.push({ code: 'database-migrations-pending', message });
  }
  const others = kongSchema === undefined ? [] : otherTables(counts);
  if (others.length > 0) {
    const message = `The dump also holds tables that are not known as Kong's: ${others.join(', ')}.`;
    found.push({ code: 'database-other-tables', message });
  }
  if (!isPatched(client)) {
    const message = `pg_dump ${client.text} lets a dump carry commands that psql runs (CVE-2025-8714, CVE-2025-8715): update to ${patchedRelease(client)}.`;
    found.push({ code: 'postgres-client-unpatched', message });
  }
  return found;
}
