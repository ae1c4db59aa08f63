import { setTimeout as pause } from 'node:timers/promises';
import { cancelled, isKongBackupError, KongBackupError } from '../core/errors.js';
import type { FoundLock } from '../core/upkeep.js';
import { checkObject } from './checkedObject.js';
import type { EncodedObject } from './encoding/encoding.js';
import { findLocks, storeLock } from './lockRecords.js';
import type { ObjectStorage } from './objectStorage.js';

/** Milliseconds. Whoever deletes for longer than this is waited for no more. */
export const deletionTimes = { wait: 5 * 60_000, look: 500 };

/**
 * Stores what snapshots share. What is there already may be what a collection is about to remove, which looked before this
 * snapshot was begun. One that begins later sees the snapshot's owner's file and removes nothing; so it is enough that a look at
 * the lock, after that file was written, finds nobody, and that the object is there after the look.
 * @throws KongBackupError `store-locked` where somebody deletes for too long, and what `create` throws.
 */
export async function storeShared(
  storage: ObjectStorage,
  objects: readonly EncodedObject[],
  canRead: boolean,
  signal: AbortSignal,
): Promise<void> {
  const create = ({ key, file, bytes, sha256 }: EncodedObject) => storage.create(key, { file, bytes }, sha256, signal);
  const check = async (object: EncodedObject): Promise<void> => {
    if (canRead) await checkObject(storage, object.key, object, signal);
  };
  const older: EncodedObject[] = [];
  for (const object of objects) {
    if ((await create(object)) === 'exists') older.push(object);
    else await check(object);
  }
  if (older.length === 0 || !canRead) return;
  await untilNobodyDeletes(storage, signal);
  for (const object of older) {
    await create(object);
    await check(object);
  }
}

async function untilNobodyDeletes(storage: ObjectStorage, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const lock = await findDeleter(storage, signal);
    if (!lock) return;
    if (performance.now() - begun >= deletionTimes.wait) throw deletesForLong(storage, lock);
    await pause(deletionTimes.look, undefined, { signal }).catch(() => {
      throw cancelled(storage.location);
    });
  }
}

async function findDeleter(storage: ObjectStorage, signal: AbortSignal): Promise<FoundLock | undefined> {
  try {
    return (await findLocks(storage, signal)).find(({ name, isStale }) => name === storeLock && !isStale);
  } catch (error) {
    // Who may not see the locks can't wait for them.
    if (isKongBackupError(error, 'store-denied')) return undefined;
    throw error;
  }
}

const deletesForLong = ({ location }: ObjectStorage, { owner, purpose, since }: FoundLock): KongBackupError =>
  new KongBackupError('store-locked', {
    place: location,
    reason: `The snapshot needs what ${owner} may be about to remove (${purpose}, since ${since}).`,
    remedy: 'Take it again when that is done. If it is not running any more: kong-backup unlock.',
  });
