import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { DumpFormat } from '../core/environmentSections.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { Counts, PartRecord } from '../core/snapshot.js';
import { listArguments, readArguments } from './postgresCommand.js';
import { tableName } from './postgresFacts.js';
import { mustRun, type PostgresSession } from './postgresSession.js';
import { scanSql, splitName, type SqlFacts } from './postgresSqlScan.js';
import { brokenTar } from './postgresTar.js';
import { parsePostgresVersion, type PostgresVersion } from './postgresVersion.js';

/** What a dump says of itself, read to its last byte. */
export interface DumpFacts extends Pick<SqlFacts, 'psqlCommands' | 'restricted'> {
  counts: Counts;
  owners: string[];
  grantees: string[];
  extensions: string[];
  /** Of the server it was taken from. */
  server?: PostgresVersion;
}

/**
 * Reads a dump to its end, without a server.
 * @throws KongBackupError `dump-damaged`, `tool-*`, `cancelled`.
 */
export async function readDump(
  session: PostgresSession,
  { place, format, kongSchema }: { place: string; format: DumpFormat; kongSchema: string | undefined },
  context: OperationContext,
): Promise<DumpFacts> {
  const broken = format === 'tar' ? await brokenTar(place) : undefined;
  if (broken !== undefined) throw damaged(place, broken);
  const heading = format === 'plain' ? '' : await readList(session, place, context);
  const facts = await (format === 'plain' ? readText(place, context) : readArchive(session, place, context));
  if (!facts.ended) throw damaged(place, 'It ends in the middle of a table or a statement.');
  if (format === 'plain' && !facts.finished) throw damaged(place, 'Its last line is missing.');
  const server = parsePostgresVersion(/Dumped from database version: (.*)/.exec(heading)?.[1] ?? '');
  const counts: Counts = {};
  for (const [name, rows] of facts.rows) counts[tableName(...splitName(name), kongSchema)] = rows;
  return {
    counts,
    owners: [...facts.owners],
    grantees: [...facts.grantees],
    extensions: [...heading.matchAll(/^\d+; \d+ \d+ EXTENSION - (\S+) /gm)].map(([, name = '']) => name),
    psqlCommands: facts.psqlCommands,
    restricted: facts.restricted,
    ...(server && { server }),
  };
}

async function readList(session: PostgresSession, place: string, context: OperationContext): Promise<string> {
  const { stdout } = await mustRun(session, 'pg_restore', { args: listArguments(place) }, context);
  return stdout;
}

async function readArchive(session: PostgresSession, place: string, context: OperationContext): Promise<SqlFacts> {
  const scan = scanSql();
  await mustRun(session, 'pg_restore', { args: readArguments(place) }, context, {
    onBytes: (bytes) => scan.push(bytes),
  });
  return scan.end();
}

async function readText(place: string, { signal }: OperationContext): Promise<SqlFacts> {
  const scan = scanSql();
  try {
    for await (const bytes of createReadStream(place, { signal })) scan.push(bytes as Uint8Array);
  } catch (error) {
    throwIfCancelled(signal, place);
    throw damaged(place, systemReason(error), error);
  }
  return scan.end();
}

/** What is wrong with the files, compared with the record: each a sentence. */
export async function wrongFiles(directory: string, { files }: PartRecord): Promise<string[]> {
  const wrong = await Promise.all(
    files.map(async (file) => {
      const inner = file.path.split('/').slice(1);
      const found = await stat(path.join(directory, ...inner)).catch(() => undefined);
      if (!found) return [`${file.path} is missing.`];
      return found.size === file.bytes ? [] : [`${file.path} has ${found.size} bytes instead of ${file.bytes}.`];
    }),
  );
  return wrong.flat();
}

/** Tables that have other rows than expected, each a sentence. Further ones, such as those of extensions, are no difference. */
export function differences(expected: Counts, found: Counts, where: string): string[] {
  return Object.keys(expected)
    .sort()
    .flatMap((table) => {
      const [wanted, has] = [expected[table], found[table]];
      if (wanted === has) return [];
      if (has === undefined) return [`${where} has no table ${table}, of which the snapshot holds ${wanted} rows.`];
      return [`${where} has ${has} rows in ${table} instead of ${wanted}.`];
    });
}

export const damaged = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('dump-damaged', {
    place,
    reason,
    remedy: 'Take another snapshot: this dump can not be restored.',
    cause,
  });
