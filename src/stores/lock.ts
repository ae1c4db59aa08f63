import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { OperationContext } from '../core/context.js';
import { cancelled, isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { FoundLock, HeldLock } from '../core/upkeep.js';
import type { ObjectStorage } from './objectStorage.js';
import {
  answered,
  brokenFolder,
  bytesOf,
  freeLock,
  keyOf,
  type LockBody,
  lockTimes,
  readLock,
  readLocks,
  sha256,
  type StoredLock,
} from './lockRecords.js';
import { ownTag } from './owner.js';

export interface AcquireRequest {
  /** Names the object: `locks/<name>.json`. */
  name: string;
  purpose: string;
  /** Whether another lock keeps this one out, by its name. Its own name always does. */
  conflicts?: (name: string) => boolean;
  /** Milliseconds to wait for a holder. 0 when absent. */
  wait?: number;
}

type Surroundings = Pick<OperationContext, 'signal' | 'log'>;

/**
 * Takes a lock, or says who holds it. Age is judged by the storage's clock alone.
 * @throws KongBackupError `store-locked`, `store-unwritable` where the storage lets two have it, `store-*`, `cancelled`.
 */
export async function acquireLock(
  storage: ObjectStorage,
  { name, purpose, conflicts = () => false, wait = 0 }: AcquireRequest,
  { signal, log }: Surroundings,
): Promise<HeldLock> {
  await storage.prepare(signal);
  const since = (await storage.now(signal)).toISOString();
  const body = { id: randomUUID(), name, purpose, owner: ownerText(), since, process: ownTag(), refreshes: 0 };
  const begun = performance.now();
  try {
    for (let races = 0; ;) {
      throwIfCancelled(signal, storage.location);
      const found = await tryToTake(storage, body, conflicts, { signal, log });
      if (found === 'taken') return hold(storage, body, log);
      if (found === 'race') {
        if (++races === lockTimes.races) throw tooBusy(storage, name);
        await rest(20 + Math.random() * 100, signal, storage.location);
        continue;
      }
      if (performance.now() - begun >= wait) throw heldBy(storage, found);
      await rest(Math.min(1000, wait), signal, storage.location);
    }
  } catch (error) {
    // A write whose answer was lost, or a cancel after it: nobody may be kept out by what nobody holds.
    await removeOwn(storage, body).catch(() => undefined);
    throw error;
  }
}

/** @returns false when it is gone or was refreshed meanwhile. */
export async function breakLock(
  storage: ObjectStorage,
  lock: FoundLock,
  { signal, log }: Surroundings,
): Promise<boolean> {
  const key = keyOf(lock.name);
  const stored = await readLock(storage, key, signal);
  if (!stored || stored.body?.released) return false;
  if ((await freeLock(storage, { key, etag: lock.etag }, signal)) === 'changed') return false;
  await noteBroken(storage, lock, ownerText(), { signal, log });
  return true;
}

async function tryToTake(
  storage: ObjectStorage,
  body: LockBody,
  conflicts: (name: string) => boolean,
  { signal, log }: Surroundings,
): Promise<'taken' | 'race' | FoundLock> {
  const key = keyOf(body.name);
  const answer = await createOrLoseAnswer(storage, key, body, signal);
  const stored = await readLock(storage, key, signal);
  if (!stored) return 'race';
  if (stored.body?.id !== body.id) {
    if (answer === 'created') throw keepsNobodyOut(storage);
    const { released } = stored.body ?? {};
    const held = released ? undefined : (await readLocks(storage, signal)).find((each) => each.stored.key === key);
    if (!released && held?.stored.etag !== stored.etag) return 'race';
    if (held && !held.found.isStale) return held.found;
    if ((await storage.replace(key, bytesOf(body), stored.etag, signal)) === 'changed') return 'race';
    if ((await readLock(storage, key, signal))?.body?.id !== body.id) throw keepsNobodyOut(storage);
    if (held) await noteBroken(storage, held.found, body.owner, { signal, log });
  }
  // Both write first and look then: of two that exclude each other at most one goes on.
  return (await inTheWay(storage, body, conflicts, { signal, log })) ?? 'taken';
}

/** The write may land and its answer be lost: what stands there tells. */
async function createOrLoseAnswer(
  storage: ObjectStorage,
  key: string,
  body: LockBody,
  signal: AbortSignal,
): Promise<'created' | 'exists' | 'unknown'> {
  const content = bytesOf(body);
  try {
    return await answered(storage, signal, (stop) => storage.create(key, content, sha256(content), stop));
  } catch (error) {
    if (isKongBackupError(error, 'store-unreachable')) return 'unknown';
    throw error;
  }
}

/** Releases our own lock again where another one keeps us out. */
async function inTheWay(
  storage: ObjectStorage,
  body: LockBody,
  conflicts: (name: string) => boolean,
  surroundings: Surroundings,
): Promise<FoundLock | undefined> {
  const { signal } = surroundings;
  for (const { found, stored } of await readLocks(storage, signal)) {
    if (found.name === body.name || !conflicts(found.name)) continue;
    if (found.isStale && (await freeLock(storage, stored, signal)) === 'removed') {
      await noteBroken(storage, found, body.owner, surroundings);
      continue;
    }
    await removeOwn(storage, body);
    return found;
  }
  return undefined;
}

function hold(storage: ObjectStorage, first: LockBody, log: OperationContext['log']): HeldLock {
  const { id, name, purpose, owner } = first;
  const key = keyOf(name);
  const never = new AbortController().signal;
  let refreshes = 0;
  let refreshed = clocks();
  let lost: KongBackupError | undefined;

  const own = async (): Promise<StoredLock> => {
    if (lost) throw lost;
    const stored = await readLock(storage, key, never);
    if (stored?.body?.id === id) return stored;
    lost = wasLost(storage, purpose, stored?.body);
    throw lost;
  };
  const refresh = async (): Promise<void> => {
    // Our own lost answer changes the etag as well: look again before giving up.
    for (let attempt = 0; attempt < lockTimes.races; attempt++) {
      const { etag } = await own();
      const content = bytesOf({ ...first, refreshes: ++refreshes });
      if ((await answered(storage, never, (stop) => storage.replace(key, content, etag, stop))) === 'replaced') {
        refreshed = clocks();
        return;
      }
    }
    throw tooBusy(storage, name);
  };
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn(`The lock "${name}" could not be refreshed: ${String(error)}`));
  }, lockTimes.refreshEvery);
  timer.unref();

  return {
    record: { id, name, purpose, owner, since: first.since },
    async assertHeld() {
      // What was not refreshed for long may be stale by now, and about to be broken.
      if (since(refreshed) > 2 * lockTimes.refreshEvery) await refresh();
      else await own();
    },
    async release() {
      clearInterval(timer);
      if (lost) return;
      await removeOwn(storage, first).catch((error: unknown) =>
        log.warn(`The lock "${name}" could not be released and is stale in half an hour: ${String(error)}`),
      );
    },
  };
}

