import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { abandonedAfter } from './leftovers.js';
import { refuseOutside } from './objectKey.js';
import type { ObjectSource, ObjectStorage } from './objectStorage.js';
import { createS3Client, type S3Options } from './s3Client.js';
import { attemptsOf, s3Error, statusOf } from './s3Errors.js';
import { type AskPage, listInStretches } from './s3List.js';
import { listPage } from './s3ListPage.js';
import { abortOldUploads, changedWhileSent, multipartFrom, uploadInParts } from './s3Multipart.js';

/** Several writers of one key at once are told 409: a race, not an answer. */
const raceAttempts = 8;

/** Made once in each store; a second time the server must refuse. */
const markerKey = '.kong-backup-store';
const marker = `${JSON.stringify({ format: 'kong-backup-store', version: 1 })}\n`;

/**
 * Objects of an S3-compatible server. A backup needs the right to put objects, and no other: what else it would do it leaves
 * where it is denied.
 */
export function s3Storage(options: S3Options): ObjectStorage {
  const { bucket, endpoint } = options;
  const under = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix}/`;
  const location = `${endpoint === undefined ? 's3:/' : endpoint.replace(/\/+$/, '')}/${bucket}${under && `/${under}`}`;
  const { client, serverTime } = createS3Client(options);
  const targetOf = (key: string) => ({ Bucket: bucket, Key: under + key });
  const placeOf = (key: string) => `${location}: ${key}`;

  let isVersioned = false;
  /** Of a bucket that keeps versions each answer names one. */
  const note = ({ VersionId = 'null' }: { VersionId?: string | undefined }): void => {
    if (VersionId !== 'null') isVersioned = true;
  };

  async function asking<T>(key: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal, location);
    if (key !== '') refuseOutside(key, location);
    // Each request listens to it, and many run at once.
    setMaxListeners(0, signal);
    try {
      return await job();
    } catch (error) {
      throw s3Error(error, key === '' ? location : placeOf(key), signal);
    }
  }

  async function create(key: string, content: ObjectSource, sha256: string, signal: AbortSignal) {
    for (let attempt = 1; ; attempt++) {
      try {
        await put(key, content, sha256, signal);
        return 'created';
      } catch (error) {
        if (statusOf(error) === 412) return (await isOurs(key, error, sha256, signal)) ? 'created' : 'exists';
        if (statusOf(error) !== 409 || attempt === raceAttempts) throw error;
        await wait(2 ** attempt * 10 * (0.5 + Math.random()), undefined, { signal });
      }
    }
  }

  async function put(key: string, content: ObjectSource, sha256: string, signal: AbortSignal): Promise<void> {
    if (!(content instanceof Uint8Array) && content.bytes > multipartFrom) {
      const { file, bytes } = content;
      return uploadInParts({ client, target: targetOf(key), file, bytes, sha256, place: placeOf(key), signal });
    }
    const Body = content instanceof Uint8Array ? content : await readFile(content.file);
    const hash = createHash('sha256').update(Body);
    if (hash.copy().digest('hex') !== sha256) throw changedWhileSent(placeOf(key));
    const ChecksumSHA256 = hash.digest('base64');
    const command = new PutObjectCommand({ ...targetOf(key), Body, ChecksumSHA256, IfNoneMatch: '*' });
    note(await client.send(command, { abortSignal: signal }));
  }

  /** When an answer was lost and the request sent again, the object that stands in the way can be the one we sent. */
  async function isOurs(key: string, error: unknown, sha256: string, signal: AbortSignal): Promise<boolean> {
    if (attemptsOf(error) === 1) return false;
    try {
      const hash = createHash('sha256');
      for await (const piece of (await read(key, signal)).content) hash.update(piece);
      return hash.digest('hex') === sha256;
    } catch (failure) {
      if (isKongBackupError(failure, 'cancelled')) throw failure;
      return false;
    }
  }

  const read = (key: string, signal: AbortSignal) =>
    asking(key, signal, async () => {
      const answer = await client.send(new GetObjectCommand(targetOf(key)), { abortSignal: signal });
      note(answer);
      const { Body, ETag } = answer;
      return { content: contentOf(Body as AsyncIterable<Uint8Array>, key, signal), etag: ETag ?? '' };
    });

  async function* contentOf(body: AsyncIterable<Uint8Array>, key: string, signal: AbortSignal) {
    try {
      yield* body;
    } catch (error) {
      throw s3Error(error, placeOf(key), signal);
    }
  }

  /** @returns undefined when there is no such object. */
  async function etagOf(key: string, abortSignal: AbortSignal): Promise<string | undefined> {
    try {
      return (await client.send(new HeadObjectCommand(targetOf(key)), { abortSignal })).ETag;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  async function replace(key: string, Body: Uint8Array, etag: string, abortSignal: AbortSignal) {
    const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
    const command = new PutObjectCommand({ ...targetOf(key), Body, ChecksumSHA256, IfMatch: etag });
    // For a server that ignores the condition; one that keeps it compares again, at the moment of writing.
    if ((await etagOf(key, abortSignal)) !== etag) return 'changed';
    try {
      note(await client.send(command, { abortSignal }));
      return 'replaced';
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return 'changed';
      throw error;
    }
  }

  async function remove(key: string, abortSignal: AbortSignal, etag?: string) {
    if (etag !== undefined) {
      const now = await etagOf(key, abortSignal);
      if (now === undefined) return 'removed';
      if (now !== etag) return 'changed';
    }
    const condition = etag === undefined ? {} : { IfMatch: etag };
    try {
      await client.send(new DeleteObjectCommand({ ...targetOf(key), ...condition }), { abortSignal });
      return 'removed';
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return 'removed';
      if (etag !== undefined && (status === 409 || status === 412)) return 'changed';
      throw error;
    }
  }

  async function* list(prefix: string, signal: AbortSignal, landmarks: readonly string[] = []) {
    const ask: AskPage = ({ after, token }) => {
      const start = after === undefined ? {} : { StartAfter: under + after };
      const input = { Bucket: bucket, Prefix: under + prefix, ContinuationToken: token, ...start };
      return asking('', signal, async () => {
        const { objects, next } = await listPage(client, input, signal);
        return { objects: objects.map((object) => ({ ...object, key: object.key.slice(under.length) })), next };
      });
    };
    const known = landmarks.filter((key) => key.startsWith(prefix));
    for await (const object of listInStretches(ask, known)) if (object.key !== markerKey) yield object;
  }

  async function now(abortSignal: AbortSignal): Promise<Date> {
    await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }).catch((error: unknown) => {
      // A refusal has a date too.
      if (statusOf(error) === undefined) throw error;
    });
    return serverTime() ?? new Date();
  }

  let prepared = false;
  async function prepare(signal: AbortSignal): Promise<void> {
    if (prepared) return;
    const content = Buffer.from(marker);
    const sha256 = createHash('sha256').update(content).digest('hex');
    try {
      const first = await create(markerKey, content, sha256, signal);
      if (first === 'created' && (await create(markerKey, content, sha256, signal)) === 'created')
        throw unconditional();
    } catch (error) {
      throw statusOf(error) === 501 ? unconditional() : error;
    }
    const before = new Date((await now(signal)).getTime() - abandonedAfter);
    // Those who may only write leave it to those who may look.
    await abortOldUploads(client, { Bucket: bucket, Prefix: under }, before, signal).catch(() => undefined);
    prepared = true;
  }

  const unconditional = (): KongBackupError =>
    new KongBackupError('store-unwritable', {
      place: location,
      reason: 'The server overwrites objects that it is told not to overwrite (it ignores "If-None-Match: *").',
      remedy:
        'Use a server, or a version of it, that knows conditional writes: without them backups can destroy each other.',
    });

  return {
    location,
    list,
    read,
    create: (key, content, sha256, signal) => asking(key, signal, () => create(key, content, sha256, signal)),
    replace: (key, content, etag, signal) => asking(key, signal, () => replace(key, content, etag, signal)),
    remove: (key, signal, etag) => asking(key, signal, () => remove(key, signal, etag)),
    now: (signal) => asking('', signal, () => now(signal)),
    prepare: (signal) => asking('', signal, () => prepare(signal)),
    leavesMarks: () => isVersioned,
  };
}
