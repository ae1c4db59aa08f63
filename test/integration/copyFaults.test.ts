import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { versitygw } from '../../scripts/tools/versitygw.js';
import { quietContext } from '../../src/core/context.js';
import { isKongBackupError } from '../../src/core/errors.js';
import { type CopyPlace, copySnapshot, moveSnapshot } from '../../src/operations/copySnapshot.js';
import { folderStorage } from '../../src/stores/folderStorage.js';
import type { ObjectStorage } from '../../src/stores/objectStorage.js';
import { createRepository } from '../../src/stores/repository.js';
import type { S3Options } from '../../src/stores/s3Client.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { createEncoding } from '../../src/stores/storeEncoding.js';
import { createUpkeep } from '../../src/stores/upkeep.js';
import { publishSnapshot } from '../helpers/manifests.js';
import { type ProxiedRequest, startS3Proxy, type Verdict } from '../helpers/s3Proxy.js';
import { type S3Server, startS3Server } from '../helpers/s3Server.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

const { path: program, describeTool } = await requireTool(versitygw);
const context = quietContext();
/** One of them in packs. */
const texts = { 'a.yaml': 'one', 'b.yaml': Array.from({ length: 60_000 }, (_, line) => `- line ${line}\n`).join('') };

const placeOf = (storage: ObjectStorage): CopyPlace => ({
  store: createRepository({ storage, encoding: createEncoding(storage, { compression: 'gzip', deduplicate: true }) }),
  upkeep: createUpkeep(storage),
  encrypts: false,
});
const bucketPlace = (options: S3Options): CopyPlace => placeOf(s3Storage({ attempts: 1, ...options }));
/** Every request of a job is the last one that passes, or some of them: all where many runs are asked for. */
const step = process.env.KONG_BACKUP_RUNS === undefined ? 5 : 1;
const jobs = { copy: copySnapshot, move: moveSnapshot };

/** How often what is listed of it is whole. @throws when something less than whole is listed. */
async function wholeIn({ store }: CopyPlace, id: string): Promise<number> {
  const listed = await store.list();
  expect(listed.map((entry) => [entry.id, entry.problem])).toEqual(listed.map(() => [id, undefined]));
  for (const entry of listed) await store.check(entry.id, context.signal);
  return listed.length;
}

describeTool('between a folder and an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => void (server = await startS3Server(program)));
  afterAll(() => server.stop());

  async function folderPlace(): Promise<{ root: string; folder: CopyPlace }> {
    const root = path.join(await temporaryFolder(), 'snapshots');
    return { root, folder: placeOf(folderStorage(root)) };
  }

  /** The bucket as it is, and as it is seen through a proxy with a script. */
  async function behind(own: S3Server, script: (asked: ProxiedRequest, count: number) => Verdict) {
    const options = await own.bucket();
    const proxy = await startS3Proxy(own.endpoint, (asked, before) => script(asked, before.length));
    onTestFinished(() => proxy.close());
    return { direct: bucketPlace(options), through: bucketPlace({ ...options, endpoint: proxy.endpoint }), proxy };
  }

  const ways = (['copy', 'move'] as const).flatMap((job) => (['to', 'from'] as const).map((way) => ({ job, way })));

  it.each(ways)('a $job $way the server goes through, is listed once whole and proved', async ({ job, way }) => {
    const { folder } = await folderPlace();
    const bucket = bucketPlace(await server.bucket());
    const [from, to] = way === 'to' ? [folder, bucket] : [bucket, folder];
    const { id } = await publishSnapshot(from.store, 'production', texts);
    expect(await jobs[job](from, to, { id, mayDecrypt: false }, context)).toBe('copied');
    expect([await wholeIn(from, id), await wholeIn(to, id)]).toEqual([job === 'copy' ? 1 : 0, 1]);
    expect(Buffer.from(await to.store.read(id, 'b.yaml')).toString()).toBe(texts['b.yaml']);
  });

  it.each(ways)('a $job $way the server whose credentials expire on the way', async ({ job, way }) => {
    const start = Math.floor(Math.random() * step);
    for (let allowed = start; ; allowed += step) {
      const { folder } = await folderPlace();
      let expiresAfter = Infinity;
      const { direct, through, proxy } = await behind(server, (_asked, count) =>
        count < expiresAfter ? 'pass' : { status: 400, code: 'ExpiredToken' },
      );
      const [origin, from, to] = way === 'to' ? [folder, folder, through] : [direct, through, folder];
      const { id } = await publishSnapshot(origin.store, 'production', texts);
      expiresAfter = proxy.requests.length + allowed;
      const outcome = await jobs[job](from, to, { id, mayDecrypt: false }, context).catch((error: unknown) => error);
      const [here, there] = way === 'to' ? [folder, direct] : [direct, folder];
      const [left, arrived] = [await wholeIn(here, id), await wholeIn(there, id)];
      // Whatever was said, it is somewhere, and a copy that was said to be there is.
      expect([allowed, left + arrived > 0]).toEqual([allowed, true]);
      if (job === 'copy') expect([allowed, left]).toEqual([allowed, 1]);
      if (outcome === 'copied') expect([allowed, arrived]).toEqual([allowed, 1]);
      else expect([allowed, isKongBackupError(outcome) ? outcome.code : outcome]).toEqual([allowed, 'store-denied']);
      if (outcome === 'copied' && proxy.requests.length <= expiresAfter) break;
      expect(allowed).toBeLessThan(150);
    }
  });

  it.each(ways)('a $job $way the server that is stopped on the way', async ({ job, way }) => {
    const own = await startS3Server(program);
    const { root, folder } = await folderPlace();
    let stopped: Promise<void> | undefined;
    const { direct, through } = await behind(own, ({ method, path: key }) => {
      const isPart = key.endsWith('/a.yaml') || key.includes('/packs/');
      if (isPart && method === (way === 'to' ? 'PUT' : 'GET')) stopped ??= own.stop();
      return 'pass';
    });
    const [origin, from, to] = way === 'to' ? [folder, folder, through] : [direct, through, folder];
    const { id } = await publishSnapshot(origin.store, 'production', texts);
    const failing = jobs[job](from, to, { id, mayDecrypt: false }, context);
    await expect(failing).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(stopped).toBeDefined();
    await stopped;
    if (way === 'to') expect(await wholeIn(folder, id)).toBe(1);
    else expect((await readdir(root)).filter((name) => name !== '.gitignore')).toEqual([]);
    await expect(through.store.list()).rejects.toMatchObject({ code: 'store-unreachable' });
  });
});
