import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ObjectStorage, StoredObject } from '../../src/stores/objectStorage.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const never = new AbortController().signal;

const hashOf = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** Creates an object with this text. */
export const put = (storage: ObjectStorage, key: string, text: string) =>
  storage.create(key, Buffer.from(text), hashOf(text), never);

export async function textOf(storage: ObjectStorage, key: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await storage.read(key, never)).content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

export async function objectsOf(storage: ObjectStorage, prefix = ''): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of storage.list(prefix, never)) found.push(object);
  return found;
}

const keysOf = async (storage: ObjectStorage, prefix = '') => (await objectsOf(storage, prefix)).map(({ key }) => key);

/**
 * What every storage of objects must do.
 * @param make a storage that is empty; each test asks for one of its own.
 * @param largeBytes size of a file that the storage sends in several pieces.
 */
export function objectStorageContract(name: string, make: () => Promise<ObjectStorage>, largeBytes = 100_000): void {
  describe(`${name} keeps the contract of a storage of objects`, () => {
    it('is empty at first', async () => {
      const storage = await make();
      expect(await keysOf(storage)).toEqual([]);
      await storage.prepare(never);
      expect(await keysOf(storage, 'a/')).toEqual([]);
    });

    it('gives back what was made, and lists it by key with its size', async () => {
      const storage = await make();
      await storage.prepare(never);
      const keys = ['b/1.txt', 'a/2/x', 'a/2-x', 'a/1', 'a/2/.hidden/y', 'a/2 with space & ünïcode'];
      for (const key of keys) expect(await put(storage, key, `of ${key}`)).toBe('created');
      const inOrder = [...keys].sort();
      expect(await keysOf(storage, 'a')).toEqual(inOrder.filter((key) => key.startsWith('a')));
      expect(await keysOf(storage, 'a/2')).toEqual(inOrder.filter((key) => key.startsWith('a/2')));
      expect(await keysOf(storage, 'a/2/')).toEqual(inOrder.filter((key) => key.startsWith('a/2/')));
      for (const key of keys) expect(await textOf(storage, key)).toBe(`of ${key}`);
      const [first] = await objectsOf(storage, 'a/1');
      expect(first).toMatchObject({ key: 'a/1', bytes: 6 });
      expect(first?.etag).toBe((await storage.read('a/1', never)).etag);
    });

    it('lists the same whatever it is told that was there before', async () => {
      const storage = await make();
      const keys = Array.from({ length: 40 }, (_, n) => `a/${String(n).padStart(3, '0')}`);
      await Promise.all(keys.map((key) => put(storage, key, key)));
      const landmarks = Array.from({ length: 3000 }, (_, n) => `a/${String(n / 100).padStart(5, '0')}`).sort();
      const found: string[] = [];
      for await (const { key } of storage.list('a/', never, landmarks)) found.push(key);
      expect(found).toEqual(keys);
    });

    it('says which object is missing', async () => {
      const storage = await make();
      await expect(storage.read('a/none', never)).rejects.toMatchObject({ code: 'object-missing' });
      await expect(storage.read('../up', never)).rejects.toMatchObject({ code: 'object-missing' });
    });

    it('makes an empty object', async () => {
      const storage = await make();
      await put(storage, 'a/empty', '');
      expect(await textOf(storage, 'a/empty')).toBe('');
    });

    it('never writes over an object', async () => {
      const storage = await make();
      expect(await put(storage, 'a/1', 'first')).toBe('created');
      expect(await put(storage, 'a/1', 'second')).toBe('exists');
      expect(await textOf(storage, 'a/1')).toBe('first');
    });

    it('lets one of several writers at once have the key', async () => {
      const storage = await make();
      const results = await Promise.all(Array.from({ length: 8 }, (_, n) => put(storage, 'a/lock', `writer ${n}`)));
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      expect(await textOf(storage, 'a/lock')).toBe(`writer ${results.indexOf('created')}`);
    });

    it.each([0, 5, largeBytes])('takes a file of %i bytes', async (bytes) => {
      const storage = await make();
      await storage.prepare(never);
      const folder = storage.stagingRoot ? path.join(storage.stagingRoot, '.staging-x') : await temporaryFolder();
      await mkdir(folder, { recursive: true });
      const file = path.join(folder, 'source');
      const content = Buffer.alloc(bytes, 'abcdefghijk');
      await writeFile(file, content);
      const source = { file, bytes };
      expect(await storage.create('a/file', source, hashOf(content), never)).toBe('created');
      await writeFile(file, content);
      expect(await storage.create('a/file', source, hashOf(content), never)).toBe('exists');
      expect(hashOf(await textOf(storage, 'a/file'))).toBe(hashOf(content));
      expect(await objectsOf(storage)).toMatchObject([{ key: 'a/file', bytes }]);
    });

    it('takes a file from elsewhere', async () => {
      const storage = await make();
      const file = path.join(await temporaryFolder(), 'source');
      await writeFile(file, 'text');
      expect(await storage.create('a/file', { file, bytes: 4 }, hashOf('text'), never)).toBe('created');
      expect(await textOf(storage, 'a/file')).toBe('text');
    });

    it.each([4, largeBytes])('makes nothing of %i bytes that are not those that were meant', async (bytes) => {
      const storage = await make();
      const file = path.join(await temporaryFolder(), 'source');
      await writeFile(file, Buffer.alloc(bytes, 'x'));
      await expect(storage.create('a/file', { file, bytes }, hashOf('other'), never)).rejects.toMatchObject({
        code: 'store-unwritable',
      });
      await expect(storage.create('a/text', Buffer.from('x'), hashOf('other'), never)).rejects.toMatchObject({
        code: 'store-unwritable',
      });
      expect(await keysOf(storage)).toEqual([]);
      expect((await readFile(file)).length).toBe(bytes);
    });

    it('replaces only what still has the etag', async () => {
      const storage = await make();
      await put(storage, 'a/1', 'first');
      const { etag } = await storage.read('a/1', never);
      expect(await storage.replace('a/1', Buffer.from('second'), etag, never)).toBe('replaced');
      expect(await storage.replace('a/1', Buffer.from('third'), etag, never)).toBe('changed');
      expect(await storage.replace('a/none', Buffer.from('third'), etag, never)).toBe('changed');
      expect(await textOf(storage, 'a/1')).toBe('second');
      expect(await keysOf(storage)).toEqual(['a/1']);
    });

    it('lets one of several that replace at once win', async () => {
      const storage = await make();
      await put(storage, 'a/1', 'first');
      const { etag } = await storage.read('a/1', never);
      const results = await Promise.all(
        Array.from({ length: 6 }, (_, n) => storage.replace('a/1', Buffer.from(`writer ${n}`), etag, never)),
      );
      expect(results.filter((result) => result === 'replaced')).toHaveLength(1);
      expect(await textOf(storage, 'a/1')).toBe(`writer ${results.indexOf('replaced')}`);
    });

    it('removes an object, or only while it still has the etag', async () => {
      const storage = await make();
      await put(storage, 'a/1', 'first');
      await put(storage, 'a/2', 'first');
      const { etag } = await storage.read('a/1', never);
      await storage.replace('a/1', Buffer.from('second'), etag, never);
      expect(await storage.remove('a/1', never, etag)).toBe('changed');
      expect(await storage.remove('a/1', never, (await storage.read('a/1', never)).etag)).toBe('removed');
      expect(await storage.remove('a/2', never)).toBe('removed');
      expect(await storage.remove('a/2', never)).toBe('removed');
      expect(await keysOf(storage)).toEqual([]);
    });

    it('has a clock', async () => {
      const storage = await make();
      const distance = Math.abs((await storage.now(never)).getTime() - Date.now());
      expect(distance).toBeLessThan(5 * 60 * 1000);
    });

    it('stops when it is told to', async () => {
      const storage = await make();
      await put(storage, 'a/1', 'first');
      const cancelled = { code: 'cancelled' };
      const stop = AbortSignal.abort();
      await expect(storage.create('a/2', Buffer.from('x'), hashOf('x'), stop)).rejects.toMatchObject(cancelled);
      await expect(storage.read('a/1', stop)).rejects.toMatchObject(cancelled);
      await expect(storage.remove('a/1', stop)).rejects.toMatchObject(cancelled);
      const listing = async () => {
        for await (const object of storage.list('', stop)) expect(object).toBeUndefined();
      };
      await expect(listing()).rejects.toMatchObject(cancelled);
      expect(await keysOf(storage)).toEqual(['a/1']);
    });
  });
}
