import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { versitygw } from '../../scripts/tools/versitygw.js';
import { quietContext } from '../../src/core/context.js';
import { acquireLock, breakLock } from '../../src/stores/lock.js';
import { findLocks } from '../../src/stores/lockRecords.js';
import { createRepository } from '../../src/stores/repository.js';
import type { S3Options } from '../../src/stores/s3Client.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { createEncoding, plainSettings } from '../../src/stores/storeEncoding.js';
import { artifactOf, manifestOf, publishSnapshot } from '../helpers/manifests.js';
import { type ProxiedRequest, startS3Proxy, type Verdict } from '../helpers/s3Proxy.js';
import { type S3Server, startS3Server } from '../helpers/s3Server.js';
import { requireTool } from '../helpers/tools.js';
import { put } from './objectStorageContract.js';

const { path: program, describeTool } = await requireTool(versitygw);
const never = new AbortController().signal;
const texts = { 'a.yaml': '_format_version: "3.0"\n', 'b/c.yaml': 'second\n' };
const pass: Verdict = 'pass';

const repositoryOf = (options: S3Options) => {
  const storage = s3Storage({ attempts: 2, ...options });
  return createRepository({ storage, encoding: createEncoding(storage, plainSettings) });
};

const isList = ({ method, query }: ProxiedRequest) => method === 'GET' && query.has('list-type');
const isRead = (asked: ProxiedRequest) => ['GET', 'HEAD'].includes(asked.method) && !isList(asked);
const isPart = ({ method, path: key }: ProxiedRequest) => method === 'PUT' && key.endsWith('.yaml');
const isManifest = ({ method, path: key }: ProxiedRequest) => method === 'PUT' && key.endsWith('manifest.json');

