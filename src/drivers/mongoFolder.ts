import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { OperationContext } from '../core/context.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Counts } from '../core/snapshot.js';

/** One collection, view or time series of a dump. */
export interface DumpedCollection {
  name: string;
  /** Absolute path of its documents; absent for a view. */
  documents?: string;
  /** Its metadata file as text: extended JSON; absent where the dump has none. */
  metadata?: string;
  isView: boolean;
}

export interface MongoFolder {
  database: string;
  /** Absolute path. */
  place: string;
  collections: DumpedCollection[];
}

/** A document is at least its length and its end; the server takes 16 MB, and a little more of its own. */
const [smallest, largest] = [5, 16 * 1024 * 1024 + 16 * 1024];
const timeSeriesPrefix = 'system.buckets.';

/** A collection's name as a file's, on each system: what the tools write, they read back by the same unescaping. */
export const fileNameOf = (collection: string): string =>
  encodeURIComponent(collection).replaceAll(/[*'()!~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What a dump's folder holds: `<database>/<collection>.bson` and `.metadata.json`, either with `.gz` behind.
 * @throws KongBackupError `dump-damaged` when it is not such a folder, or a metadata file can't be read.
 */
export async function readMongoFolder(directory: string): Promise<MongoFolder> {
  const databases = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const [database] = databases;
  if (!database || databases.length > 1) throw damaged(directory, `It holds ${databases.length} databases, not one.`);
  const place = path.join(directory, database.name);
  const names = new Set((await readdir(place)).filter((name) => /\.(bson|metadata\.json)(\.gz)?$/.test(name)));
  const stems = new Set([...names].map((name) => name.replace(/\.(bson|metadata\.json)(\.gz)?$/, '')));
  const find = (name: string): string | undefined => [name, `${name}.gz`].find((each) => names.has(each));
  const collections: DumpedCollection[] = [];
  for (const stem of [...stems].sort()) {
    const documents = find(`${stem}.bson`);
    const file = find(`${stem}.metadata.json`);
    const metadata = file === undefined ? undefined : await readText(path.join(place, file));
    const { name, isView, isTimeSeries } = describe(stem, metadata, place);
    const isWhole = documents !== undefined || isView || (isTimeSeries && stems.has(timeSeriesPrefix + stem));
    if (!isWhole) throw damaged(path.join(place, stem), 'Its documents are missing: there is only the metadata file.');
    collections.push({
      name,
      isView,
      ...(documents !== undefined && { documents: path.join(place, documents) }),
      ...(metadata !== undefined && { metadata }),
    });
  }
  if (collections.length === 0) throw damaged(place, 'It holds no collection.');
  return { database: decodeURIComponent(database.name), place, collections };
}

interface Metadata {
  collectionName?: string;
  type?: string;
  options?: { viewOn?: string; timeseries?: object };
}

function describe(stem: string, metadata: string | undefined, place: string) {
  try {
    const { collectionName, type, options } = JSON.parse(metadata ?? '{}') as Metadata;
    return {
      name: collectionName ?? decodeURIComponent(stem),
      isView: type === 'view' || options?.viewOn !== undefined,
      isTimeSeries: type === 'timeseries' || options?.timeseries !== undefined,
    };
  } catch (cause) {
    throw damaged(path.join(place, `${stem}.metadata.json`), 'It is no JSON, or its name is no name.', cause);
  }
}

async function readText(place: string): Promise<string> {
  const bytes = await readFile(place);
  if (!place.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (cause) {
    throw damaged(place, 'It can not be unpacked.', cause);
  }
}

/**
 * The documents of a file, one after the other, as the bytes that they are: each checked by its length and its end.
 * @throws KongBackupError `dump-damaged`, `cancelled`.
 */
export async function* readDocuments(place: string, context: OperationContext): AsyncGenerator<Buffer> {
  const file = createReadStream(place);
  const stream = place.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.once('error', (error) => stream.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  try {
    for await (const chunk of stream) {
      throwIfCancelled(context.signal, place);
      rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let from = 0;
      for (let length = lengthAt(rest, from); length !== undefined; length = lengthAt(rest, from)) {
        if (length < smallest || length > largest) throw damaged(place, `There is no document at byte ${at}.`);
        if (from + length > rest.length) break;
        if (rest[from + length - 1] !== 0) throw damaged(place, `The document at byte ${at} does not end as one.`);
        yield rest.subarray(from, from + length);
        from += length;
        at += length;
      }
      rest = rest.subarray(from);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'KongBackupError') throw error;
    throw damaged(place, 'It can not be read to its end.', error);
  } finally {
    file.destroy();
  }
  if (rest.length > 0) throw damaged(place, `It ends in the middle of the document at byte ${at}.`);
}

const lengthAt = (bytes: Buffer, at: number): number | undefined =>
  at + 4 <= bytes.length ? bytes.readInt32LE(at) : undefined;

/** Walks each document. @returns how many each collection has. @throws KongBackupError `dump-damaged`, `cancelled`. */
export async function countMongoFolder({ collections }: MongoFolder, context: OperationContext): Promise<Counts> {
  const counts: Counts = {};
  for (const { name, documents } of collections) {
    throwIfCancelled(context.signal, name);
    if (documents === undefined) continue;
    let count = 0;
    for await (const _document of readDocuments(documents, context)) count++;
    counts[name] = count;
    context.report({ step: 'count', subject: name });
  }
  return counts;
}

/** Sentences on what differs, by collection. */
export function differentCounts(expected: Counts, found: Counts): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names
    .filter((name) => (expected[name] ?? 0) !== (found[name] ?? 0))
    .map((name) => `${name}: ${found[name] ?? 0} documents, not ${expected[name] ?? 0}.`);
}

export function damaged(place: string, reason: string, cause?: unknown): KongBackupError {
  return new KongBackupError('dump-damaged', {
    place,
    reason: `${path.basename(place)}: ${reason}`,
    remedy: 'Choose another snapshot: nothing was changed.',
    ...(cause === undefined ? {} : { cause }),
  });
}
