import type nodeFs from 'node:fs';
import { Writable } from 'node:stream';
import { mkdtemp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { readArchive } from '../../../src/stores/readArchive.js';
import { writeArchive } from '../../../src/stores/writeArchive.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

/** As a disk without space: every stream into a file breaks at its first byte. A real one is in the integration suite. */
const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof nodeFs>();
  const createWriteStream: typeof fs.createWriteStream = (place, options) => {
    if (!disk.isFull) return fs.createWriteStream(place, options);
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return new Writable({ write: (_chunk, _encoding, done) => done(error) }) as ReturnType<typeof fs.createWriteStream>;
  };
  return { ...fs, createWriteStream };
});

afterEach(() => {
  disk.isFull = false;
  vi.unstubAllEnvs();
});

it('an archive for which there is no space is not there, and an import leaves nothing', async () => {
  const context = quietContext();
  const folder = await temporaryFolder();
  const store = createFolderStore(path.join(folder, 'snapshots'));
  const { id } = await publishSnapshot(store, 'production', { 'a.yaml': 'one', 'b.yaml': 'two' });
  const archive = path.join(folder, 'one.tar');
  await writeArchive(store, id, archive, context);
  const before = await readdir(folder);
  const scratch = await mkdtemp(path.join(await temporaryFolder(), 'scratch-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, scratch);
  disk.isFull = true;
  const two = path.join(folder, 'two.tar');
  await expect(writeArchive(store, id, two, context)).rejects.toMatchObject({ code: 'store-full' });
  await expect(readArchive(archive, context)).rejects.toMatchObject({ code: 'store-full' });
  expect([await readdir(folder), await readdir(scratch)]).toEqual([before, []]);
});
