import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cancelled, KongBackupError } from '../../src/core/errors.js';
import type { ObjectStorage } from '../../src/stores/objectStorage.js';

interface Held {
  content: Uint8Array;
  modified: Date;
  etag: string;
}

export interface MemoryStorage extends ObjectStorage {
  /** Of the storage, not of this machine. */
  clock: Date;
  /** By key. */
  readonly objects: Map<string, Held>;
  /** Every call, as `remove locks/a.json`. */
  readonly calls: string[];
  /** Runs before a call does anything; what it throws is what the call throws. */
  before?: ((call: string) => void | Promise<void>) | undefined;
  /** Runs when a call has done its work; what it throws is what the call throws: an answer that is lost. */
  after?: ((call: string) => void | Promise<void>) | undefined;
  /** As some stores do: `create` and `replace` write whatever is there. */
  ignoresConditions: boolean;
  /** As some servers do with buckets that keep versions: what was removed can't be created again. */
  keepsMarks: boolean;
}

/** A storage of objects in memory, whose clock and failures a test sets. */
export function memoryStorage(): MemoryStorage {
  const objects: MemoryStorage['objects'] = new Map();
  const marks = new Set<string>();

  const answer = async <T>(call: string, signal: AbortSignal, work: () => T | Promise<T>): Promise<T> => {
    if (signal.aborted) throw cancelled(storage.location);
    storage.calls.push(call);
    await storage.before?.(call);
    const result = await work();
    await storage.after?.(call);
    return result;
  };
  const put = (key: string, content: Uint8Array): void => {
    // As S3 does: the same content has the same etag.
    const etag = createHash('md5').update(content).digest('hex');
    objects.set(key, { content, modified: new Date(storage.clock), etag });
  };

  const storage: MemoryStorage = {
    location: 'memory',
    clock: new Date('2026-11-21T12:00:00.000Z'),
    objects,
    calls: [],
    ignoresConditions: false,
    keepsMarks: false,
    leavesMarks: () => storage.keepsMarks,
    async *list(prefix, signal) {
      const keys = await answer(`list ${prefix}`, signal, () =>
        [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
      );
      for (const key of keys) {
        const held = objects.get(key);
        if (held) yield { key, bytes: held.content.length, modified: held.modified, etag: held.etag };
      }
    },
    read: (key, signal) =>
      answer(`read ${key}`, signal, () => {
        const held = objects.get(key);
        if (!held) throw missing(key);
        return { content: once(held.content), etag: held.etag };
      }),
    create: (key, content, sha256, signal) =>
      answer(`create ${key}`, signal, async () => {
        const bytes = content instanceof Uint8Array ? content : await readFile(content.file);
        if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw changed(key);
        if ((objects.has(key) || marks.has(key)) && !storage.ignoresConditions) return 'exists';
        put(key, bytes);
        return 'created';
      }),
    replace: (key, content, etag, signal) =>
      answer(`replace ${key}`, signal, () => {
        if (objects.get(key)?.etag !== etag && !storage.ignoresConditions) return 'changed';
        put(key, content);
        return 'replaced';
      }),
    remove: (key, signal, etag) =>
      answer(`remove ${key}`, signal, () => {
        const held = objects.get(key);
        if (held && etag !== undefined && held.etag !== etag) return 'changed';
        objects.delete(key);
        if (storage.keepsMarks) marks.add(key);
        return 'removed';
      }),
    now: (signal) => answer('now', signal, () => new Date(storage.clock)),
    prepare: (signal) => answer('prepare', signal, () => undefined),
  };
  return storage;
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

const missing = (place: string): KongBackupError =>
  new KongBackupError('object-missing', { place, reason: 'There is no such object.', remedy: '' });

const changed = (place: string): KongBackupError =>
  new KongBackupError('store-unwritable', { place, reason: 'The content changed.', remedy: '' });

/** What a storage throws that is not there. */
export const unreachable = (): KongBackupError =>
  new KongBackupError('store-unreachable', { place: 'memory', reason: 'It hung up.', remedy: 'Try again.' });
