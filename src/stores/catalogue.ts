import pLimit from 'p-limit';
import type { Progress } from '../core/context.js';
import { isKongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { listed } from '../core/listed.js';
import { type SnapshotRecord, stateOf } from '../core/record.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import type { CatalogueCache, KnownObject } from './catalogueCache.js';
import { readText } from './checkedObject.js';
import { storageKey } from './encoding/storedObjects.js';
import { parseManifest } from './manifestText.js';
import type { ObjectStorage, StoredObject } from './objectStorage.js';
import type { SnapshotEncoding } from './storeEncoding.js';
import { isTimed, manifestKey, placeOfKey } from './snapshotKeys.js';

const parallelReads = 48;
const namedObjects = 3;
/** So many small objects are read before it is said, and from one time to the next. */
const told = 500;

interface Source {
  storage: ObjectStorage;
  encoding: Pick<SnapshotEncoding, 'stored'>;
  cache?: CatalogueCache;
  /** Told now and then of a store of which much is not known yet. */
  report?: Report;
}

type Report = (progress: Progress) => void;

/** What a listing shows under the key of one snapshot. */
interface Listed {
  manifest?: StoredObject;
  owner?: StoredObject;
  records: StoredObject[];
  parts: number;
}

/** All snapshots of a store by one listing of it; only manifests and records that are not known yet are read. Newest first. */
export async function readCatalogue(source: Source, signal: AbortSignal): Promise<CatalogueEntry[]> {
  const { storage, cache } = source;
  const before: ReadonlyMap<string, KnownObject> = (await cache?.load()) ?? new Map();
  const sizes = new Map<string, number>();
  const snapshots = new Map<string, Listed>();
  const limit = pLimit(parallelReads);
  const known = new Map<string, KnownObject>();
  let [started, done, isListed] = [0, 0, false];
  // How many there are is known once all of them are listed.
  const progress = (): Progress => {
    return { step: 'read', subject: storage.location, done, ...(isListed && { total: started }) };
  };
  const [now, settling] = [Date.now(), cache?.settling ?? 0];
  const isSettled = ({ modified }: StoredObject): boolean => settling === 0 || now - modified.getTime() > settling;
  const understand = async <T>(object: StoredObject, parse: (text: string) => T): Promise<T> => {
    const { key, etag } = object;
    const cached = before.get(key);
    if (cached?.etag === etag) {
      known.set(key, cached);
      return cached.value as T;
    }
    started++;
    const found = await limit(() => readText(storage, key, signal));
    done++;
    if (done % told === 0) source.report?.(progress());
    const value = parse(found.text);
    if (isSettled(object)) known.set(key, { etag: found.etag, value });
    return value;
  };
  // What is listed is read while the listing goes on: of a bucket that nobody looked into before, both take their time.
  const readings = new Map<string, Promise<unknown>>();
  const readOf = <T>(object: StoredObject, parse: (text: string) => T): Promise<T> => {
    const reading = (readings.get(object.key) as Promise<T> | undefined) ?? understand(object, parse);
    readings.set(object.key, reading);
    return reading;
  };
  try {
    for await (const object of storage.list('', signal, [...before.keys()])) {
      sizes.set(object.key, object.bytes);
      const place = addTo(snapshots, object);
      if (place?.what === 'record') readOf(object, parseRecord).catch(ignored);
      if (place?.what === 'manifest') readOf(object, manifestParser(place.id)).catch(ignored);
    }
    isListed = true;
    const entries = await Promise.all([...snapshots].map(([id, listed]) => entryOf(id, listed)));
    await cache?.keep(known);
    return entries.filter((entry) => entry !== undefined).sort(newestFirst);
  } catch (error) {
    limit.clearQueue();
    // The next one goes on from there.
    await cache?.keep(new Map([...before, ...known]));
    throw error;
  }

  /** Undefined when it never was a snapshot, is gone by now, or is none yet. */
  async function entryOf(id: string, listed: Listed): Promise<CatalogueEntry | undefined> {
    if (!listed.manifest) return withoutManifest(id, listed);
    try {
      const records = await Promise.all(listed.records.map((each) => readOf(each, parseRecord)));
      const manifest = await readOf(listed.manifest, manifestParser(id));
      const problem = await lacking(id, manifest);
      if (problem) return { id, problem };
      const state = stateOf(records.flat());
      return { id, manifest, ...(Object.keys(state).length > 0 && { state }) };
    } catch (error) {
      if (isKongBackupError(error, 'object-missing')) return undefined;
      if (!isKongBackupError(error)) throw error;
      const { code, reason } = error;
      if (code === 'snapshot-newer-format') return { id, problem: { code, reason } };
      if (code !== 'snapshot-damaged') throw error;
      // Without a manifest that can be read only its name tells a snapshot from somebody else's folder.
      return isTimed(id) ? { id, problem: { code, reason } } : undefined;
    }
  }

  async function lacking(id: string, manifest: Manifest): Promise<CatalogueEntry['problem']> {
    const needed = source.encoding.stored(manifest).map((object) => ({ ...object, key: storageKey(object, id) }));
    const other = needed.filter(({ key, bytes }) => sizes.has(key) && sizes.get(key) !== bytes);
    const missing = needed.filter(({ key }) => !sizes.has(key));
    if (missing.length === 0 && other.length === 0) return undefined;
    // Gone since the listing began, as it does while somebody deletes it.
    const still = await readText(storage, manifestKey(id), signal).catch((error: unknown) => error);
    if (isKongBackupError(still, 'object-missing')) throw still;
    const names = [...missing, ...other].map(({ key }) => key.replace(`${id}/`, ''));
    const list = listed(names, namedObjects);
    return missing.length > 0
      ? { code: 'snapshot-incomplete', reason: `It lacks ${list}.` }
      : { code: 'snapshot-damaged', reason: `Other sizes than the manifest says: ${list}.` };
  }
}

const manifestParser = (id: string) => (text: string) => parseManifest(text, id);

/** Whoever needs it meets the failure too. */
const ignored = (): void => undefined;

function addTo(snapshots: Map<string, Listed>, object: StoredObject): ReturnType<typeof placeOfKey> {
  const place = placeOfKey(object.key);
  if (!place) return undefined;
  const listed = snapshots.get(place.id) ?? { records: [], parts: 0 };
  snapshots.set(place.id, listed);
  if (place.what === 'manifest') listed.manifest = object;
  else if (place.what === 'owner') listed.owner = object;
  else if (place.what === 'record') listed.records.push(object);
  else listed.parts++;
  return place;
}

/** With an owner it is being made or deleted, or is what is left of that; without one somebody lost the manifest. */
function withoutManifest(id: string, { owner, parts }: Listed): CatalogueEntry | undefined {
  if (owner || parts === 0 || !isTimed(id)) return undefined;
  return {
    id,
    problem: { code: 'snapshot-incomplete', reason: 'It has no manifest.json: it is not a whole snapshot.' },
  };
}

/** What cannot be read of a record counts as not said. */
function parseRecord(text: string): SnapshotRecord[] {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value.kind === 'string' && typeof value.at === 'string'
      ? [value as unknown as SnapshotRecord]
      : [];
  } catch {
    return [];
  }
}

export function newestFirst(a: Pick<CatalogueEntry, 'id'>, b: Pick<CatalogueEntry, 'id'>): number {
  const [timeA, timeB] = [a, b].map(({ id }) => id.slice(id.indexOf('/') + 1)) as [string, string];
  if (timeA !== timeB) return timeA < timeB ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
