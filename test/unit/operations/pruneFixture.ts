import { fileURLToPath } from 'node:url';
import { quietContext } from '../../../src/core/context.js';
import type { PartDriver } from '../../../src/core/partDriver.js';
import type { SnapshotRecord } from '../../../src/core/record.js';
import type { Manifest } from '../../../src/core/snapshot.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { createEncoding, plainSettings } from '../../../src/stores/storeEncoding.js';
import { createRepository } from '../../../src/stores/repository.js';
import { createUpkeep } from '../../../src/stores/upkeep.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { memoryStorage } from '../../helpers/memoryStorage.js';

export const context = quietContext();

export const services = (...names: string[]): string =>
  JSON.stringify({
    _format_version: '3.0',
    services: names.map((name) => ({ name, host: 'example.com' })),
  });

const file = 'default.kong.yaml';

/** A store in memory whose clock a test sets, and what prune and verify need beside it. */
export function pruneFixture(...partDrivers: PartDriver[]) {
  const storage = memoryStorage();
  const store = createRepository({ storage, encoding: createEncoding(storage, plainSettings) });
  const upkeep = createUpkeep(storage);
  const shipped = schemaFolder(fileURLToPath(new URL('../../../schemas', import.meta.url)));
  const parts = { store, upkeep, shipped, partDrivers };
  return {
    storage,
    store,
    upkeep,
    parts,
    /** @param createdAt a day such as `2026-11-20`, or a moment. */
    async take(createdAt: string, more: Partial<Manifest> = {}, text = services('a')): Promise<string> {
      const at = createdAt.length === 10 ? `${createdAt}T06:00:00.000Z` : createdAt;
      const { id } = await publishSnapshot(store, 'production', { [file]: text }, { createdAt: at, ...more });
      return id;
    },
    /** Changes a byte of what is stored. */
    damage(id: string): void {
      const held = storage.objects.get(`${id}/${file}`);
      if (!held) throw new Error(`no ${id}`);
      held.content = Uint8Array.from(held.content, (byte, index) => (index === 3 ? byte ^ 1 : byte));
    },
    pass(milliseconds: number): void {
      storage.clock = new Date(storage.clock.getTime() + milliseconds);
    },
    async state(id: string) {
      return (await store.list()).find((entry) => entry.id === id)?.state;
    },
    async ids(): Promise<string[]> {
      return (await store.list()).map(({ id }) => id);
    },
    record: (id: string, record: SnapshotRecord) => store.record(id, record),
  };
}

export const day = 86_400_000;
export const production = 'id-of-production';
