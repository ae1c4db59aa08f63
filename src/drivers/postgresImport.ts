import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { OperationContext } from '../core/context.js';
import type { DumpReader, FoundDump } from '../core/dumpReader.js';
import type { DumpFormat } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { dumpPlace } from './postgresCommand.js';
import { type DumpFacts, readDump } from './postgresDump.js';
import { type Migration, migrationsJson, otherTables } from './postgresFacts.js';
import { mustRun, type PostgresSession } from './postgresSession.js';

/** Dumps that `pg_dump` made without us. @param programs folder of PostgreSQL's programs; PATH when absent. */
export function createDumpReader(programs?: string): DumpReader {
  return {
    placeOf: dumpPlace,
    async read(directory, format, name, context) {
      const session: PostgresSession = {
        env: { LC_ALL: 'C' },
        secrets: [],
        place: name,
        ...(programs !== undefined && { folder: programs }),
      };
      const dump = { session, place: dumpPlace(directory, format), format };
      return await readFound(dump, name, context).catch((error: unknown) => {
        throw isKongBackupError(error, 'dump-damaged') ? damagedFile(name, error) : error;
      });
    },
  };
}

interface Dump {
  session: PostgresSession;
  place: string;
  format: DumpFormat;
}

async function readFound(dump: Dump, name: string, context: OperationContext): Promise<FoundDump> {
  const { session, place, format } = dump;
  const kong = await readKongTable(dump, context);
  const facts = await readDump(session, { place, format, kongSchema: kong.schema }, context);
  refuseOther(name, kong, facts);
  const version = versionOf(kong.migrations);
  return {
    record: {
      kind: 'database',
      format: 'pg_dump',
      driver: { id: 'postgres', version: kong.client ?? 'unknown' },
      counts: facts.counts,
      details: {
        dumpFormat: format,
        ...(facts.server && { server: facts.server.text }),
        ...(kong.schema !== undefined && { schema: kong.schema }),
        migrations: migrationsJson(kong.migrations),
        roles: [...new Set([...facts.owners, ...facts.grantees])].sort(),
        extensions: facts.extensions,
      },
    },
    ...(version !== undefined && { gatewayVersion: version }),
    enterprise: kong.migrations.some(({ subsystem }) => subsystem === 'enterprise'),
    warnings: warningsOf(kong, facts),
  };
}

/** What the dump says of Kong: the table in which Kong keeps how far its migrations are. */
interface KongTable {
  schema?: string;
  migrations: Migration[];
  /** Whether the dump makes the table, and not only fills it. */
  isMade: boolean;
  /** Version of the pg_dump that wrote it. */
  client?: string;
  insertsRows: boolean;
}

const copied = /^COPY (?:"?([^".]+)"?\.)?"?schema_meta"? \((.*)\) FROM stdin;$/;

async function readKongTable(dump: Dump, context: OperationContext): Promise<KongTable> {
  const table: KongTable = { migrations: [], isMade: false, insertsRows: false };
  let columns: string[] | undefined;
  for await (const line of linesOf(dump, context)) {
    if (columns) {
      if (line === '\\.') columns = undefined;
      else table.migrations.push(migrationOf(columns, line.split('\t')));
      continue;
    }
    const [found, schema, names = ''] = copied.exec(line) ?? [];
    if (found !== undefined) {
      columns = names.split(', ').map((each) => each.replaceAll('"', ''));
      if (schema !== undefined) table.schema = schema;
    } else if (/^CREATE TABLE (?:\S+\.)?"?schema_meta"? \($/.test(line)) table.isMade = true;
    else if (line.startsWith('INSERT INTO ')) table.insertsRows = true;
    const [, client] = /^-- Dumped by pg_dump version (\S+)/.exec(line) ?? [];
    if (client !== undefined) table.client = client;
  }
  return table;
}

/** Of an archive only the one table is written out. */
async function* linesOf(dump: Dump, { signal, ...context }: OperationContext): AsyncGenerator<string> {
  const input = dump.format === 'plain' ? createReadStream(dump.place) : await oneTable(dump, { signal, ...context });
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      throwIfCancelled(signal, dump.session.place);
      yield line;
    }
  } finally {
    input.destroy();
  }
}

async function oneTable({ session, place }: Dump, context: OperationContext): Promise<Readable> {
  const args = ['--table', 'schema_meta', '--file', '-', place];
  const { stdout } = await mustRun(session, 'pg_restore', { args }, context);
  return Readable.from([stdout]);
}

function migrationOf(columns: readonly string[], values: readonly string[]): Migration {
  const value = (name: string): string => values[columns.indexOf(name)] ?? '';
  const list = /^\{(.*)\}$/.exec(value('pending'))?.[1] ?? '';
  return {
    subsystem: value('subsystem'),
    last: value('last_executed').replace('\\N', ''),
    pending: list === '' ? [] : list.split(','),
  };
}

/** `024_380_to_390` leads to 3.9, `025_390_to_3100` to 3.10; the gateway may be of a later version that migrates nothing. */
function versionOf(migrations: readonly Migration[]): string | undefined {
  const core = migrations.find(({ subsystem }) => subsystem === 'core');
  const [, major, minor] = /_to_(\d)(\d{1,2})\d$/.exec(core?.last ?? '') ?? [];
  return major === undefined ? undefined : `${major}.${Number(minor)}`;
}

function refuseOther(name: string, { isMade, insertsRows, migrations }: KongTable, { counts }: DumpFacts): void {
  const refuse = (reason: string, remedy: string): KongBackupError =>
    new KongBackupError('file-invalid', { place: name, reason, remedy });
  if (insertsRows && migrations.length === 0) {
    throw refuse(
      'The dump was made with --inserts: its rows can be neither counted nor compared.',
      'Dump the database again without --inserts, or restore this dump by hand.',
    );
  }
  if (Object.keys(counts).length === 0) {
    throw refuse('The dump holds no rows: it may have been made with --schema-only.', 'Dump the whole database.');
  }
  if (migrations.length === 0) {
    throw refuse("The dump holds no table schema_meta: it is not of a database of Kong's.", 'Choose another dump.');
  }
  if (!isMade) {
    throw refuse('The dump holds rows without their tables: it was made with --data-only.', 'Dump the whole database.');
  }
}

function warningsOf({ migrations }: KongTable, { counts, psqlCommands }: DumpFacts): SnapshotWarning[] {
  const found: SnapshotWarning[] = [];
  const pending = migrations.filter((each) => each.pending.length > 0);
  if (pending.length > 0) {
    const message = `Migrations were half done when it was dumped (${pending.map(({ subsystem }) => subsystem).join(', ')}).`;
    found.push({ code: 'database-migrations-pending', message });
  }
  const others = otherTables(counts);
  if (others.length > 0) {
    const message = `The dump also holds tables that are not known as Kong's: ${others.join(', ')}.`;
    found.push({ code: 'database-other-tables', message });
  }
  if (psqlCommands.length > 0) {
    const message = `The dump holds commands to psql, which may run programs: a restore refuses it (${psqlCommands.slice(0, 3).join(', ')}).`;
    found.push({ code: 'database-commands', message });
  }
  return found;
}

const damagedFile = (place: string, { reason, cause }: KongBackupError): KongBackupError =>
  new KongBackupError('dump-damaged', {
    place,
    reason,
    remedy: 'Take another dump: this one can not be restored. Nothing was imported.',
    cause,
  });
