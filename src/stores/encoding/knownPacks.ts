import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isKongBackupError, throwIfCancelled } from '../../core/errors.js';
import type { PackRecord } from '../../core/snapshot.js';
import { privateFile, privateFolder } from '../syncedWrite.js';
import { unseal } from './age.js';
import { type Chunk, cutChunks } from './chunkScan.js';
import type { ChunkIds } from './chunkIds.js';
import { fineChunks } from './chunker.js';
import type { Bytes } from './codecs.js';
import type { KnownPacks, Sealing } from './encoding.js';
import { fingerprintsOf } from './keys.js';
import { formatIndex, parseIndex } from './packIndex.js';
import { indexKey, packHash, packKey, packPrefix } from './packNames.js';
import type { KnownPack } from './packPlan.js';
import { readPack } from './readPack.js';

/** Packs of this size have an index beside them; smaller ones are read instead. */
export const indexedFrom = 1024 * 1024;

/** More than a few snapshots of an environment build upon. */
const mostKnown = 512;
const mostIndexBytes = 64 * 1024 * 1024;
const monthInMilliseconds = 30 * 24 * 60 * 60 * 1000;

/**
 * The packs that a new snapshot may build upon: those of known snapshots to the same recipients whose index can be had. What can't
 * be read is stored again, so nothing here fails a backup. @throws KongBackupError `cancelled`.
 */
export async function loadKnownPacks(
  known: KnownPacks,
  sealing: Sealing | undefined,
  idOf: ChunkIds,
  signal: AbortSignal,
): Promise<KnownPack[]> {
  const keys = sealing ? fingerprintsOf(sealing.recipients).join() : '';
  const records = new Map<string, PackRecord>();
  for (const { packs = [], encryption } of known.manifests) {
    if ((encryption?.keys.join() ?? '') !== keys) continue;
    for (const record of packs) if (records.size < mostKnown) records.set(record.name, record);
  }
  const there = records.size > 0 ? await packSizes(known, signal) : undefined;
  const loaded: KnownPack[] = [];
  for (const record of records.values()) {
    throwIfCancelled(signal, known.cacheFolder ?? record.name);
    if (there?.get(packKey(record)) !== record.bytes) continue;
    const chunks = await loadIndex(known, record, idOf, signal).catch(nothingUnlessCancelled);
    if (chunks) loaded.push({ record, chunks });
  }
  if (known.cacheFolder !== undefined) await sweep(known.cacheFolder, new Set([...records.values()].map(packHash)));
  return loaded;
}

/** By key. Undefined where the packs can't be listed: then none is built upon. */
async function packSizes({ storage }: KnownPacks, signal: AbortSignal): Promise<Map<string, number> | undefined> {
  const sizes = new Map<string, number>();
  try {
    for await (const { key, bytes } of storage.list(packPrefix, signal)) sizes.set(key, bytes);
  } catch (error) {
    return nothingUnlessCancelled(error);
  }
  return sizes;
}

async function loadIndex(
  known: KnownPacks,
  record: PackRecord,
  idOf: ChunkIds,
  signal: AbortSignal,
): Promise<Chunk[] | undefined> {
  const pack = packHash(record);
  const cached = known.cacheFolder && (await readFile(cacheFile(known.cacheFolder, pack)).catch(() => undefined));
  const inCache = cached && parseIndex(pack, cached);
  if (inCache) return fitting(inCache, record);
  const found = (await indexInStore(known, record, signal)) ?? (await indexOfContent(known, record, idOf, signal));
  const chunks = found && fitting(found, record);
  if (chunks) await cacheIndex(known.cacheFolder, pack, chunks);
  return chunks;
}

/** An index whose lengths don't add up to the pack's is none. */
function fitting(chunks: Chunk[], { rawBytes }: PackRecord): Chunk[] | undefined {
  return chunks.reduce((total, { length }) => total + length, 0) === rawBytes ? chunks : undefined;
}

async function indexInStore(
  { storage, identities }: KnownPacks,
  record: PackRecord,
  signal: AbortSignal,
): Promise<Chunk[] | undefined> {
  if (record.rawBytes < indexedFrom) return undefined;
  try {
    const { content } = await storage.read(indexKey(record), signal);
    const index = record.name.endsWith('.age') ? unseal(identities, content) : content;
    return parseIndex(packHash(record), await collect(index));
  } catch (error) {
    return nothingUnlessCancelled(error);
  }
}

function nothingUnlessCancelled(error: unknown): undefined {
  if (isKongBackupError(error, 'cancelled')) throw error;
}

/** Cut again as it was: but for the last chunks of files, the cuts fall where they fell. */
async function indexOfContent(
  { storage, identities }: KnownPacks,
  record: PackRecord,
  idOf: ChunkIds,
  signal: AbortSignal,
): Promise<Chunk[]> {
  return cutChunks(await readPack(storage, record, identities, signal), fineChunks, idOf);
}

async function collect(content: Bytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > mostIndexBytes) throw new Error('The index is too long.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const cacheFile = (folder: string, pack: string): string => path.join(folder, `${pack}.index`);

/** Keeps an index on this machine. Never throws: the cache may vanish at any time. */
export async function cacheIndex(folder: string | undefined, pack: string, chunks: readonly Chunk[]): Promise<void> {
  if (folder === undefined) return;
  const unfinished = path.join(folder, `.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: privateFolder });
    await writeFile(unfinished, formatIndex(pack, chunks), { mode: privateFile, flag: 'wx' });
    await rename(unfinished, cacheFile(folder, pack));
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** Removes what no known snapshot needed for a month. */
async function sweep(folder: string, needed: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (needed.has(name.split('.')[0] ?? '')) continue;
    const file = path.join(folder, name);
    const changed = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - changed > monthInMilliseconds) await rm(file, { force: true }).catch(() => undefined);
  }
}
