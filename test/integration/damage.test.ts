import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/core/snapshot.js';
import { generateKey } from '../../src/stores/encoding/keys.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

/** How the store writes, and what stands beside its snapshots. */
const forms = {
  'as it is': { compression: 'none', deduplicate: false },
  'compressed, in packs': { compression: 'gzip' },
  encrypted: { compression: 'gzip', encryption: { identityFile: 'key' } },
};

/** A gateway large enough for packs, a snapshot of it in such a store, and another environment to restore to. */
async function snapshotIn(store: object) {
  const [gateway, target] = [await practiceGateway(), await practiceGateway()];
  const noise = Array.from({ length: 40_000 }, (_, index) => (Math.imul(index + 1, 2654435761) >>> 0).toString(36));
  await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.internal' });
  const config = { access: [`-- ${noise.join(' ')}`] };
  for (let index = 0; index < 5; index++) {
    await admin(gateway, 'POST', '/services', { name: `service-${index}`, host: 'x.internal' });
    await admin(gateway, 'POST', `/services/service-${index}/plugins`, { name: 'pre-function', config });
  }
  const environment = { engine: 'admin-api', store: 'kept' };
  const cli = await CliFolder.make();
  await cli.write('key', (await generateKey(new Date())).text);
  await cli.write(
    'kong-environments.yaml',
    JSON.stringify({
      stores: [{ name: 'kept', folder: 'kept', ...store }],
      environments: [
        { name: 'shop', adminUrl: gateway.url, ...environment },
        { name: 'copy', adminUrl: target.url, ...environment },
      ],
    }),
  );
  const backup = await cli.run(['backup', 'shop', '--format', 'json']);
  expect(backup.exitCode, backup.stderr).toBe(0);
  return { cli, target, id: backup.json<Manifest>().id };
}

/** Absolute paths of what the snapshot consists of. */
async function objectsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && path.basename(entry.parentPath) !== '.records')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The first and the last byte, and some in between. */
function positionsIn(length: number, count: number): number[] {
  const step = (length - 1) / (count - 1);
  return [...new Set(Array.from({ length: count }, (_, index) => Math.round(index * step)))];
}

async function withByte(file: string, position: number, job: () => Promise<void>): Promise<void> {
  const whole = await readFile(file);
  const damaged = Buffer.from(whole);
  damaged[position] = (damaged[position] ?? 0) ^ 0x15;
  await writeFile(file, damaged);
  try {
    await job();
  } finally {
    await writeFile(file, whole);
  }
}

describe.each(Object.entries(forms))('a snapshot %s, of which one byte is another', (_, form) => {
  it('is found by verify, whichever byte it is, and never restored', { timeout: 300_000 }, async () => {
    const { cli, target, id } = await snapshotIn(form);
    const objects = await objectsIn(path.join(cli.folder, 'kept'));
    expect(objects.length).toBeGreaterThan(1);
    for (const object of objects) {
      const isManifest = path.basename(object) === 'manifest.json';
      for (const position of positionsIn((await readFile(object)).length, isManifest ? 40 : 12)) {
        const place = `${path.basename(object)} at ${position}`;
        await withByte(object, position, async () => {
          const verified = await cli.run(['verify', id]);
          expect([verified.exitCode, place]).toEqual([1, place]);
          const listed = await cli.run(['snapshots']);
          expect([listed.exitCode, listed.stdout, place]).toEqual([1, expect.stringMatching(/damaged/i), place]);
          target.requests.clear();
          const restored = await cli.run(['restore', id, 'copy', '--yes']);
          expect([restored.exitCode, restored.stderr, place]).toEqual([
            2,
            expect.stringMatching(/snapshot-(damaged|incomplete|missing)/),
            place,
          ]);
          expect(target.requests.total).toBe(0);
        });
      }
    }
    expect((await cli.run(['verify', id])).exitCode).toBe(0);
    expect((await cli.run(['restore', id, 'copy', '--yes'])).exitCode).toBe(0);
  });
});
