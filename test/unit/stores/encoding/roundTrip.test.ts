import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/core/snapshot.js';
import type { EncodingOptions, Identity } from '../../../../src/stores/encoding/encoding.js';
import { generateKey } from '../../../../src/stores/encoding/keys.js';
import { storageKey, storedObjects } from '../../../../src/stores/encoding/storedObjects.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';
import { type Files, keep, Objects, open, textOf } from './encodingRig.js';

const runs = Number(process.env.KONG_BACKUP_RUNS ?? 12);

const kilobyte = 1024;
const length = fc.oneof(
  fc.constantFrom(0, 1, 31, 4095, 4096, 4097, 16 * kilobyte, 64 * kilobyte),
  fc.integer({ min: 0, max: 40 * kilobyte }),
  fc.integer({ min: kilobyte * kilobyte, max: 1500 * kilobyte }),
);
const names = ['entities/default.kong.yaml', 'entities/a', 'entities/a.gz', 'files/kong.conf', 'database/dump.age'];
const files = fc.dictionary(fc.constantFrom(...names), fc.record({ seed: fc.nat(3), length }), { minKeys: 1 });
/** A change at some place: so many bytes go, others come. */
const edit = fc.record({ at: fc.nat(2 ** 20), cut: fc.nat(300), put: fc.nat(300), seed: fc.nat(99) });
const options = fc.record({
  compression: fc.constantFrom('auto' as const, 'none' as const, 'gzip' as const, 'zstd' as const),
  deduplicate: fc.boolean(),
  sealed: fc.boolean(),
  cached: fc.boolean(),
});

function edited(before: Files, edits: readonly { at: number; cut: number; put: number; seed: number }[]): Files {
  return Object.fromEntries(
    Object.entries(before).map(([name, content]) => {
      let after = content;
      for (const { at, cut, put, seed } of edits) {
        const place = after.length === 0 ? 0 : at % after.length;
        after = Buffer.concat([after.subarray(0, place), textOf(seed, put), after.subarray(place + cut)]);
      }
      return [name, after];
    }),
  );
}

describe('encoding and opening', () => {
  it('gives back every file of every snapshot of a history, whatever the options', { timeout: 600_000 }, async () => {
    const key = await generateKey(new Date());
    const history = fc.array(fc.tuple(fc.array(edit, { maxLength: 4 }), options), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, history, async (first, steps) => {
        const objects = new Objects();
        const cacheFolder = await temporaryFolder();
        let now: Files = Object.fromEntries(
          Object.entries(first).map(([name, content]) => [name, textOf(content.seed, content.length)]),
        );
        const kept: { manifest: Manifest; files: Files }[] = [];
        for (const [index, [edits, { sealed, cached, ...chosen }]] of steps.entries()) {
          now = edited(now, edits);
          const known = {
            manifests: kept.map(({ manifest }) => manifest).reverse(),
            storage: objects,
            identities: [key],
            ...(cached && { cacheFolder }),
          };
          const all: EncodingOptions = {
            ...chosen,
            known,
            ...(sealed && { sealing: { recipients: [key.recipient] } }),
          };
          kept.push({ manifest: await keep(objects, `production/${index}`, now, all), files: now });
        }
        for (const { manifest, files: expected } of kept) {
          const found = await open(objects, manifest, [key]);
          for (const [name, content] of Object.entries(expected)) expect(found[name]?.equals(content), name).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  it('notices any byte of any object that is another one', { timeout: 600_000 }, async () => {
    const key = await generateKey(new Date());
    await fc.assert(
      fc.asyncProperty(files, options, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (...random) => {
        const [shapes, { sealed, cached: _, ...chosen }, whichObject, whichByte, flip] = random;
        const objects = new Objects();
        const content = Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => [name, textOf(shape.seed, shape.length)]),
        );
        const all = { ...chosen, ...(sealed && { sealing: { recipients: [key.recipient] } }) };
        const manifest = await keep(objects, 'production/1', content, all);
        const needed = storedObjects(manifest).filter(({ bytes }) => bytes > 0);
        fc.pre(needed.length > 0);
        const { key: name, scope } = needed[whichObject % needed.length]!;
        const object = objects.all.get(storageKey({ scope, key: name }, manifest.id))!;
        object[whichByte % object.length]! ^= flip;
        await expect(open(objects, manifest, [key])).rejects.toMatchObject({ code: 'snapshot-damaged' });
      }),
      { numRuns: runs },
    );
  });

  it('notices a manifest whose public part was changed, and one byte of what is sealed', async () => {
    const key: Identity = await generateKey(new Date());
    const objects = new Objects();
    const sealing = { recipients: [key.recipient] };
    const plain = { 'entities/a': textOf(1, 5000) };
    const manifest = await keep(objects, 'production/1', plain, { compression: 'auto', deduplicate: true, sealing });
    const changed = { ...manifest, workspaces: ['other'] };
    await expect(open(objects, changed, [key])).rejects.toMatchObject({ code: 'snapshot-damaged' });
    const { encryption } = manifest;
    const sealed = encryption?.sealed ?? '';
    const at = sealed.length - 120;
    const other = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    const broken = { ...manifest, encryption: { keys: encryption?.keys ?? [], sealed: other } };
    await expect(open(objects, broken, [key])).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });
});
