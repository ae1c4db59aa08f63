import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/core/snapshot.js';
import type { EncodingOptions, Identity } from '../../../../src/stores/encoding/encoding.js';
import { encodeSnapshot } from '../../../../src/stores/encoding/encodeSnapshot.js';
import { generateKey } from '../../../../src/stores/encoding/keys.js';
import { neededPacks, packOfKey, storedObjects } from '../../../../src/stores/encoding/storedObjects.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';
import { keep, never, Objects, open, stage, textOf } from './encodingRig.js';

const megabyte = 1024 * 1024;
const name = 'entities/default.kong.yaml';
const before = textOf(1, 3 * megabyte);
const after = Buffer.concat([before.subarray(0, megabyte), textOf(9, 500), before.subarray(megabyte)]);

const optionsWith = (
  objects: Objects,
  manifests: Manifest[],
  more: { key?: Identity; identities?: Identity[]; cacheFolder?: string } = {},
): EncodingOptions => {
  const { key, identities = key ? [key] : [], cacheFolder } = more;
  return {
    compression: 'auto',
    deduplicate: true,
    known: { manifests, storage: objects, identities, ...(cacheFolder !== undefined && { cacheFolder }) },
    ...(key && { sealing: { recipients: [key.recipient] } }),
  };
};

const rawBytes = ({ packs = [] }: Manifest): number => packs.reduce((sum, pack) => sum + pack.rawBytes, 0);

describe('a second snapshot', () => {
  it('stores only what is new, and says which packs it needs', async () => {
    const objects = new Objects();
    const first = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, []));
    const second = await keep(objects, 'production/2', { [name]: after }, optionsWith(objects, [first]));
    expect(rawBytes(first)).toBe(before.length);
    expect(rawBytes(second) - rawBytes(first)).toBeLessThan(150 * 1024);
    expect(neededPacks(second)).toEqual(expect.arrayContaining(neededPacks(first)));
    const packs = [...objects.all.keys()].filter((key) => key.startsWith('packs/'));
    expect(new Set(packs.map(packOfKey))).toEqual(new Set(neededPacks(second)));
    expect(storedObjects(second).map(({ key }) => key)).toEqual(second.packs?.map((pack) => `packs/${pack.name}`));
    expect((await open(objects, second))[name]?.equals(after)).toBe(true);
  });

  it('stores all when a pack it could build upon is gone or shorter', async () => {
    for (const spoil of [(): Buffer | undefined => undefined, (content: Buffer) => content.subarray(1)]) {
      const objects = new Objects();
      const first = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, []));
      const key = `packs/${first.packs?.[0]?.name}`;
      const left = spoil(objects.all.get(key)!);
      if (left) objects.all.set(key, left);
      else objects.all.delete(key);
      const second = await keep(objects, 'production/2', { [name]: after }, optionsWith(objects, [first]));
      objects.all.delete(key);
      expect((await open(objects, second))[name]?.equals(after)).toBe(true);
    }
  });

  it('asks the store for nothing that the cache has, and does without a damaged or vanished one', async () => {
    const objects = new Objects();
    const cacheFolder = await temporaryFolder();
    const options = (manifests: Manifest[]) => optionsWith(objects, manifests, { cacheFolder });
    const first = await keep(objects, 'production/1', { [name]: before }, options([]));
    objects.reads.length = 0;
    const second = await keep(objects, 'production/2', { [name]: after }, options([first]));
    expect(objects.reads).toEqual([]);
    for (const file of await readdir(cacheFolder)) {
      const index = await readFile(path.join(cacheFolder, file));
      index[40]! ^= 1;
      await writeFile(path.join(cacheFolder, file), index);
    }
    const third = await keep(objects, 'production/3', { [name]: after }, options([second]));
    await rm(cacheFolder, { recursive: true });
    const fourth = await keep(objects, 'production/4', { [name]: after }, options([third]));
    for (const each of [third, fourth]) {
      expect(rawBytes(each)).toBe(rawBytes(second));
      expect((await open(objects, each))[name]?.equals(after)).toBe(true);
    }
  });

  it('reads a pack whose index is lost or damaged', async () => {
    const objects = new Objects();
    const first = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, []));
    for (const [key, content] of objects.all) if (key.endsWith('.index')) content[40]! ^= 1;
    const second = await keep(objects, 'production/2', { [name]: after }, optionsWith(objects, [first]));
    for (const key of objects.all.keys()) if (key.endsWith('.index')) objects.all.delete(key);
    const third = await keep(objects, 'production/3', { [name]: after }, optionsWith(objects, [second]));
    expect(rawBytes(third) - rawBytes(first)).toBeLessThan(300 * 1024);
    expect((await open(objects, third))[name]?.equals(after)).toBe(true);
  });

  it('never builds upon what other keys open, nor across plain and encrypted', async () => {
    const objects = new Objects();
    const [one, two] = [await generateKey(new Date()), await generateKey(new Date())];
    const first = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, [], { key: one }));
    const same = await keep(objects, 'production/2', { [name]: before }, optionsWith(objects, [first], { key: one }));
    expect(neededPacks(same)).toEqual(neededPacks(first));
    for (const more of [{ key: two, identities: [one, two] }, { identities: [one] }]) {
      const other = await keep(objects, 'production/3', { [name]: before }, optionsWith(objects, [first], more));
      expect(neededPacks(other)).not.toEqual(expect.arrayContaining(neededPacks(first)));
    }
  });

  it('builds by the cache alone where the key to open is not at hand', async () => {
    const objects = new Objects();
    const key = await generateKey(new Date());
    const cacheFolder = await temporaryFolder();
    const more = { key, identities: [], cacheFolder };
    const first = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, [], more));
    const second = await keep(objects, 'production/2', { [name]: after }, optionsWith(objects, [first], more));
    expect(neededPacks(second)).toEqual(expect.arrayContaining(neededPacks(first)));
    expect((await open(objects, second, [key]))[name]?.equals(after)).toBe(true);
  });
});

