import { beforeEach, describe, expect, it } from 'vitest';
import { type OperationContext, quietContext } from '../../../src/core/context.js';
import { type ErrorCode, KongBackupError } from '../../../src/core/errors.js';
import type { Manifest } from '../../../src/core/snapshot.js';
import { copySnapshot, type CopyPlace, moveSnapshot } from '../../../src/operations/copySnapshot.js';
import { createRepository } from '../../../src/stores/repository.js';
import { createEncoding, plainSettings } from '../../../src/stores/storeEncoding.js';
import { createUpkeep } from '../../../src/stores/upkeep.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { type MemoryStorage, memoryStorage } from '../../helpers/memoryStorage.js';

const texts = { 'a.yaml': 'one', 'b.yaml': 'two', 'c.yaml': 'three' };

let [here, there]: MemoryStorage[] = [];
let original: Manifest;

const place = (storage: MemoryStorage): CopyPlace => ({
  store: createRepository({ storage, encoding: createEncoding(storage, plainSettings) }),
  upkeep: createUpkeep(storage),
  encrypts: false,
});

const both = (): [CopyPlace, CopyPlace] => {
  if (!here || !there) throw new Error('both are made before each test');
  return [place(here), place(there)];
};

beforeEach(async () => {
  [here, there] = [memoryStorage(), memoryStorage()];
  original = await publishSnapshot(both()[0].store, 'production', texts);
});

const request = () => ({ id: original.id, mayDecrypt: false });
const idsIn = async ({ store }: CopyPlace): Promise<string[]> => (await store.list()).map(({ id }) => id);
const fails = (code: ErrorCode) =>
  new KongBackupError(code, { place: 'memory', reason: 'As the test says.', remedy: '' });

const jobs = [
  ['copy', copySnapshot],
  ['move', moveSnapshot],
] as const;

describe.each(jobs)('%s', (_name, job: (...args: Parameters<typeof moveSnapshot>) => Promise<string>) => {
  it.each(['store-unreachable', 'store-denied', 'store-full', 'store-unwritable'] as const)(
    'that ends with %s at any write lists nothing there and loses nothing here',
    async (code) => {
      const [from, to] = both();
      for (let stop = 1; ; stop++) {
        let writes = 0;
        there!.before = (call) => {
          if (call.startsWith('create') && ++writes === stop) throw fails(code);
        };
        const outcome = await job(from, to, request(), quietContext()).then(
          () => undefined,
          (error: unknown) => error,
        );
        there!.before = undefined;
        if (outcome === undefined) break;
        expect(outcome).toMatchObject({ code });
        expect([stop, await idsIn(to), await idsIn(from)]).toEqual([stop, [], [original.id]]);
        expect(stop).toBeLessThan(20);
      }
      expect(await idsIn(to)).toEqual([original.id]);
    },
  );

  it.each(['store-unreachable', 'store-denied'] as const)('whose source ends with %s in between', async (code) => {
    const [from, to] = both();
    here!.before = (call) => {
      if (call.includes('b.yaml')) throw fails(code);
    };
    await expect(job(from, to, request(), quietContext())).rejects.toMatchObject({ code });
    expect(await idsIn(to)).toEqual([]);
  });

  it('of what is there already writes nothing of it anew', async () => {
    const [from, to] = both();
    expect(await copySnapshot(from, to, request(), quietContext())).toBe('copied');
    const before = [...there!.objects.keys()];
    expect(await job(from, to, request(), quietContext())).toBe('there');
    expect([...there!.objects.keys()]).toEqual(before);
  });
});

describe('move', () => {
  it('keeps the original where the copy is not what it was, or the lock is held', async () => {
    const [from, to] = both();
    await copySnapshot(from, to, request(), quietContext());
    const key = `${original.id}/b.yaml`;
    const held = there!.objects.get(key);
    there!.objects.set(key, { ...held!, content: Buffer.from('tWo') });
    await expect(moveSnapshot(from, to, request(), quietContext())).rejects.toMatchObject({ code: 'snapshot-damaged' });
    there!.objects.set(key, held!);
    const lock = await createUpkeep(here!).lock({ purpose: 'prune' }, quietContext());
    await expect(moveSnapshot(from, to, request(), quietContext())).rejects.toMatchObject({ code: 'store-locked' });
    await lock.release();
    expect(await idsIn(from)).toEqual([original.id]);
    await moveSnapshot(from, to, request(), quietContext());
    expect([await idsIn(from), await idsIn(to)]).toEqual([[], [original.id]]);
  });

  it('that is cancelled while it compares keeps the original', async () => {
    const [from, to] = both();
    const stop = new AbortController();
    const context: OperationContext = {
      ...quietContext(stop.signal),
      report: ({ step }) => step === 'verify' && stop.abort(),
    };
    await expect(moveSnapshot(from, to, request(), context)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await idsIn(from)).toEqual([original.id]);
  });
});
