import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Progress } from '../core/context.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import { folderTime, parseSnapshotId, safeFileName } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';
import { readCatalogue } from './catalogue.js';
import type { CatalogueCache } from './catalogueCache.js';
import { checkObject, joined, readText } from './checkedObject.js';
import { storageKey } from './encoding/storedObjects.js';
import { parseManifest } from './manifestText.js';
import type { ObjectStorage } from './objectStorage.js';
import type { SnapshotEncoding } from './storeEncoding.js';
import { isTimed, manifestKey, ownerKey, placeOfKey, recordKey } from './snapshotKeys.js';
import { stageSnapshot } from './stageSnapshot.js';
import { ownerText, removeObjects } from './sweepSnapshots.js';
import { privateFile } from './syncedWrite.js';

export interface RepositoryOptions {
  storage: ObjectStorage;
  encoding: SnapshotEncoding;
  /** Used for deleting alone: credentials that may. The same storage when absent. */
  pruning?: ObjectStorage;
  /**
   * Absolute path of a folder on this machine, private to its owner, where snapshots of an encrypting store lie open while they are
   * made. One in the system's temporary folder when absent, and for storages that have no folder.
   */
  privateStaging?: string;
  /** For storages where reading many small objects takes its time. */
  cache?: CatalogueCache;
  /** Told of a listing that takes its time. */
  report?(progress: Progress): void;
}

/** A store of snapshots, and what it keeps them in: for locks, and for what snapshots share. */
export interface Repository extends SnapshotStore {
  readonly storage: ObjectStorage;
  /** The storage by the credentials that may delete. */
  readonly pruning: ObjectStorage;
  readonly encoding: SnapshotEncoding;
}

/** Of a snapshot with more damage than that there is nothing to be mended by hand. */
const toldFailures = 9;

const notYet = new AbortController().signal;

/**
 * Snapshots over a storage of objects: `<environment>/<UTC time>/manifest.json` with the parts beside it. A manifest is written
 * last and deleted first: it alone makes a snapshot.
 */
export function createRepository({
  storage,
  encoding,
  pruning = storage,
  privateStaging,
  cache,
  report,
}: RepositoryOptions): Repository {
  const stored = async (id: string, signal: AbortSignal): Promise<Manifest> => {
    if (!parseSnapshotId(id)) throw missing(id, storage);
    try {
      return parseManifest((await readText(storage, manifestKey(id), signal)).text, id);
    } catch (error) {
      if (!isKongBackupError(error, 'object-missing')) throw error;
      throw await whyNoManifest(storage, id, signal);
    }
  };
  const manifest = async (id: string, signal: AbortSignal) => encoding.openManifest(await stored(id, signal), signal);
  const openFile = async (id: string, file: string, signal: AbortSignal) => {
    const whole = await manifest(id, signal);
    const artifact = whole.parts.flatMap(({ files }) => files).find(({ path: name }) => name === file);
    if (!artifact) throw withoutFile(id, file);
    return encoding.openFile(whole, artifact, signal);
  };
  const list = async (environment: string | undefined, signal: AbortSignal): Promise<CatalogueEntry[]> => {
    const entries = await readCatalogue(
      { storage, encoding, ...(cache && { cache }), ...(report && { report }) },
      signal,
    );
    return environment === undefined ? entries : entries.filter((entry) => isOf(entry, environment));
  };

  return {
    location: storage.location,
    storage,
    pruning,
    encoding,
    list: (environment, signal = notYet) => list(environment, signal),
    manifest: (id, signal = notYet) => manifest(id, signal),
    read: async (id, file, signal = notYet) => joined(await openFile(id, file, signal)),
    extract: async (id, file, place, signal = notYet) => writeOut(await openFile(id, file, signal), place),
    async check(id, signal) {
      throwIfCancelled(signal, id);
      const objects = encoding
        .stored(await stored(id, signal))
        .map((object) => ({ object, key: storageKey(object, id) }));
      const failures: KongBackupError[] = [];
      const keep = (error: unknown): void => {
        if (!isKongBackupError(error, 'snapshot-damaged')) throw error;
        failures.push(error);
      };
      await refuseOthers(storage, id, new Set(objects.map(({ key }) => key)), signal).catch(keep);
      for (const { object, key } of objects) await checkObject(storage, key, object, signal).catch(keep);
      throwAll(failures);
    },
    stage: (environment, signal = notYet) =>
      stageSnapshot(
        {
          ...{ storage, encoding, environment: safeFileName(environment), list: () => list(undefined, signal) },
          ...(privateStaging !== undefined && { privateStaging }),
        },
        signal,
      ),
    async record(id, record, signal = notYet) {
      await refuseMissing(storage, id, signal);
      const name = `${folderTime(new Date(record.at))}-${record.kind}-${randomUUID().slice(0, 8)}`;
      const content = Buffer.from(`${JSON.stringify(record)}\n`);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await storage.create(recordKey(id, name), content, sha256, signal);
    },
    remove: (id, signal = notYet) => remove(storage, pruning, id, signal),
    pathOf(id, file) {
      if (!storage.pathOf || !parseSnapshotId(id)) return undefined;
      if (file === undefined) return storage.pathOf(id);
      const place = storage.pathOf(`${id}/${file}`);
      return existsSync(place) ? place : undefined;
    },
  };
}

