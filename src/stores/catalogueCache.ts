import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../core/json.js';
import { makeFolders, syncedWrite } from './syncedWrite.js';

/** To be raised when what is understood of a manifest or record changes. */
const format = 1;

/** What was understood of a small object of the store, while it has this etag. */
export interface KnownObject {
  etag: string;
  value: unknown;
}

/** What was read of a store's small objects, by key: a listing tells which of it still holds. */
export interface CatalogueCache {
  /** In order of keys. */
  load(): Promise<ReadonlyMap<string, KnownObject>>;
  /** Writes it down instead, where it is other than before. Never throws. */
  keep(objects: ReadonlyMap<string, KnownObject>): Promise<void>;
  /** Milliseconds in which an object may become another without another etag. */
  settling: number;
}

export interface CatalogueCacheOptions {
  /** For a place whose etags are times of files, which pass in steps. */
  settling?: number;
  /** With fewer objects than that nothing is written down: they are read as soon. */
  least?: number;
}

interface Line extends KnownObject {
  key: string;
}

/**
 * An index in a file of JSON lines; it holds what the store's manifests say openly, nothing more. What is missing, cut short or
 * of another format is as if it were not there.
 * @param folder absolute path of a folder of ours that may vanish at any time. @param location of the store.
 */
export function createCatalogueCache(
  folder: string,
  location: string,
  { settling = 0, least = 0 }: CatalogueCacheOptions = {},
): CatalogueCache {
  const name = createHash('sha256').update(location).digest('hex').slice(0, 16);
  const file = path.join(folder, `catalogue-${name}.jsonl`);
  let known: ReadonlyMap<string, KnownObject> | undefined;
  const load = async () =>
    (known ??= new Map((await read(file)).map(({ key, etag, value }) => [key, { etag, value }])));
  return {
    load,
    settling,
    async keep(objects) {
      const before = await load();
      const isSame = [...objects].every(([key, { etag }]) => before.get(key)?.etag === etag);
      if (isSame && before.size === objects.size) return;
      known = new Map([...objects].sort(([a], [b]) => (a < b ? -1 : 1)));
      if (known.size < least) return;
      const lines = [...known].map(([key, { etag, value }]) => ({ key, etag, value }));
      // It only saves time: a full disk must not keep anybody from listing.
      await write(file, lines).catch(() => undefined);
    },
  };
}

async function read(file: string): Promise<Line[]> {
  try {
    const text = await readFile(file, 'utf8');
    const end = text.indexOf('\n');
    const head = JSON.parse(text.slice(0, end)) as { format?: unknown; sha256?: unknown };
    const body = text.slice(end + 1);
    if (head.format !== format || head.sha256 !== hashOf(body)) return [];
    const lines = body
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
    return lines.every(isLine) ? lines : [];
  } catch {
    return [];
  }
}

const isLine = (line: unknown): line is Line =>
  isObject(line) && typeof line.key === 'string' && typeof line.etag === 'string';

async function write(file: string, lines: readonly Line[]): Promise<void> {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const aside = `${file}.${randomUUID()}`;
  await makeFolders(path.dirname(file));
  try {
    await syncedWrite(aside, `${JSON.stringify({ format, sha256: hashOf(body) })}\n${body}`);
    await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
