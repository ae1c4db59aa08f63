import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import type { PartRestoreOptions, PartSource } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { type MongoConnection, mongoConnectionOf } from './mongoConnection.js';
import { chooseTools, type MongoOptions, openMongo, secretKeyWarning } from './mongoEngine.js';
import { countMongoFolder, damaged, differentCounts, type MongoFolder, readMongoFolder } from './mongoFolder.js';

export type MongoRestoreOptions = MongoOptions & PartRestoreOptions;
/** What a restore knows before it begins. */
export interface MongoSurvey {
  target: Target;
  connection: MongoConnection;
  folder: MongoFolder;
  /** Version of the tools; undefined: the library loads. */
  tools?: string;
  server: string;
  counts: { target: Counts; snapshot: Counts };
  keep: boolean;
  /** Absolute path of what is written before anything is dropped. */
  undoPlace: string;
}

/** @throws KongBackupError `dump-damaged`, `database-*`, `tool-*`, `environment-invalid`, `cancelled`. */
export async function surveyDocuments(
  target: Target,
  source: PartSource,
  options: MongoRestoreOptions,
  context: OperationContext,
): Promise<MongoSurvey> {
  throwIfCancelled(context.signal, source.manifest.id);
  const folder = await readMongoFolder(source.directory);
  const snapshot = await countMongoFolder(folder, context);
  const [wrong] = differentCounts(source.record.counts, snapshot);
  if (wrong !== undefined) throw damaged(folder.place, `It does not hold what was taken. ${wrong}`);
  const { at, choices = {}, now = () => new Date() } = options;
  const named = mongoConnectionOf(target);
  const database = typeof choices.database === 'string' ? choices.database : named.database;
  const connection = {
    ...named,
    database,
    authDatabase: named.authDatabase ?? named.database,
    place: `${named.host}:${named.port}/${database}`,
  };
  const tools = await chooseTools(connection, choices.engine ?? options.engine, context);
  const withMongo = await openMongo();
  const { server, found } = await withMongo(connection, context, async ({ serverVersion, counts }) => ({
    server: serverVersion,
    found: await counts(),
  }));
  const time = (at ?? now()).toISOString().replaceAll(/[:.]/g, '-');
  return {
    target,
    connection,
    folder,
    server,
    ...(tools !== undefined && { tools }),
    counts: { target: found, snapshot },
    keep: choices.keep === true,
    undoPlace: path.join(options.undoFolder, `mongodb-${time}`),
  };
}

export function warningsOf({ counts, keep, server }: MongoSurvey, source: PartSource): SnapshotWarning[] {
  const taken = source.record.details?.server;
  const major = (version: unknown): string => String(version).split('.')[0] ?? '';
  return [
    secretKeyWarning,
    ...(keep && total(counts.target) > 0
      ? [
          {
            code: 'documents-duplicates-kept',
            message:
              'Nothing is dropped: a document whose _id is there already stays as it is, and so does what the snapshot does not hold.',
          },
        ]
      : []),
    ...(typeof taken === 'string' && major(taken) !== major(server)
      ? [
          {
            code: 'documents-server-version',
            message: `The dump was taken from version ${taken}, the server is ${server}: indexes and options may be refused.`,
          },
        ]
      : []),
  ];
}

export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
