import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { type DumpFormat, dumpFormats } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { PartRestoreOptions, PartSource } from '../core/partDriver.js';
import type { Counts } from '../core/snapshot.js';
import { dumpPlace } from './postgresCommand.js';
import { derivedName } from './postgresConnection.js';
import { databaseExists, findScratch } from './postgresDatabases.js';
import { damaged, differences, type DumpFacts, readDump, wrongFiles } from './postgresDump.js';
import {
  countRows,
  type DatabaseClient,
  type DatabaseFacts,
  maintenanceSession,
  missingExtensions,
  readClients,
  readDatabaseFacts,
  readRoles,
} from './postgresFacts.js';
import { clientVersion, inDatabase, type PostgresSession, sessionOf } from './postgresSession.js';
import { parsePostgresVersion, type PostgresVersion } from './postgresVersion.js';

/** What a restore may be told beside the snapshot. */
export interface DatabaseChoices {
  /** Into the live database, whose tables are dropped first: the way of Kong's document. */
  inPlace: boolean;
  /** An empty database that somebody made: the dump is restored into it. */
  scratch?: string;
}

/** What a restore finds: dump, server, target. */
export interface Survey {
  choices: DatabaseChoices;
  format: DumpFormat;
  place: string;
  dump: DumpFacts;
  client: PostgresVersion;
  session: PostgresSession;
  /** With a database that is not the live one. */
  maintenance: PostgresSession;
  /** Of the server: as the live database says it, or another one where that is missing. */
  server: DatabaseFacts;
  /** Name of the live database. */
  live: string;
  /** Undefined when it is not there. */
  target?: DatabaseFacts;
  targetCounts: Counts;
  clients: DatabaseClient[];
  /** Of the server the dump was taken from. */
  source?: PostgresVersion;
  /** Where the dump is restored into, and what the live database is called afterwards. */
  scratch: string;
  /** Whether there is a scratch database already: of an earlier run, or given. */
  scratchThere: boolean;
  scratchCounts: Counts;
  old: string;
  owners: { missing: string[]; unusable: string[] };
  missingGrantees: string[];
  missingExtensions: string[];
}

const chosen = ({ choices = {} }: PartRestoreOptions): DatabaseChoices => ({
  inPlace: choices.inPlace === true,
  ...(typeof choices.scratch === 'string' && choices.scratch !== '' && { scratch: choices.scratch }),
});

/** How the dump of a part was written. */
export function formatOf({ record }: PartSource): DumpFormat {
  const format = dumpFormats.find((each) => each === record.details?.dumpFormat);
  if (format) return format;
  throw damaged(record.kind, `The record names no format of the dump that is known here.`);
}

const schemaOf = ({ record }: PartSource): string | undefined =>
  typeof record.details?.schema === 'string' ? record.details.schema : undefined;

/**
 * Reads a dump to its end and compares it with its record. No server is asked.
 * @returns the dump's own facts and what is wrong, each a sentence.
 * @throws KongBackupError `tool-*`, `cancelled`.
 */
export async function checkDump(
  session: PostgresSession,
  source: PartSource,
  context: OperationContext,
): Promise<{ dump?: DumpFacts; wrong: string[] }> {
  const files = await wrongFiles(source.directory, source.record);
  if (files.length > 0) return { wrong: files };
  try {
    const format = formatOf(source);
    const place = dumpPlace(source.directory, format);
    const dump = await readDump(session, { place, format, kongSchema: schemaOf(source) }, context);
    return { dump, wrong: differences(source.record.counts, dump.counts, 'The dump') };
  } catch (error) {
    if (!isKongBackupError(error, 'dump-damaged')) throw error;
    return { wrong: [error.reason] };
  }
}

/**
 * Looks at all that a restore depends on. Nothing is changed.
 * @throws KongBackupError `dump-damaged`, `database-*`, `tool-*`, `cancelled`.
 */
export async function surveyRestore(
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  now: Date,
  context: OperationContext,
): Promise<Survey> {
  const session = sessionOf(target);
  const client = await clientVersion(session, context);
  context.report({ step: 'checksum', subject: 'database' });
  const { dump, wrong } = await checkDump(session, source, context);
  if (!dump || wrong.length > 0) throw damaged(source.manifest.id, wrong.slice(0, 3).join(' '));
  context.report({ step: 'preflight', subject: session.place });
  const choices = chosen(options);
  const { schema, name } = target.environment.database ?? {};
  const found = await readTarget(session, schema, context);
  const maintenance = await maintenanceSession(session, found?.name ?? name, context);
  const server = found ?? (await readDatabaseFacts(maintenance, schema, context));
  const live = found?.name ?? name ?? server.user;
  const earlier = choices.scratch ?? (await findScratch(maintenance, { live, snapshot: source.manifest.id }, context));
  const scratch = earlier ?? derivedName(live, 'restore', now);
  const scratchThere = earlier !== undefined && (await databaseExists(maintenance, earlier, context));
  const dumpServer = dump.server ?? parsePostgresVersion(String(source.record.details?.server ?? ''));
  return {
    choices,
    format: formatOf(source),
    place: dumpPlace(source.directory, formatOf(source)),
    dump,
    client,
    session,
    maintenance,
    server,
    live,
    ...(found && { target: found }),
    targetCounts: found ? await countRows(session, found.kongSchema, context) : {},
    clients: found ? await readClients(maintenance, live, context) : [],
    ...(dumpServer && { source: dumpServer }),
    scratch,
    scratchThere,
    scratchCounts:
      scratchThere && choices.scratch !== undefined
        ? await countRows(inDatabase(session, scratch), schemaOf(source), context)
        : {},
    old: derivedName(live, 'before', now),
    ...(await readMissing(maintenance, dump, context)),
  };
}

async function readMissing(
  session: PostgresSession,
  { owners, grantees, extensions }: DumpFacts,
  context: OperationContext,
): Promise<Pick<Survey, 'owners' | 'missingGrantees' | 'missingExtensions'>> {
  const { known, usable } = await readRoles(session, [...new Set([...owners, ...grantees])], context);
  return {
    owners: {
      missing: owners.filter((name) => !known.includes(name)),
      unusable: owners.filter((name) => known.includes(name) && !usable.includes(name)),
    },
    missingGrantees: grantees.filter((name) => !known.includes(name)),
    missingExtensions: await missingExtensions(session, extensions, context),
  };
}

/** @returns undefined when the server has no such database. */
async function readTarget(
  session: PostgresSession,
  schema: string | undefined,
  context: OperationContext,
): Promise<DatabaseFacts | undefined> {
  try {
    return await readDatabaseFacts(session, schema, context);
  } catch (error) {
    if (isDatabaseMissing(error)) return undefined;
    throw error;
  }
}

/** PostgreSQL has a code for it that its programs don't show. */
export const isDatabaseMissing = (error: unknown): boolean =>
  error instanceof KongBackupError && /database ".*" does not exist/.test(error.reason);