describe('a long history', () => {
  it('needs no more than so many packs a snapshot, and every snapshot opens', { timeout: 120_000 }, async () => {
    const objects = new Objects();
    const cacheFolder = await temporaryFolder();
    let content = textOf(1, megabyte + 5);
    let last: Manifest[] = [];
    const kept: [Manifest, Buffer][] = [];
    for (let day = 0; day < 45; day++) {
      const at = (day * 7919 * 31) % content.length;
      content = Buffer.concat([content.subarray(0, at), textOf(day + 2, 60), content.subarray(at + 10)]);
      const manifest = await keep(
        objects,
        `production/${day}`,
        { [name]: content },
        optionsWith(objects, last, { cacheFolder }),
      );
      expect(manifest.packs?.length).toBeLessThanOrEqual(33);
      last = [manifest, ...last].slice(0, 3);
      kept.push([manifest, content]);
    }
    for (const [manifest, expected] of kept) expect((await open(objects, manifest))[name]?.equals(expected)).toBe(true);
  });
});

describe('files', () => {
  it('of a small part stay as they are, and are taken from where they are', async () => {
    const { directory, manifest } = await stage({ [name]: textOf(1, 1000) });
    const source = { directory, output: path.join(await temporaryFolder(), 'output'), manifest };
    const encoded = await encodeSnapshot(source, { compression: 'auto', deduplicate: true }, never);
    expect(encoded.manifest).toEqual(manifest);
    expect(encoded.objects.map(({ key, file }) => [key, file])).toEqual([
      [name, path.join(directory, ...name.split('/'))],
    ]);
  });

  it.each(['auto', 'none', 'gzip'] as const)(
    'that changed since the manifest was made are refused (%s)',
    async (compression) => {
      for (const spoiled of [textOf(2, 2 * megabyte), textOf(1, 2 * megabyte + 1), textOf(1, 2 * megabyte - 1)]) {
        const { directory, manifest } = await stage({ [name]: textOf(1, 2 * megabyte) });
        await writeFile(path.join(directory, ...name.split('/')), spoiled);
        for (const deduplicate of [true, false]) {
          const source = { directory, output: path.join(await temporaryFolder(), 'output'), manifest };
          const encoding = encodeSnapshot(source, { compression, deduplicate }, never);
          await expect(encoding).rejects.toMatchObject({ code: 'snapshot-damaged', place: name });
        }
      }
    },
  );

  it('are not encoded any further once the signal aborts', async () => {
    const { directory, manifest } = await stage({ [name]: before });
    const source = { directory, output: path.join(await temporaryFolder(), 'output'), manifest };
    const encoding = encodeSnapshot(source, { compression: 'auto', deduplicate: true }, AbortSignal.abort());
    await expect(encoding).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('an encrypted snapshot', () => {
  it('tells a missing key from a wrong one, and says what is public without any', async () => {
    const objects = new Objects();
    const [key, other] = [await generateKey(new Date()), await generateKey(new Date())];
    const more = {
      note: 'private',
      label: 'public',
      warnings: [{ code: 'w', message: 'private' }],
      coverage: { held: [], notHeld: [{ part: 'rbac' as const, reason: 'private', remedy: 'private' }] },
    };
    const manifest = await keep(objects, 'production/1', { [name]: before }, optionsWith(objects, [], { key }), more);
    await expect(open(objects, manifest)).rejects.toMatchObject({ code: 'key-missing' });
    await expect(open(objects, manifest, [other])).rejects.toMatchObject({ code: 'key-wrong' });
    expect((await open(objects, manifest, [other, key]))[name]?.equals(before)).toBe(true);
    const { encryption, ...open_ } = manifest;
    expect(JSON.stringify(open_)).not.toMatch(/private|127\.0\.0\.1/);
    expect(open_.label).toBe('public');
    expect(encryption?.keys).toEqual([key.fingerprint]);
  });
});
