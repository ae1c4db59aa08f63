import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { acquireLock, breakLock } from '../../../src/stores/lock.js';
import { findLocks, lockTimes } from '../../../src/stores/lockRecords.js';
import { type MemoryStorage, memoryStorage, unreachable } from '../../helpers/memoryStorage.js';

const context = quietContext();
const { signal } = context;
const key = 'locks/store.json';
const prune = { name: 'store', purpose: 'prune' };
const minutes = (count: number): number => count * 60_000;

afterEach(() => vi.useRealTimers());

/** What a process of another machine wrote. */
function foreignLock(storage: MemoryStorage, more: { id?: string; name?: string } = {}): string {
  const { id = 'other-id', name = 'store' } = more;
  const body = { id, name, purpose: 'prune', owner: 'ann@elsewhere (7)', since: storage.clock.toISOString() };
  return JSON.stringify({ ...body, process: 'ffffffffffff.7', refreshes: 0 });
}

async function put(storage: MemoryStorage, at: string, text: string): Promise<void> {
  const content = Buffer.from(text);
  await storage.create(at, content, createHash('sha256').update(content).digest('hex'), signal);
}

const pass = (storage: MemoryStorage, milliseconds: number): void => {
  storage.clock = new Date(storage.clock.getTime() + milliseconds);
};

const held = (storage: MemoryStorage): { id: string } | undefined => {
  const object = storage.objects.get(key);
  return object && (JSON.parse(Buffer.from(object.content).toString()) as { id: string });
};

describe('taking a lock', () => {
  it('writes who holds it and what for, and takes it away again', async () => {
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    expect(lock.record).toMatchObject({ name: 'store', purpose: 'prune', since: '2026-11-21T12:00:00.000Z' });
    expect(lock.record.owner).toContain(`(${process.pid})`);
    expect(held(storage)?.id).toBe(lock.record.id);
    await lock.assertHeld();
    await lock.release();
    expect([...storage.objects.keys()]).toEqual([]);
  });

  it('is refused while another has it, naming the holder', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage));
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({
      code: 'store-locked',
      reason: expect.stringContaining('ann@elsewhere (7) holds it for prune') as string,
    });
    expect(held(storage)?.id).toBe('other-id');
  });

  it('knows its own lock again after an answer that was lost', async () => {
    const storage = memoryStorage();
    let lost = 0;
    storage.after = (call) => {
      if (call === `create ${key}` && lost++ === 0) throw unreachable();
    };
    const lock = await acquireLock(storage, prune, context);
    expect(held(storage)?.id).toBe(lock.record.id);
    await lock.release();
  });

  it('leaves nothing behind when the store went away after the write', async () => {
    const storage = memoryStorage();
    let reads = 0;
    storage.before = (call) => {
      if (call === `read ${key}` && reads++ === 0) throw unreachable();
    };
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(held(storage)).toBeUndefined();
  });

  it('leaves nothing behind when it is cancelled after the write', async () => {
    const storage = memoryStorage();
    const stop = new AbortController();
    storage.after = (call) => {
      if (call === `create ${key}`) stop.abort();
    };
    await expect(acquireLock(storage, prune, quietContext(stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
    expect(held(storage)).toBeUndefined();
  });

  it('tries again after a race, a bounded number of times', async () => {
    const storage = memoryStorage();
    let races = 0;
    storage.after = (call) => {
      // Another one has it for a moment, each time.
      if (call === `create ${key}` && races++ < 3) storage.objects.delete(key);
    };
    await (await acquireLock(storage, prune, context)).release();
    expect(races).toBe(4);
    storage.after = (call) => {
      if (call === `create ${key}`) storage.objects.delete(key);
    };
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
  });

  it('refuses a storage that overwrites what is there', async () => {
    const storage = memoryStorage();
    storage.ignoresConditions = true;
    storage.after = async (call) => {
      if (call !== `create ${key}`) return;
      storage.after = undefined;
      await put(storage, key, foreignLock(storage));
    };
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({
      code: 'store-unwritable',
      reason: expect.stringContaining('can keep nobody out') as string,
    });
    expect(held(storage)?.id).toBe('other-id');
  });

  it('gives one of many the lock', async () => {
    const storage = memoryStorage();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => acquireLock(storage, prune, context)));
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    expect(won).toHaveLength(1);
    await won[0]?.release();
  });

  it('waits no longer than it was told', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage));
    await expect(acquireLock(storage, { ...prune, wait: 20 }, context)).rejects.toMatchObject({ code: 'store-locked' });
    storage.before = (call) => {
      if (call === 'list locks/') storage.objects.delete(key);
    };
    await (await acquireLock(storage, { ...prune, wait: 10_000 }, context)).release();
  });

  it('gives up on a storage that never answers', async () => {
    vi.useFakeTimers();
    const storage = memoryStorage();
    storage.before = (call) => (call.startsWith('read') ? new Promise(() => undefined) : undefined);
    const failed = expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-unreachable' });
    await vi.advanceTimersByTimeAsync(3 * lockTimes.answerWithin);
    await failed;
  });
});