describeTool('an S3 store', () => {
  let server: S3Server;
  beforeAll(async () => void (server = await startS3Server(program)));
  afterAll(() => server.stop());

  /** A bucket with one snapshot, seen directly and through a proxy with a script. */
  async function behindProxy(script: Parameters<typeof startS3Proxy>[1]) {
    const direct = await server.bucket();
    const whole = repositoryOf(direct);
    const first = await publishSnapshot(whole, 'production', texts);
    const proxy = await startS3Proxy(server.endpoint, script);
    onTestFinished(() => proxy.close());
    return { whole, first, proxy, store: repositoryOf({ ...direct, endpoint: proxy.endpoint }) };
  }

  const later = { createdAt: '2026-11-22T06:35:17.123Z' };

  it.each([
    ['the credentials expire', { status: 400, code: 'ExpiredToken' }, 'store-denied'],
    ['the key may not write', { status: 403, code: 'AccessDenied' }, 'store-denied'],
    ['the server has no space', { status: 507, code: 'InsufficientStorage' }, 'store-full'],
    ['the server fails', { status: 503, code: 'SlowDown' }, 'store-unreachable'],
    ['the connection breaks', 'break', 'store-unreachable'],
  ] as const)('when %s in mid-copy keeps what it had, lists no half, and says so', async (_what, verdict, code) => {
    const { whole, first, store } = await behindProxy((asked, before) =>
      before.some(isPart) && asked.method === 'PUT' ? verdict : pass,
    );
    await expect(publishSnapshot(store, 'production', texts, later)).rejects.toMatchObject({ code });
    expect((await whole.list()).map(({ id, problem }) => [id, problem])).toEqual([[first.id, undefined]]);
    await whole.check(first.id, never);
    // With the server well again the next one goes as if nothing had been.
    const second = await publishSnapshot(whole, 'production', texts, later);
    expect((await whole.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('that is stopped in mid-copy is said to be unreachable', async () => {
    const own = await startS3Server(program);
    const direct = await own.bucket();
    const proxy = await startS3Proxy(own.endpoint, (asked) => {
      if (isPart(asked)) void own.stop();
      return pass;
    });
    onTestFinished(() => proxy.close());
    const store = repositoryOf({ ...direct, endpoint: proxy.endpoint });
    await expect(publishSnapshot(store, 'production', texts)).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(store.list()).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  it('knows its own object again after a lost answer', async () => {
    let lost = 0;
    const { whole, store } = await behindProxy((asked) => (isManifest(asked) && lost++ === 0 ? 'lose' : pass));
    const published = await publishSnapshot(store, 'production', texts, later);
    expect(lost).toBe(2);
    expect((await whole.manifest(published.id)).id).toBe(published.id);
    const storage = store.storage;
    expect(await put(storage, 'locks/one', 'mine')).toBe('created');
  });

  it('tries a race again, and takes only 412 for an answer', async () => {
    let races = 0;
    const { store } = await behindProxy((asked) =>
      asked.path.endsWith('locks/one') && races++ < 2 ? { status: 409, code: 'ConditionalRequestConflict' } : pass,
    );
    expect(await put(store.storage, 'locks/one', 'mine')).toBe('created');
    expect(await put(store.storage, 'locks/one', 'yours')).toBe('exists');
    expect(races).toBe(4);
  });

  it('takes backups with a key that may only write, and says that nothing was read back', async () => {
    const { whole, first, store, proxy } = await behindProxy((asked) =>
      asked.method === 'PUT' || asked.method === 'POST' ? pass : { status: 403, code: 'AccessDenied' },
    );
    const published = await publishSnapshot(store, 'production', texts, later);
    expect(published.warnings.map(({ code }) => code)).toEqual(['not-read-back']);
    await whole.check(published.id, never);
    expect((await whole.list()).map(({ id }) => id)).toEqual([published.id, first.id]);
    const writes = proxy.requests.filter(({ method }) => method === 'PUT');
    // Nothing is overwritten, and each object comes with its checksum.
    for (const { headers } of writes) {
      expect(headers['if-none-match']).toBe('*');
      expect(headers['x-amz-checksum-sha256']).toMatch(/=$/);
    }
    await expect(store.list()).rejects.toMatchObject({ code: 'store-denied' });
    const again = await publishSnapshot(store, 'production', texts, later);
    expect(again.id).not.toBe(published.id);
  });

  it('says what its manifest lacks, and does not choose it', async () => {
    const { whole, first } = await behindProxy(() => pass);
    await whole.storage.remove(`${first.id}/b/c.yaml`, never);
    expect(await whole.list()).toEqual([
      { id: first.id, problem: { code: 'snapshot-incomplete', reason: 'It lacks b/c.yaml.' } },
    ]);
    await expect(whole.check(first.id, never)).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });

  it('publishes nothing that it gives back otherwise', async () => {
    const { whole, first, store } = await behindProxy((asked, before) =>
      asked.method === 'GET' && asked.path.endsWith('manifest.json') && before.some(isManifest)
        ? { status: 404, code: 'NoSuchKey' }
        : pass,
    );
    await expect(publishSnapshot(store, 'production', texts, later)).rejects.toMatchObject({
      code: 'snapshot-damaged',
    });
    expect((await whole.list()).map(({ id }) => id)).toEqual([first.id]);
  });

  it('warns when the clock went back', async () => {
    const { whole } = await behindProxy(() => pass);
    const older = await publishSnapshot(whole, 'production', texts, { createdAt: '2020-01-01T00:00:00.000Z' });
    expect(older.warnings.map(({ code }) => code)).toEqual(['clock-set-back']);
  });

  it('reads nothing twice, and shows others what one published', async () => {
    const { whole, store, proxy, first } = await behindProxy(() => pass);
    const second = await publishSnapshot(whole, 'production', texts, later);
    expect((await store.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(proxy.requests.filter(isRead)).toHaveLength(2);
  });

  it('leaves an upload in parts behind only for a day, and no object of it', async () => {
    const bucket = await server.bucket();
    const proxy = await startS3Proxy(server.endpoint, ({ query }) =>
      query.get('partNumber') === '2' ? { status: 403, code: 'AccessDenied' } : pass,
    );
    onTestFinished(() => proxy.close());
    const store = repositoryOf({ ...bucket, endpoint: proxy.endpoint });
    const staging = await store.stage('production');
    const file = path.join(staging.directory, 'large');
    const text = 'x'.repeat(17 * 1024 * 1024);
    await writeFile(file, text);
    const manifest = manifestOf('production', [artifactOf('large', text)]);
    await expect(staging.publish(manifest)).rejects.toMatchObject({ code: 'store-denied' });
    await staging.discard();
    await expect(stat(staging.directory)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(proxy.requests.filter(({ method, query }) => method === 'DELETE' && query.has('uploadId'))).toHaveLength(1);
    expect(await store.list()).toEqual([]);
    expect(await readdir(path.dirname(staging.directory))).not.toContain(path.basename(staging.directory));
  });
});

it('an S3 store refuses a server that ignores the condition', async () => {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.once('end', () => outgoing.writeHead(200, { etag: '"any"' }).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const storage = s3Storage({ bucket: 'any', endpoint, pathStyle: true, credentials });
  await expect(storage.prepare(never)).rejects.toMatchObject({
    code: 'store-unwritable',
    reason: expect.stringContaining('If-None-Match') as string,
  });
});

it.each([
  ['nothing listens', 'http://127.0.0.1:9', 'Nothing answers there.'],
  ['there is no such host', 'http://nowhere.invalid', 'There is no host of that name.'],
])('an S3 store says so when %s', async (_what, endpoint, reason) => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const storage = s3Storage({ bucket: 'any', endpoint, pathStyle: true, credentials, attempts: 1 });
  await expect(put(storage, 'a/b', 'x')).rejects.toMatchObject({ code: 'store-unreachable', reason });
});

describeTool('a bucket that keeps every version', () => {
  let server: S3Server;
  beforeAll(async () => void (server = await startS3Server(program, { versioned: true })));
  afterAll(() => server.stop());

  it('is backed up into, deleted from and locked again and again', async () => {
    const options = await server.bucket();
    const repository = repositoryOf(options);
    const { id } = await publishSnapshot(repository, 'production', texts);
    const context = quietContext();
    for (let time = 0; time < 2; time++) {
      const lock = await acquireLock(repository.storage, { name: 'store', purpose: 'prune' }, context);
      await lock.assertHeld();
      await lock.release();
      expect(await findLocks(repository.storage, never)).toEqual([]);
    }
    // Of another process, which knows nothing yet of the bucket.
    const lock = await acquireLock(repository.storage, { name: 'store', purpose: 'prune' }, context);
    const other = s3Storage(options);
    const [seen] = await findLocks(other, never);
    expect(seen && (await breakLock(other, seen, context))).toBe(true);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'store-locked' });
    await lock.release();
    await (await acquireLock(other, { name: 'store', purpose: 'prune' }, context)).release();

    await repository.remove(id);
    expect(await repository.list()).toEqual([]);
    const again = await publishSnapshot(repository, 'production', texts);
    expect((await repository.list()).map((entry) => entry.id)).toEqual([again.id]);
  });
});
