import { describe, expect, it } from 'vitest';
import type { SnapshotStore } from '../../src/core/store.js';
import { manifestOf, publishSnapshot } from '../helpers/manifests.js';

/** What every store must do. @param make a store that is empty; each test asks for one of its own. */
export function snapshotStoreContract(name: string, make: () => Promise<SnapshotStore>): void {
  describe(`${name} keeps the contract of a snapshot store`, () => {
    const texts = { 'entities/default.kong.yaml': '_format_version: "3.0"\n' };

    it('is empty at first', async () => {
      expect(await (await make()).list()).toEqual([]);
    });

    it('gives back what was published, and lists it', async () => {
      const store = await make();
      const published = await publishSnapshot(store, 'production', texts, { label: 'before the upgrade' });
      expect(published.id).toBe('production/2026-11-21T06-35-17.123Z');
      expect(await store.manifest(published.id)).toEqual(published);
      expect(await store.list()).toEqual([{ id: published.id, manifest: published }]);
      const bytes = await store.read(published.id, 'entities/default.kong.yaml');
      expect(Buffer.from(bytes).toString()).toBe('_format_version: "3.0"\n');
      await store.check(published.id, new AbortController().signal);
    });

    it('keeps fields of a manifest that it does not know', async () => {
      const store = await make();
      const { id } = await publishSnapshot(store, 'production', texts, { colour: 'green' } as object);
      expect(await store.manifest(id)).toMatchObject({ colour: 'green' });
    });

    it('does not list what is only staged, nor what was discarded', async () => {
      const store = await make();
      const staging = await store.stage('production');
      expect(await store.list()).toEqual([]);
      await staging.discard();
      expect(await store.list()).toEqual([]);
    });

    it('publishes nothing when a file is not what the manifest says', async () => {
      const store = await make();
      const staging = await store.stage('production');
      const missing = [{ path: 'missing.yaml', bytes: 3, sha256: 'a'.repeat(64) }];
      await expect(staging.publish(manifestOf('production', missing))).rejects.toMatchObject({
        code: 'snapshot-damaged',
      });
      await staging.discard();
      expect(await store.list()).toEqual([]);
    });

    it('gives two backups of the same instant ids of their own', async () => {
      const store = await make();
      const ids = await Promise.all(
        Array.from({ length: 8 }, async () => (await publishSnapshot(store, 'production', texts)).id),
      );
      expect(new Set(ids).size).toBe(8);
      const listed = (await store.list()).map(({ id, manifest }) => [id, manifest?.id]);
      expect(listed.map(([id]) => id).sort()).toEqual([...ids].sort());
      for (const [id, own] of listed) expect(own).toBe(id);
    });

    it('lists the newest first, of all environments or of one', async () => {
      const store = await make();
      const at = (createdAt: string, environment: string) =>
        publishSnapshot(store, environment, texts, { createdAt }).then(({ id }) => id);
      const oldest = await at('2026-01-01T00:00:00.000Z', 'staging');
      const newest = await at('2026-03-01T00:00:00.000Z', 'staging');
      const between = await at('2026-02-01T00:00:00.000Z', 'production');
      expect((await store.list()).map(({ id }) => id)).toEqual([newest, between, oldest]);
      expect((await store.list('staging')).map(({ id }) => id)).toEqual([newest, oldest]);
      expect(await store.list('nowhere')).toEqual([]);
    });

    it('takes any name of an environment, and keeps different ones apart', async () => {
      const store = await make();
      const names = [
        '../../up',
        'a/b',
        'a\\b',
        'CON',
        '.hidden',
        'with : colon',
        'dot.',
        'Zürich 日本',
        'x'.repeat(300),
      ];
      for (const name of names) await publishSnapshot(store, name, texts);
      for (const name of names) {
        const entries = await store.list(name);
        expect(entries.map(({ manifest }) => manifest?.environment.name)).toEqual([name]);
      }
      expect(await store.list()).toHaveLength(names.length);
    });

    it('removes a snapshot and leaves the others', async () => {
      const store = await make();
      const first = await publishSnapshot(store, 'production', texts);
      const second = await publishSnapshot(store, 'production', texts);
      await store.remove(first.id);
      expect((await store.list()).map(({ id }) => id)).toEqual([second.id]);
      await expect(store.manifest(first.id)).rejects.toMatchObject({ code: 'snapshot-missing' });
      await expect(store.remove(first.id)).rejects.toMatchObject({ code: 'snapshot-missing' });
    });

    it.each(['', 'production', '../../etc/passwd', 'a/../b', '..\\x/y', '/etc/passwd', 'production/.staging', 'a/b/c'])(
      'has no snapshot %j',
      async (id) => {
        const store = await make();
        await expect(store.manifest(id)).rejects.toMatchObject({ code: 'snapshot-missing' });
        await expect(store.remove(id)).rejects.toMatchObject({ code: 'snapshot-missing' });
        expect(await store.list()).toEqual([]);
      },
    );

    it('gives no file that the manifest does not name', async () => {
      const store = await make();
      const { id } = await publishSnapshot(store, 'production', texts);
      for (const file of ['manifest.json', '../x', 'other.yaml']) {
        await expect(store.read(id, file)).rejects.toMatchObject({ code: 'snapshot-without-part' });
      }
    });
  });
}