describe('locks of different names that exclude each other', () => {
  const restore = { name: 'target-e1', purpose: 'restore', conflicts: (name: string) => name === 'store' };
  const pruneAll = { ...prune, conflicts: (name: string) => name.startsWith('target-') };

  it('lets a restore wait for a prune and a prune for a restore, but restores into different targets be', async () => {
    const storage = memoryStorage();
    const first = await acquireLock(storage, restore, context);
    await expect(acquireLock(storage, pruneAll, context)).rejects.toMatchObject({ code: 'store-locked' });
    const second = await acquireLock(storage, { ...restore, name: 'target-e2' }, context);
    await expect(acquireLock(storage, restore, context)).rejects.toMatchObject({ code: 'store-locked' });
    await first.release();
    await second.release();
    const third = await acquireLock(storage, pruneAll, context);
    await expect(acquireLock(storage, restore, context)).rejects.toMatchObject({ code: 'store-locked' });
    await third.release();
    expect([...storage.objects.keys()]).toEqual([]);
  });

  it('lets never both go on', async () => {
    for (let round = 0; round < 20; round++) {
      const storage = memoryStorage();
      const both = await Promise.allSettled([
        acquireLock(storage, restore, context),
        acquireLock(storage, pruneAll, context),
      ]);
      const won = both.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      expect(won.length).toBeLessThanOrEqual(1);
      for (const lock of won) await lock.release();
    }
  });

  it('breaks a stale one that stands in the way, and keeps a note of it', async () => {
    const storage = memoryStorage();
    await put(storage, 'locks/target-e9.json', foreignLock(storage, { name: 'target-e9' }));
    pass(storage, minutes(31));
    await (await acquireLock(storage, pruneAll, context)).release();
    expect([...storage.objects.keys()]).toEqual(['locks/broken/other-id.json']);
  });
});

describe('a stale lock', () => {
  it('is taken over after half an hour by the clock of the storage, and a note is kept', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage));
    pass(storage, minutes(30));
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
    pass(storage, 1);
    const lock = await acquireLock(storage, prune, context);
    expect(held(storage)?.id).toBe(lock.record.id);
    const note = storage.objects.get('locks/broken/other-id.json');
    expect(JSON.parse(Buffer.from(note?.content ?? []).toString())).toMatchObject({
      lock: { id: 'other-id', owner: 'ann@elsewhere (7)', purpose: 'prune' },
      by: lock.record.owner,
    });
    await lock.release();
  });

  it('is not known by what its holder wrote, however wrong the clocks of both machines are', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage).replaceAll('2026', '1999'));
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
    expect((await findLocks(storage, signal))[0]).toMatchObject({ isStale: false });
  });

  it('is known at once when its process was one of this machine', async () => {
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    const own = Buffer.from(storage.objects.get(key)?.content ?? []).toString();
    await lock.release();
    // No process has this number.
    await put(storage, key, own.replace(/(\.)\d+"/, '$199999999"'));
    await (await acquireLock(storage, prune, context)).release();
  });

  it('stays when its holder refreshes it between the look and the break', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage));
    pass(storage, minutes(31));
    storage.before = (call) => {
      if (call !== `replace ${key}`) return;
      storage.before = undefined;
      storage.objects.delete(key);
      return put(storage, key, foreignLock(storage).replace('"refreshes":0', '"refreshes":1'));
    };
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
    expect(held(storage)?.id).toBe('other-id');
  });

  it('that nobody can read is stale by its age all the same', async () => {
    const storage = memoryStorage();
    await put(storage, key, 'not JSON');
    expect(await findLocks(storage, signal)).toMatchObject([{ name: 'store', owner: 'unknown', isStale: false }]);
    await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
    pass(storage, minutes(31));
    await (await acquireLock(storage, prune, context)).release();
  });

  it('is broken by hand only as it was seen', async () => {
    const storage = memoryStorage();
    await put(storage, key, foreignLock(storage));
    const [seen] = await findLocks(storage, signal);
    if (!seen) throw new Error('no lock');
    storage.objects.delete(key);
    expect(await breakLock(storage, seen, context)).toBe(false);
    await put(storage, key, foreignLock(storage, { id: 'a-third' }));
    expect(await breakLock(storage, seen, context)).toBe(false);
    const [now] = await findLocks(storage, signal);
    expect(now && (await breakLock(storage, now, context))).toBe(true);
    expect([...storage.objects.keys()]).toEqual(['locks/broken/a-third.json']);
  });
});

