import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { Manifest } from '../../../src/core/snapshot.js';
import { createRepository, type Repository } from '../../../src/stores/repository.js';
import { deletionTimes } from '../../../src/stores/sharedObjects.js';
import { createEncoding } from '../../../src/stores/storeEncoding.js';
import { createUpkeep } from '../../../src/stores/upkeep.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { type MemoryStorage, memoryStorage } from '../../helpers/memoryStorage.js';
import { textOf } from './encoding/encodingRig.js';

const context = quietContext();
const minute = 60_000;
const day = 24 * 60 * minute;
const before = { ...deletionTimes };
const bigText = (seed: number): Record<string, string> => ({ 'a.yaml': textOf(seed, 1_200_000).toString() });
const at = (second: number): Partial<Manifest> => ({
  createdAt: new Date(Date.UTC(2026, 10, 20) + second * 1000).toISOString(),
});

let storage: MemoryStorage;
let store: Repository;

beforeEach(() => {
  storage = memoryStorage();
  store = createRepository({
    storage,
    encoding: createEncoding(storage, { compression: 'gzip', deduplicate: true }),
  });
  deletionTimes.look = 1;
});

afterEach(() => {
  Object.assign(deletionTimes, before);
  vi.restoreAllMocks();
});

const packs = (): string[] => [...storage.objects.keys()].filter((key) => key.startsWith('packs/')).sort();

/** Leaves packs that no manifest names and that are old enough to go. @returns their keys. */
async function leaveOldPacks(...seeds: number[]): Promise<string[]> {
  for (const seed of seeds) await store.remove((await publishSnapshot(store, 'shop', bigText(seed), at(seed))).id);
  storage.clock = new Date(storage.clock.getTime() + 2 * day);
  expect(packs().length).toBeGreaterThanOrEqual(seeds.length);
  return packs();
}

/** Calls once, right before something goes on in the storage. */
function right(before: (call: string) => boolean, then: () => void | Promise<void>): void {
  storage.before = (call) => {
    if (!before(call)) return;
    storage.before = undefined;
    return then();
  };
}

describe('a collection', () => {
  it('whose last look was before a backup began takes nothing from it', async () => {
    const old = await leaveOldPacks(1);
    const upkeep = createUpkeep(storage);
    const lock = await upkeep.lock({ purpose: 'prune' }, context);
    let backup: Promise<Manifest> | undefined;
    right(
      (call) => call.startsWith('remove packs/'),
      async () => {
        backup = publishSnapshot(store, 'shop', bigText(1), at(60));
        // Either it goes on to its end now, or it waits for who holds the lock.
        const waits = new Promise<void>((resolve) => right((call) => call === 'list locks/', resolve));
        await Promise.race([waits, backup]);
      },
    );
    expect((await upkeep.collect(lock, context)).removed).toEqual(old);
    await lock.release();
    const { id } = (await backup)!;
    await store.check(id, context.signal);
    expect((await store.list()).map((entry) => [entry.id, entry.problem])).toEqual([[id, undefined]]);
    expect(packs()).toEqual(old);
  });

  it('that lasts too long is not waited for: the backup says who collects, and leaves nothing', async () => {
    const old = await leaveOldPacks(1);
    const lock = await createUpkeep(storage).lock({ purpose: 'prune' }, context);
    deletionTimes.wait = 0;
    const backup = publishSnapshot(store, 'shop', bigText(1), at(60));
    await expect(backup).rejects.toMatchObject({
      code: 'store-locked',
      reason: expect.stringContaining('prune') as string,
    });
    // What it shares with no collection needs no lock.
    await publishSnapshot(store, 'shop', bigText(2), at(61));
    await lock.release();
    expect(await store.list()).toHaveLength(1);
    expect(packs()).toEqual(expect.arrayContaining(old));
  });

  it('that slept looks again before it goes on', async () => {
    const old = await leaveOldPacks(1, 2);
    const upkeep = createUpkeep(storage);
    const lock = await upkeep.lock({ purpose: 'prune' }, context);
    right(
      (call) => call.startsWith('remove packs/'),
      async () => {
        const later = Date.now() + 6 * minute;
        vi.spyOn(Date, 'now').mockReturnValue(later);
        const owner = Buffer.from('{"owner":"another machine"}');
        storage.objects.set('shop/2026-11-21T00-00-00.000Z/.owner', {
          content: owner,
          modified: storage.clock,
          etag: 'any',
        });
        await Promise.resolve();
      },
    );
    const { removed, waits } = await upkeep.collect(lock, context);
    await lock.release();
    expect(removed).toHaveLength(1);
    expect(waits).toBe(true);
    expect(packs()).toEqual(old.filter((key) => !removed.includes(key)));
  });
});

it('a snapshot whose packs went while it was taken is taken back', async () => {
  const first = await publishSnapshot(store, 'shop', bigText(1), at(1));
  const pack = `packs/${first.packs?.[0]?.name}`;
  expect(packs()).toContain(pack);
  right(
    (call) => call.startsWith('create shop/') && call.endsWith('manifest.json'),
    () => void storage.objects.delete(pack),
  );
  await expect(publishSnapshot(store, 'shop', bigText(1), at(2))).rejects.toMatchObject({ code: 'snapshot-damaged' });
  expect((await store.list()).map(({ id, problem }) => [id, problem?.code])).toEqual([
    [first.id, 'snapshot-incomplete'],
  ]);
  expect([...storage.objects.keys()].filter((key) => key.startsWith('shop/') && !key.startsWith(first.id))).toEqual([]);
});
