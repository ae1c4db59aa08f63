import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/core/context.js';
import { KongBackupError } from '../../../src/core/errors.js';
import { folderTime } from '../../../src/core/snapshotId.js';
import { readCatalogue } from '../../../src/stores/catalogue.js';
import { createCatalogueCache } from '../../../src/stores/catalogueCache.js';
import { formatManifest } from '../../../src/stores/manifestText.js';
import { createEncoding, plainSettings } from '../../../src/stores/storeEncoding.js';
import { manifestOf } from '../../helpers/manifests.js';
import { memoryStorage } from '../../helpers/memoryStorage.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const never = new AbortController().signal;
const count = 600;

/** A store of so many snapshots that nobody has listed yet. */
async function unknownStore() {
  const storage = memoryStorage();
  for (let number = 0; number < count; number++) {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
    const id = `production/${folderTime(new Date(createdAt))}`;
    const text = formatManifest({ ...manifestOf('production', [], { createdAt }), id });
    const sha256 = createHash('sha256').update(text).digest('hex');
    await storage.create(`${id}/manifest.json`, Buffer.from(text), sha256, never);
  }
  storage.calls.length = 0;
  const encoding = createEncoding(storage, plainSettings);
  const cache = createCatalogueCache(await temporaryFolder(), storage.location);
  const reads = () => storage.calls.filter((call) => call.startsWith('read ')).length;
  return { storage, source: { storage, encoding, cache }, reads };
}

describe('a store that nobody has listed yet', () => {
  it('is listed as a whole, and what of it is read is told', async () => {
    const { source, reads } = await unknownStore();
    const told: Progress[] = [];
    const entries = await readCatalogue({ ...source, report: (progress) => told.push(progress) }, never);
    expect([entries.length, reads()]).toEqual([count, count]);
    expect(told).toMatchObject([{ step: 'read', subject: 'memory', done: 500 }]);
    const again: Progress[] = [];
    await readCatalogue({ ...source, report: (progress) => again.push(progress) }, never);
    expect([reads(), again]).toEqual([count, []]);
  });

  it('is read from where it was left, when the store was away meanwhile', async () => {
    const { storage, source, reads } = await unknownStore();
    storage.before = (call) => {
      if (!call.startsWith('read ') || reads() <= 300) return;
      throw new KongBackupError('store-unreachable', { place: 'memory', reason: 'Nothing answers.', remedy: '' });
    };
    await expect(readCatalogue(source, never)).rejects.toMatchObject({ code: 'store-unreachable' });
    storage.before = undefined;
    storage.calls.length = 0;
    expect(await readCatalogue(source, never)).toHaveLength(count);
    expect(reads()).toBeLessThanOrEqual(count - 300);
  });
});
