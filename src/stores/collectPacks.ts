import pLimit from 'p-limit';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Collection, HeldLock } from '../core/upkeep.js';
import { readText } from './checkedObject.js';
import { packPrefix } from './encoding/packNames.js';
import { neededPacks, packOfKey } from './encoding/storedObjects.js';
import { parseManifest } from './manifestText.js';
import type { ObjectStorage, StoredObject } from './objectStorage.js';
import { placeOfKey } from './snapshotKeys.js';
import { isAbandoned } from './sweepSnapshots.js';

/** A backup that may be about to need a pack is over, one way or the other, within so many milliseconds. */
export const safeAge = 24 * 60 * 60_000;

/** Milliseconds that a look holds good: after a sleep of this machine others may have taken its lock for stale. */
const lookHolds = 5 * 60_000;

const parallelReads = 16;

/** What one listing of a store shows. */
interface Seen {
  packs: StoredObject[];
  needed: Set<string>;
  /** Snapshots that are being made now. */
  inTheMaking: number;
}

/**
 * Removes packs that no manifest names. A backup holds no lock: while one is being made nothing is removed, for it may build
 * upon packs of a snapshot that is just being deleted. What it begins upon later it finds in manifests that are there then.
 * @param lock absent: only says what it would remove.
 * @throws KongBackupError `snapshot-damaged`, `snapshot-newer-format` when a manifest can't be read: what it needs is unknown.
 */
export async function collectPacks(
  storage: ObjectStorage,
  lock: HeldLock | undefined,
  context: OperationContext,
): Promise<Collection> {
  const { signal } = context;
  const known = new Map<string, string[]>();
  const now = (await storage.now(signal)).getTime();
  const seen = await look(storage, known, signal);
  const unneeded = seen.packs.filter(({ key }) => !seen.needed.has(packOfKey(key) ?? ''));
  const old = unneeded.filter(({ modified }) => now - modified.getTime() > safeAge);
  const collection: Collection = { removed: [], bytes: 0, tooYoung: unneeded.length - old.length, waits: false };
  if (old.length === 0) return collection;
  // Right before anything goes: what came meanwhile counts.
  let again = lock ? await look(storage, known, signal) : seen;
  let looked = Date.now();
  if (again.inTheMaking > 0) return { ...collection, waits: true };
  for (const [done, { key, bytes, etag }] of old.entries()) {
    throwIfCancelled(signal, storage.location);
    if (again.needed.has(packOfKey(key) ?? '')) continue;
    context.report({ step: 'delete', subject: key, done, total: old.length });
    await lock?.assertHeld();
    if (lock && Math.abs(Date.now() - looked) > lookHolds) {
      again = await look(storage, known, signal);
      looked = Date.now();
      if (again.inTheMaking > 0) return { ...collection, waits: true };
      if (again.needed.has(packOfKey(key) ?? '')) continue;
    }
    if (lock && (await storage.remove(key, signal, etag)) === 'changed') continue;
    collection.removed.push(key);
    collection.bytes += bytes;
  }
  return collection;
}

/** @param known packs of manifests that were read before, by key and etag: a manifest never changes. */
async function look(storage: ObjectStorage, known: Map<string, string[]>, signal: AbortSignal): Promise<Seen> {
  const packs: StoredObject[] = [];
  const manifests: StoredObject[] = [];
  const owners = new Map<string, StoredObject>();
  for await (const object of storage.list('', signal)) {
    // What begins like a pack and is none of ours is none of our business.
    if (object.key.startsWith(packPrefix) && packOfKey(object.key) !== undefined) packs.push(object);
    const place = placeOfKey(object.key);
    if (place?.what === 'manifest') manifests.push(object);
    if (place?.what === 'owner') owners.set(place.id, object);
  }
  for (const { key } of manifests) owners.delete(placeOfKey(key)?.id ?? '');
  const limit = pLimit(parallelReads);
  const needed = await Promise.all(manifests.map((object) => limit(() => packsOf(storage, object, known, signal))));
  let inTheMaking = 0;
  for (const owner of owners.values()) if (!(await isAbandoned(storage, owner, signal))) inTheMaking++;
  return { packs, needed: new Set(needed.flat()), inTheMaking };
}

async function packsOf(
  storage: ObjectStorage,
  { key, etag }: StoredObject,
  known: Map<string, string[]>,
  signal: AbortSignal,
): Promise<string[]> {
  const name = `${key} ${etag}`;
  const before = known.get(name);
  if (before) return before;
  try {
    const packs = neededPacks(parseManifest((await readText(storage, key, signal)).text, placeOfKey(key)?.id ?? key));
    known.set(name, packs);
    return packs;
  } catch (error) {
    // Deleted since it was listed.
    if (isKongBackupError(error, 'object-missing')) return [];
    throw error;
  }
}