function isOf({ id, manifest }: CatalogueEntry, environment: string): boolean {
  return manifest ? manifest.environment.name === environment : id.startsWith(`${safeFileName(environment)}/`);
}

/** As one: whoever has one file of it mended should not come back to find the next. */
function throwAll(failures: readonly KongBackupError[]): void {
  const [first, ...others] = failures;
  if (!first) return;
  const told = others.slice(0, toldFailures).map(({ place, reason }) => ` ${place}: ${reason}`);
  const more = others.length > told.length ? ` And ${others.length - told.length} more.` : '';
  const { code, place, remedy } = first;
  throw new KongBackupError(code, { place, reason: `${first.reason}${told.join('')}${more}`, remedy, cause: first });
}

async function writeOut(content: AsyncIterable<Uint8Array>, place: string): Promise<void> {
  try {
    await pipeline(content, createWriteStream(place, { flags: 'wx', mode: privateFile }));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') await rm(place, { force: true });
    throw writeError(error, place);
  }
}

/** The manifest goes first: what a stopped removal leaves behind is no snapshot any more, and marked to be swept. */
async function remove(storage: ObjectStorage, pruning: ObjectStorage, id: string, signal: AbortSignal): Promise<void> {
  if (!parseSnapshotId(id)) throw missing(id, storage);
  const keys: string[] = [];
  for await (const { key } of storage.list(`${id}/`, signal)) keys.push(key);
  await refuseStrangers(storage, id, keys, signal);
  const text = Buffer.from(ownerText());
  const mark = ownerKey(id);
  await pruning.create(mark, text, createHash('sha256').update(text).digest('hex'), signal);
  await pruning.remove(manifestKey(id), signal);
  const rest = keys.filter((key) => key !== mark && key !== manifestKey(id));
  await removeObjects(pruning, rest, signal);
  await pruning.remove(mark, signal);
  const folder = pruning.pathOf?.(id);
  if (folder === undefined) return;
  // Empty folders and links, which are no objects. The one above stays while the environment has other snapshots.
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  await rmdir(path.dirname(folder)).catch(() => undefined);
}

/** What the catalogue does not list is somebody else's, or not there. */
async function refuseStrangers(
  storage: ObjectStorage,
  id: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (isTimed(id) && keys.includes(manifestKey(id))) return;
  if (isTimed(id) && keys.length > 0 && !keys.includes(ownerKey(id))) return;
  if (!keys.includes(manifestKey(id))) throw missing(id, storage);
  try {
    parseManifest((await readText(storage, manifestKey(id), signal)).text, id);
  } catch (error) {
    if (isKongBackupError(error, 'snapshot-newer-format')) return;
    throw isKongBackupError(error, 'snapshot-damaged') ? missing(id, storage) : error;
  }
}

/**
 * A file beside those of the manifest was put there by somebody. What the system itself leaves in folders begins with a dot, as no
 * part does.
 */
async function refuseOthers(
  storage: ObjectStorage,
  id: string,
  needed: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { key } of storage.list(`${id}/`, signal)) {
      if (needed.has(key) || placeOfKey(key)?.what !== 'part' || path.posix.basename(key).startsWith('.')) continue;
      throw new KongBackupError('snapshot-damaged', {
        place: key,
        reason: 'The manifest names no such file: it was not part of the snapshot.',
        remedy: 'Move it elsewhere, or take another snapshot.',
      });
    }
  } catch (error) {
    // Who may not list sees no stranger either.
    if (!isKongBackupError(error, 'store-denied')) throw error;
  }
}

async function refuseMissing(storage: ObjectStorage, id: string, signal: AbortSignal): Promise<void> {
  if (!parseSnapshotId(id)) throw missing(id, storage);
  try {
    for await (const { key } of storage.list(manifestKey(id), signal)) if (key === manifestKey(id)) return;
  } catch (error) {
    // Who may only write knows what they write of.
    if (isKongBackupError(error, 'store-denied')) return;
    throw error;
  }
  throw await whyNoManifest(storage, id, signal);
}

async function whyNoManifest(storage: ObjectStorage, id: string, signal: AbortSignal): Promise<KongBackupError> {
  const keys: string[] = [];
  for await (const { key } of storage.list(`${id}/`, signal)) keys.push(key);
  if (keys.length === 0 || keys.includes(ownerKey(id))) return missing(id, storage);
  return new KongBackupError('snapshot-incomplete', {
    place: id,
    reason: 'It has no manifest.json: it is not a whole snapshot.',
    remedy: 'Delete it, and take another snapshot.',
  });
}

const missing = (id: string, { location }: ObjectStorage): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: id,
    reason: `There is no such snapshot in ${location}.`,
    remedy: 'List the snapshots to see the ids there are.',
  });

const withoutFile = (id: string, file: string): KongBackupError =>
  new KongBackupError('snapshot-without-part', {
    place: id,
    reason: `The snapshot has no file ${JSON.stringify(file)}.`,
    remedy: 'Look at the parts that its manifest names.',
  });