describe('a lock in a storage that keeps marks of what was removed', () => {
  const marked = () => Object.assign(memoryStorage(), { keepsMarks: true });

  it("can be had again once it was released, and is nobody's meanwhile", async () => {
    const storage = marked();
    for (let time = 0; time < 3; time++) {
      const lock = await acquireLock(storage, prune, context);
      expect(await findLocks(storage, signal)).toMatchObject([{ id: lock.record.id }]);
      await expect(acquireLock(storage, prune, context)).rejects.toMatchObject({ code: 'store-locked' });
      await lock.assertHeld();
      await lock.release();
      expect(await findLocks(storage, signal)).toEqual([]);
    }
  });

  it('can be had again once it was broken, and its holder stops', async () => {
    const storage = marked();
    const lock = await acquireLock(storage, prune, context);
    const [seen] = await findLocks(storage, signal);
    expect(seen && (await breakLock(storage, seen, context))).toBe(true);
    expect(seen && (await breakLock(storage, seen, context))).toBe(false);
    const lost = { code: 'store-locked', reason: expect.stringContaining('was broken meanwhile') as string };
    await expect(lock.assertHeld()).rejects.toMatchObject(lost);
    await lock.release();
    await (await acquireLock(storage, prune, context)).release();
  });

  it('that is stale and stands in the way is given free', async () => {
    const storage = marked();
    await put(storage, 'locks/restore-a.json', foreignLock(storage, { name: 'restore-a' }));
    pass(storage, minutes(31));
    const lock = await acquireLock(storage, { ...prune, conflicts: () => true }, context);
    expect((await findLocks(storage, signal)).map(({ name }) => name)).toEqual(['store']);
    await lock.release();
  });

  it('is had by one of many', async () => {
    const storage = marked();
    await (await acquireLock(storage, prune, context)).release();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(storage, prune, context)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a holder', () => {
  it('refreshes its lock while it works, so that it is never stale', async () => {
    vi.useFakeTimers();
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    for (let round = 0; round < 12; round++) {
      pass(storage, lockTimes.refreshEvery);
      await vi.advanceTimersByTimeAsync(lockTimes.refreshEvery);
      expect((await findLocks(storage, signal))[0]).toMatchObject({ id: lock.record.id, isStale: false });
    }
    await lock.assertHeld();
    await lock.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never writes the same content twice, so that a taker who looked before the refresh fails', async () => {
    vi.useFakeTimers();
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    const before = storage.objects.get(key)?.etag;
    await vi.advanceTimersByTimeAsync(lockTimes.refreshEvery);
    expect(storage.objects.get(key)?.etag).not.toBe(before);
    await lock.release();
  });

  it.each([
    ['taken by another', (storage: MemoryStorage) => put(storage, key, foreignLock(storage))],
    ['broken', () => Promise.resolve()],
  ])('that slept stops before its next step when its lock was %s', async (_how, then) => {
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    storage.objects.delete(key);
    await then(storage);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'store-locked' });
    storage.objects.delete(key);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'store-locked' });
    await put(storage, key, foreignLock(storage));
    await lock.release();
    expect(held(storage)?.id).toBe('other-id');
  });

  it('that slept long makes its lock young again before it goes on', async () => {
    vi.useFakeTimers();
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    // Asleep: no timer ran.
    vi.setSystemTime(Date.now() + minutes(45));
    pass(storage, minutes(45));
    expect((await findLocks(storage, signal))[0]).toMatchObject({ isStale: true });
    await lock.assertHeld();
    expect((await findLocks(storage, signal))[0]).toMatchObject({ isStale: false });
    await lock.release();
  });

  it('does not go on when nobody knows whether it holds its lock', async () => {
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    storage.before = () => {
      throw unreachable();
    };
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'store-unreachable' });
    await lock.release();
    storage.before = undefined;
    await lock.assertHeld();
  });

  it('keeps its lock when the answer to a refresh was lost', async () => {
    vi.useFakeTimers();
    const storage = memoryStorage();
    const lock = await acquireLock(storage, prune, context);
    storage.after = (call) => {
      if (call === `replace ${key}`) throw unreachable();
    };
    await vi.advanceTimersByTimeAsync(lockTimes.refreshEvery);
    storage.after = undefined;
    await lock.assertHeld();
    await lock.release();
    expect(held(storage)).toBeUndefined();
  });
});
