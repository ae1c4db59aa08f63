import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartBackupRequest, PartDriver, PartProbe, PartSource, TakenPart } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { type MongoConnection, mongoConnectionOf } from './mongoConnection.js';
import { chooseTools, type MongoOptions, openMongo, secretKeyWarning } from './mongoEngine.js';
import { countMongoFolder, damaged, differentCounts, readMongoFolder } from './mongoFolder.js';
import { planDocuments, restoreDocuments } from './mongoRestore.js';
import { dumpArguments, parseDumped, runMongoTool, toolError } from './mongoTools.js';

/**
 * The documents of a MongoDB, in mongodump's folder form.
 *
 * Choices of a restore: `engine` (`tools` or `library`), `keep` (true: drop nothing, what is there stays), `database` (restores
 * into a database of this name).
 */
export function createMongoDriver(options: MongoOptions): PartDriver {
  return {
    id: 'mongodb',
    part: 'documents',
    probe: (target, _gateway, context) => probe(target, options, context),
    backup: (target, request, context) => backUp(target, request, options, context),
    verify,
    planRestore: (target, source, chosen, context) => planDocuments(target, source, { ...options, ...chosen }, context),
    restore: (target, source, chosen, context) => restoreDocuments(target, source, { ...options, ...chosen }, context),
  };
}

const answers: readonly string[] = [
  'tool-missing',
  'tool-failed',
  'database-unreachable',
  'database-denied',
  'environment-invalid',
];

async function probe(target: Target, { engine }: MongoOptions, context: OperationContext): Promise<PartProbe> {
  if (!target.environment.mongodb) return { present: false };
  try {
    const connection = mongoConnectionOf(target);
    const tools = await chooseTools(connection, engine, context);
    const withMongo = await openMongo();
    return await withMongo(connection, context, async ({ counts, serverVersion }) => {
      const found = await counts();
      if (Object.keys(found).length === 0) throw noDatabase(connection);
      return { present: true, availability: { available: true, version: tools ?? serverVersion }, counts: found };
    });
  } catch (error) {
    if (!isKongBackupError(error) || !answers.includes(error.code)) throw error;
    const { reason, remedy } = error;
    const code = error.code as Extract<Availability, { available: false }>['code'];
    return { present: true, availability: { available: false, code, reason, remedy } };
  }
}

/** mongodump ends with exit code 0 and writes nothing then. */
const noDatabase = ({ place, database }: MongoConnection): KongBackupError =>
  new KongBackupError('environment-invalid', {
    place,
    reason: `The server has no database ${database}, or it holds no collection.`,
    remedy: 'Correct mongodb.database in the environments file.',
  });

async function backUp(
  target: Target,
  { directory }: PartBackupRequest,
  { engine }: MongoOptions,
  context: OperationContext,
): Promise<TakenPart> {
  const connection = mongoConnectionOf(target);
  throwIfCancelled(context.signal, connection.place);
  const tools = await chooseTools(connection, engine, context);
  const withMongo = await openMongo();
  return withMongo(connection, context, async (session) => {
    const before = await session.counts();
    if (Object.keys(before).length === 0) throw noDatabase(connection);
    const said =
      tools === undefined ? await session.dump(directory) : await dumpByTools(connection, directory, context);
    const counts = await countMongoFolder(await readMongoFolder(directory), context);
    const [wrong] = differentCounts(said, counts);
    if (wrong !== undefined) throw damaged(directory, `The dump holds less than was written. ${wrong}`);
    const after = await session.counts();
    return {
      format: 'mongodump',
      driverVersion: tools ?? session.serverVersion,
      counts,
      details: {
        database: connection.database,
        engine: tools === undefined ? 'library' : 'tools',
        server: session.serverVersion,
        ...(tools !== undefined && { tools }),
      },
      gaps: [],
      warnings: warningsOf(before, counts, after),
    };
  });
}

async function dumpByTools(connection: MongoConnection, directory: string, context: OperationContext): Promise<Counts> {
  const args = dumpArguments(connection.database, directory);
  const { exitCode, stderr } = await runMongoTool(connection, 'mongodump', args, context);
  if (exitCode !== 0) throw toolError('mongodump', connection, stderr);
  return parseDumped(stderr, connection.database);
}

function warningsOf(before: Counts, counts: Counts, after: Counts): SnapshotWarning[] {
  const moved = [...new Set([...differentCounts(before, counts), ...differentCounts(counts, after)])];
  const changed = moved.length === 0 ? '' : ` Meanwhile the database changed: ${moved.slice(0, 3).join(' ')}`;
  return [
    {
      code: 'documents-not-point-in-time',
      message: `Collections were read one after the other: the dump is not of one point in time.${changed}`,
    },
    secretKeyWarning,
  ];
}

async function verify(source: PartSource, context: OperationContext): Promise<string[]> {
  throwIfCancelled(context.signal, source.manifest.id);
  try {
    return differentCounts(
      source.record.counts,
      await countMongoFolder(await readMongoFolder(source.directory), context),
    );
  } catch (error) {
    if (isKongBackupError(error, 'dump-damaged')) return [error.reason];
    throw error;
  }
}
