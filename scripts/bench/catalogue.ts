// How long it takes to list the snapshots of a store: cold, with the index on disk, and with it in memory.
//
//   npm run bench:catalogue -- [--snapshots 10000] [--records 1]
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { folderTime } from '../../src/core/snapshotId.js';
import { createCatalogueCache } from '../../src/stores/catalogueCache.js';
import { folderStorage } from '../../src/stores/folderStorage.js';
import { formatManifest } from '../../src/stores/manifestText.js';
import type { ObjectStorage } from '../../src/stores/objectStorage.js';
import { createRepository } from '../../src/stores/repository.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { createEncoding, plainSettings } from '../../src/stores/storeEncoding.js';
import { artifactOf, manifestOf } from '../../test/helpers/manifests.js';
import { startS3Server } from '../../test/helpers/s3Server.js';
import { versitygw } from '../tools/versitygw.js';

const { values } = parseArgs({
  options: { snapshots: { type: 'string', default: '10000' }, records: { type: 'string', default: '1' } },
});
const [snapshots, records] = [Number(values.snapshots), Number(values.records)];
const environments = 20;
const text = '_format_version: "3.0"\n';

async function main(): Promise<void> {
  const program = await versitygw.find();
  if (program === undefined) throw new Error('versitygw is not installed: npm run setup');
  const server = await startS3Server(program);
  const cache = await mkdtemp(path.join(tmpdir(), 'kong-backup-bench-'));
  try {
    const bucket = await server.bucket();
    const folder = server.folderOf(bucket.bucket);
    await fill(folder);
    console.log(`${snapshots} snapshots of ${environments} environments, ${records} records each`);
    await measure('S3', s3Storage(bucket), cache);
    await measure('folder', folderStorage(folder), cache);
  } finally {
    await server.stop();
    await rm(cache, { recursive: true, force: true });
  }
}

/** Straight into the folder that the server shows: what is measured is listing. */
async function fill(folder: string): Promise<void> {
  const day = 24 * 60 * 60 * 1000;
  for (let number = 0; number < snapshots; number++) {
    const environment = `environment-${number % environments}`;
    const moment = new Date(Date.UTC(2020, 0, 1) + Math.floor(number / environments) * day);
    const id = `${environment}/${folderTime(moment)}`;
    const place = path.join(folder, ...id.split('/'));
    await mkdir(path.join(place, 'entities'), { recursive: true });
    await mkdir(path.join(place, '.records'));
    const file = artifactOf('entities/default.kong.yaml', text);
    const held = Array.from({ length: 12 }, (_, kind) => ({
      part: 'entities' as const,
      kind: `kind-${kind}`,
      workspace: 'default',
      count: kind,
      driver: 'admin-api',
    }));
    const manifest = manifestOf(environment, [file], {
      createdAt: moment.toISOString(),
      coverage: { held, notHeld: [] },
    });
    await writeFile(path.join(place, 'entities', 'default.kong.yaml'), text);
    await writeFile(path.join(place, 'manifest.json'), formatManifest({ ...manifest, id }));
    const at = moment.toISOString();
    const record = { at, by: 'bench', kind: 'verified', depth: 'quick', result: 'whole', problems: [] };
    for (let each = 0; each < records; each++) {
      await writeFile(path.join(place, '.records', `verified-${each}.json`), JSON.stringify(record));
    }
  }
}

async function measure(name: string, storage: ObjectStorage, cacheFolder?: string): Promise<void> {
  const open = () =>
    createRepository({
      storage,
      encoding: createEncoding(storage, plainSettings),
      ...(cacheFolder !== undefined && { cache: createCatalogueCache(cacheFolder, storage.location) }),
    });
  const time = async (what: string, store: ReturnType<typeof open>): Promise<void> => {
    const [begun, worked] = [performance.now(), process.cpuUsage()];
    const entries = await store.list();
    const whole = entries.filter(({ manifest }) => manifest).length;
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    // On a busy machine the processor's time says more.
    const { user, system } = process.cpuUsage(worked);
    console.log(
      `${name}, ${what}: ${seconds} s, ${((user + system) / 1e6).toFixed(2)} s of it at work, ${whole} whole`,
    );
  };
  await time('the first time', open());
  const store = open();
  if (cacheFolder !== undefined) await time('with the index on disk', store);
  await time('again', store);
  await time('and again', store);
}

void main();