interface Clocks {
  wall: number;
  running: number;
}

const clocks = (): Clocks => ({ wall: Date.now(), running: performance.now() });

/** Milliseconds, at least. One clock stands still while a machine sleeps, the other can be set. */
function since({ wall, running }: Clocks): number {
  const now = clocks();
  return now.wall < wall ? Infinity : Math.max(now.wall - wall, now.running - running);
}

/** A job that was cancelled releases its lock all the same. */
async function removeOwn(storage: ObjectStorage, { id, name }: LockBody): Promise<void> {
  const stop = new AbortController().signal;
  for (let attempt = 0; attempt < lockTimes.races; attempt++) {
    const stored = await readLock(storage, keyOf(name), stop);
    if (stored?.body?.id !== id) return;
    if ((await answered(storage, stop, (signal) => freeLock(storage, stored, signal))) === 'removed') return;
  }
}

async function noteBroken(
  storage: ObjectStorage,
  lock: FoundLock,
  by: string,
  { signal, log }: Surroundings,
): Promise<void> {
  log.warn(`The lock "${lock.name}" of ${lock.owner}, last refreshed ${lock.refreshed}, was broken.`);
  const note = Buffer.from(`${JSON.stringify({ lock, by, at: (await storage.now(signal)).toISOString() }, null, 2)}\n`);
  await storage.create(`${brokenFolder}${lock.id || randomUUID()}.json`, note, sha256(note), signal);
}

/** `user@host` */
export function ownerName(): string {
  let user = '';
  try {
    user = os.userInfo().username;
  } catch {
    // A container may run under a number that has no name.
  }
  return `${user || 'somebody'}@${os.hostname()}`;
}

const ownerText = (): string => `${ownerName()} (${process.pid})`;

const rest = (milliseconds: number, signal: AbortSignal, place: string): Promise<void> =>
  pause(milliseconds, undefined, { signal }).catch(() => {
    throw cancelled(place);
  });

const place = ({ location }: ObjectStorage, name: string): string => `${location}: ${keyOf(name)}`;

const heldBy = (storage: ObjectStorage, { name, owner, purpose, since, refreshed }: FoundLock): KongBackupError =>
  new KongBackupError('store-locked', {
    place: place(storage, name),
    reason: `${owner} holds it for ${purpose} since ${since}; it was last refreshed ${refreshed}.`,
    remedy: 'Try again when that is done. If it is not running any more: kong-backup unlock.',
  });

const tooBusy = (storage: ObjectStorage, name: string): KongBackupError =>
  new KongBackupError('store-locked', {
    place: place(storage, name),
    reason: 'It changed hands each time it was asked for.',
    remedy: 'Try again later.',
  });

const wasLost = (storage: ObjectStorage, purpose: string, now: LockBody | undefined): KongBackupError =>
  new KongBackupError('store-locked', {
    place: storage.location,
    reason:
      now && !now.released
        ? `The lock was taken by ${now.owner} for ${now.purpose} meanwhile: this ${purpose} stops.`
        : `The lock was broken meanwhile: this ${purpose} stops.`,
    remedy: 'What was done so far stays done. Run it again when the other is through.',
  });

const keepsNobodyOut = (storage: ObjectStorage): KongBackupError =>
  new KongBackupError('store-unwritable', {
    place: storage.location,
    reason: 'The storage overwrites what it was told to leave alone: it can keep nobody out.',
    remedy: 'Use a storage that supports conditional writes, or make sure by other means that nobody else deletes.',
  });
