import { createHash, randomUUID } from 'node:crypto';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { FoundLock, LockRecord } from '../core/upkeep.js';
import type { ObjectStorage } from './objectStorage.js';
import { ownerIsGone } from './owner.js';

/** Milliseconds. */
export const lockTimes = { refreshEvery: 4 * 60_000, staleAfter: 30 * 60_000, answerWithin: 60_000, races: 8 } as const;

/** Who deletes snapshots or collects packs holds the lock of this name. */
export const storeLock = 'store';

const folder = 'locks/';
export const brokenFolder = 'locks/broken/';

/** As it is written. The number of refreshes stands in it so that no two contents, and so no two etags, are the same. */
export interface LockBody extends LockRecord {
  /** `ownTag` of the process. */
  process: string;
  refreshes: number;
  /** Nobody has it: it stands there because it could not be created again once it was removed. */
  released?: true;
}

export interface StoredLock {
  key: string;
  etag: string;
  /** Undefined when the text is none of ours. */
  body: LockBody | undefined;
}

export const keyOf = (name: string): string => `${folder}${name}.json`;
const nameOf = (key: string): string => key.slice(folder.length, -'.json'.length);

/** Every lock of a store, those of its own folder of broken ones left out. */
export async function findLocks(storage: ObjectStorage, signal: AbortSignal): Promise<FoundLock[]> {
  return (await readLocks(storage, signal)).map(({ found }) => found);
}

export async function readLocks(
  storage: ObjectStorage,
  signal: AbortSignal,
): Promise<{ found: FoundLock; stored: StoredLock }[]> {
  const locks: { found: FoundLock; stored: StoredLock }[] = [];
  const now = (await answered(storage, signal, (stop) => storage.now(stop))).getTime();
  for await (const { key, etag, modified } of storage.list(folder, signal)) {
    if (key.startsWith(brokenFolder) || !key.endsWith('.json')) continue;
    const stored = await readLock(storage, key, signal);
    if (stored?.body?.released) continue;
    // Released or refreshed since the list: whatever its age was, it says nothing of what is there now.
    if (!stored || stored.etag !== etag) {
      if (stored) locks.push({ stored, found: foundLock(stored, new Date(now), false) });
      continue;
    }
    const isOld = now - modified.getTime() > lockTimes.staleAfter;
    const isGone = stored.body !== undefined && ownerIsGone(stored.body.process);
    locks.push({ stored, found: foundLock(stored, modified, isOld || isGone) });
  }
  return locks;
}

function foundLock({ key, etag, body }: StoredLock, refreshed: Date, isStale: boolean): FoundLock {
  const { id, purpose, owner, since } = body ?? { id: '', purpose: 'unknown', owner: 'unknown', since: '' };
  return { id, name: nameOf(key), purpose, owner, since, refreshed: refreshed.toISOString(), etag, isStale };
}

export async function readLock(
  storage: ObjectStorage,
  key: string,
  signal: AbortSignal,
): Promise<StoredLock | undefined> {
  try {
    return await answered(storage, signal, async (stop) => {
      const { content, etag } = await storage.read(key, stop);
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      return { key, etag, body: parseBody(Buffer.concat(pieces).toString()) };
    });
  } catch (error) {
    if (isKongBackupError(error, 'object-missing')) return undefined;
    throw error;
  }
}

/** Takes a lock away, while it still has the etag. */
export async function freeLock(
  storage: ObjectStorage,
  { key, etag }: Pick<StoredLock, 'key' | 'etag'>,
  signal: AbortSignal,
): Promise<'removed' | 'changed'> {
  if (!storage.leavesMarks?.()) return storage.remove(key, signal, etag);
  const nobody = { purpose: '', owner: '', since: '', process: '', refreshes: 0, released: true } as const;
  const free = bytesOf({ id: randomUUID(), name: nameOf(key), ...nobody });
  return (await storage.replace(key, free, etag, signal)) === 'replaced' ? 'removed' : 'changed';
}

function parseBody(text: string): LockBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const texts = ['id', 'name', 'purpose', 'owner', 'since', 'process'].map((field) => value[field]);
    return texts.every((field) => typeof field === 'string') ? (value as unknown as LockBody) : undefined;
  } catch {
    return undefined;
  }
}

/** A storage that never answers is unreachable. */
export async function answered<T>(
  storage: ObjectStorage,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(silent(storage));
      late.abort();
    }, lockTimes.answerWithin);
  });
  try {
    return await Promise.race([ask(AbortSignal.any([signal, late.signal])), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

export const bytesOf = (body: LockBody): Uint8Array => Buffer.from(`${JSON.stringify(body, null, 2)}\n`);

export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const silent = (storage: ObjectStorage): KongBackupError =>
  new KongBackupError('store-unreachable', {
    place: storage.location,
    reason: `It did not answer within ${lockTimes.answerWithin / 1000} seconds.`,
    remedy: 'Try again when it answers.',
  });
