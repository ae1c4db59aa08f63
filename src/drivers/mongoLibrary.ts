import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BSON, type Db, type Document, MongoClient, type UUID } from 'mongodb';
import type { OperationContext } from '../core/context.js';
import { cancelled, isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import type { Counts } from '../core/snapshot.js';
import type { MongoConnection } from './mongoConnection.js';
import { exactDocument } from './mongoDocument.js';
import { type DumpedCollection, fileNameOf, type MongoFolder, readDocuments } from './mongoFolder.js';

/** Milliseconds until a server that does not answer is given up. */
const patience = 10_000;
/** Documents of one insert, as the document's own command has it; and no more bytes than this. */
const [batchSize, batchBytes] = [100, 8 * 1024 * 1024];

/** What a load could not do though the documents are in, or what it met. */
export interface LoadResult {
  /** By collection. */
  inserted: Counts;
  /** Documents whose key was there already: what was there stayed. */
  duplicates: number;
  /** Each a sentence. */
  indexErrors: string[];
}

export interface MongoSession {
  serverVersion: string;
  /** Documents by collection; empty when there is no such database. Views have none and are not in it. */
  counts(): Promise<Counts>;
  /** Writes `<directory>/<database>/…`. @returns how many documents were written of each collection. */
  dump(directory: string): Promise<Counts>;
  /** Drops all collections, but those of the server's own. */
  drop(): Promise<void>;
  load(folder: MongoFolder): Promise<LoadResult>;
}

/**
 * Talks to the server by its own library.
 * @throws KongBackupError `database-unreachable`, `database-denied`, `tool-failed`, `store-full`, `cancelled`, and what `job` throws.
 */
export async function withMongo<T>(
  connection: MongoConnection,
  context: OperationContext,
  job: (session: MongoSession) => Promise<T>,
): Promise<T> {
  const { place } = connection;
  throwIfCancelled(context.signal, place);
  const client = clientOf(connection);
  const close = (): void => void client.close(true).catch(() => undefined);
  context.signal.addEventListener('abort', close, { once: true });
  try {
    const db = client.db(connection.database);
    const { version } = await client.db('admin').command({ buildInfo: 1 });
    return await job(sessionOf(db, String(version), context));
  } catch (error) {
    throw context.signal.aborted ? cancelled(place) : mongoError(error, place);
  } finally {
    context.signal.removeEventListener('abort', close);
    await client.close(true).catch(() => undefined);
  }
}

function clientOf({ host, port, database, user, password, authDatabase, tls, caFile }: MongoConnection): MongoClient {
  return new MongoClient(`mongodb://${host.includes(':') ? `[${host}]` : host}:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    appName: 'kong-backup',
    ...(tls && { tls }),
    ...(caFile !== undefined && { tlsCAFile: caFile }),
    ...(user !== undefined && {
      auth: { username: user, ...(password !== undefined && { password }) },
      authSource: authDatabase ?? database,
    }),
  });
}

function sessionOf(db: Db, serverVersion: string, context: OperationContext): MongoSession {
  return {
    serverVersion,
    counts: () => countAll(db, context),
    dump: (directory) => dumpAll(db, directory, context),
    drop: () => dropAll(db, context),
    load: (folder) => loadAll(db, folder, context),
  };
}

interface Listed {
  name: string;
  type: string;
  options: Document;
  info?: { uuid?: UUID };
}

/** Collections, views and time series; the server's own are left out, as the tools do. */
async function list(db: Db): Promise<Listed[]> {
  const all = (await db.listCollections({}, { nameOnly: false }).toArray()) as unknown as Listed[];
  return all
    .filter(({ name }) => !name.startsWith('system.') || name === 'system.js' || name.startsWith('system.buckets.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const hasDocuments = ({ type }: Listed): boolean => type !== 'view' && type !== 'timeseries';

async function countAll(db: Db, context: OperationContext): Promise<Counts> {
  const counts: Counts = {};
  for (const each of (await list(db)).filter(hasDocuments)) {
    throwIfCancelled(context.signal, each.name);
    counts[each.name] = await db.collection(each.name).countDocuments();
  }
  return counts;
}

async function dumpAll(db: Db, directory: string, context: OperationContext): Promise<Counts> {
  const folder = path.join(directory, fileNameOf(db.databaseName));
  const counts: Counts = {};
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const all = await list(db);
    for (const [done, each] of all.entries()) {
      throwIfCancelled(context.signal, each.name);
      context.report({ step: 'read', subject: each.name, done, total: all.length });
      const stem = path.join(folder, fileNameOf(each.name));
      if (!each.name.startsWith('system.buckets.')) {
        await writeFile(`${stem}.metadata.json`, await metadataOf(db, each), { mode: 0o600, flush: true });
      }
      if (hasDocuments(each)) counts[each.name] = await dumpDocuments(db, each.name, `${stem}.bson`, context);
    }
  } catch (error) {
    throw writeError(error, folder);
  }
  return counts;
}

async function dumpDocuments(db: Db, name: string, place: string, context: OperationContext): Promise<number> {
  let count = 0;
  const cursor = db.collection(name).find({}, { raw: true });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const document of cursor) {
      if (count++ % batchSize === 0) throwIfCancelled(context.signal, name);
      yield document as unknown as Uint8Array;
    }
  }
  const file = createWriteStream(place, { mode: 0o600, flush: true });
  await pipeline(Readable.from(bytes()), file, { signal: context.signal });
  return count;
}

/** As the tools write it: extended JSON, each number with its kind. */
async function metadataOf(db: Db, { name, type, options, info }: Listed): Promise<string> {
  const indexes = type === 'view' ? [] : await db.collection(name).listIndexes({ promoteValues: false }).toArray();
  const uuid = info?.uuid?.toHexString(false);
  return BSON.EJSON.stringify(
    { indexes, ...(uuid !== undefined && { uuid }), collectionName: name, type, options },
    { relaxed: false },
  );
}

async function dropAll(db: Db, context: OperationContext): Promise<void> {
  for (const { name } of await list(db)) {
    throwIfCancelled(context.signal, name);
    // A time series takes its buckets along.
    if (!name.startsWith('system.buckets.')) await db.dropCollection(name);
  }
}

interface LoadedMetadata {
  indexes?: Document[];
  options?: Document;
}

async function loadAll(db: Db, { collections }: MongoFolder, context: OperationContext): Promise<LoadResult> {
  const result: LoadResult = { inserted: {}, duplicates: 0, indexErrors: [] };
  const there = new Set((await list(db)).map(({ name }) => name));
  const withMetadata = collections.map((each) => ({ each, metadata: metadataFrom(each) }));
  // Views stand on collections, documents of a time series on its options: each after what it needs.
  const rank = ({ isView, name }: DumpedCollection): number =>
    isView ? 2 : name.startsWith('system.buckets.') ? 1 : 0;
  withMetadata.sort((a, b) => rank(a.each) - rank(b.each));
  for (const [done, { each, metadata }] of withMetadata.entries()) {
    throwIfCancelled(context.signal, each.name);
    context.report({ step: 'apply', subject: each.name, done, total: withMetadata.length });
    if (!there.has(each.name) && rank(each) !== 1 && each.name !== 'system.js') {
      await db.command({ create: each.name, ...metadata.options });
    }
    if (each.documents !== undefined) await loadDocuments(db, each.name, each.documents, result, context);
  }
  for (const { each, metadata } of withMetadata) {
    throwIfCancelled(context.signal, each.name);
    if (!each.isView) result.indexErrors.push(...(await createIndexes(db, each.name, metadata)));
  }
  return result;
}

const metadataFrom = ({ metadata }: DumpedCollection): LoadedMetadata =>
  metadata === undefined ? {} : (BSON.EJSON.parse(metadata, { relaxed: false }) as LoadedMetadata);

async function loadDocuments(
  db: Db,
  name: string,
  place: string,
  result: LoadResult,
  context: OperationContext,
): Promise<void> {
  let [batch, bytes]: [Document[], number] = [[], 0];
  result.inserted[name] = 0;
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    throwIfCancelled(context.signal, name);
    const { inserted, duplicates } = await insert(db, name, batch);
    result.inserted[name] = (result.inserted[name] ?? 0) + inserted;
    result.duplicates += duplicates;
    [batch, bytes] = [[], 0];
  };
  for await (const raw of readDocuments(place, context)) {
    const document = exactDocument(raw);
    if (!document) throw unwritable(name);
    if (bytes + raw.length > batchBytes) await send();
    batch.push(document);
    bytes += raw.length;
    if (batch.length >= batchSize) await send();
  }
  await send();
}

const duplicateKey = 11_000;

async function insert(db: Db, name: string, documents: Document[]): Promise<{ inserted: number; duplicates: number }> {
  const answer = await db.command({ insert: name, documents, ordered: false });
  const errors = (answer.writeErrors ?? []) as { code: number; errmsg: string }[];
  const other = errors.find(({ code }) => code !== duplicateKey);
  if (other) throw new Error(`${name}: ${other.errmsg}`);
  return { inserted: documents.length - errors.length, duplicates: errors.length };
}

/** @returns why indexes could not be made, a sentence each. */
async function createIndexes(db: Db, name: string, { indexes = [] }: LoadedMetadata): Promise<string[]> {
  const wanted = indexes.filter((index) => index.name !== '_id_').map(withoutDefaults);
  const errors: string[] = [];
  for (const index of wanted) {
    try {
      await db.command({ createIndexes: name, indexes: [index] });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'MongoServerError') throw error;
      errors.push(`The index ${String(index.name)} of ${name} was not made: ${error.message}`);
    }
  }
  return errors;
}

/** Version 2 is what every server since 3.4 makes by itself, and what not every server lets be said. */
function withoutDefaults({ ns: _ns, v, ...index }: Document): Document {
  return v === undefined || Number(v) === 2 ? index : { v, ...index };
}

const unwritable = (name: string): KongBackupError =>
  new KongBackupError('tool-failed', {
    place: name,
    reason: 'A document holds a kind of value that the library can not write without changing it.',
    remedy: "Install MongoDB's Database Tools: mongorestore writes it as it is.",
  });

const deniedCodes = new Set<unknown>([13, 18, 8000]);

function mongoError(error: unknown, place: string): unknown {
  if (isKongBackupError(error) || !(error instanceof Error)) return error;
  const { name, message } = error;
  if (systemCode(error) !== undefined && !name.startsWith('Mongo')) return writeError(error, place);
  if (deniedCodes.has((error as { code?: unknown }).code)) {
    return new KongBackupError('database-denied', {
      place,
      reason: `The server refused: ${message}`,
      remedy:
        'Correct user, password and authDatabase under "mongodb" in the environments file, or give the user the role.',
      cause: error,
    });
  }
  if (/Network|ServerSelection|Topology|NotConnected|PoolCleared|ClientClosed|Expired/.test(name)) {
    return new KongBackupError('database-unreachable', {
      place,
      reason: `The server does not answer: ${message}`,
      remedy: 'Start it, or correct host, port and tls under "mongodb" in the environments file.',
      cause: error,
    });
  }
  return new KongBackupError('tool-failed', {
    place,
    reason: `The server answered: ${message}`,
    remedy: 'See the log.',
    cause: error,
  });
}
