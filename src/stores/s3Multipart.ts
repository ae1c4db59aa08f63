import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import pLimit from 'p-limit';
import { KongBackupError } from '../core/errors.js';

const smallestPart = 8 * 1024 * 1024;
const mostParts = 9000;
const parallelParts = 4;

/** Files of more bytes than this are sent in parts. */
export const multipartFrom = 16 * 1024 * 1024;

interface Upload {
  client: S3Client;
  target: { Bucket: string; Key: string };
  /** Absolute path. */
  file: string;
  bytes: number;
  /** Hex, of the whole file. */
  sha256: string;
  place: string;
  signal: AbortSignal;
}

/**
 * Sends a large file in parts, each with a checksum that the server compares, and completes it only where there is no such
 * object yet. @throws what the server answers; an upload that was begun is given up, as far as the key may.
 */
export async function uploadInParts({ client, target, file, bytes, sha256, place, signal }: Upload): Promise<void> {
  const options = { abortSignal: signal };
  const begin = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' });
  const { UploadId } = await client.send(begin, options);
  const handle = await open(file, 'r');
  const sending: Promise<{ PartNumber: number; ETag: string | undefined; ChecksumSHA256: string }>[] = [];
  try {
    const whole = createHash('sha256');
    const limit = pLimit(parallelParts);
    const partBytes = Math.max(smallestPart, Math.ceil(bytes / mostParts));
    let failed = false;
    for (let offset = 0; offset < bytes && !failed; offset += partBytes) {
      const Body = await readPart(handle, offset, Math.min(partBytes, bytes - offset), place);
      whole.update(Body);
      const PartNumber = sending.length + 1;
      const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
      const part = limit(async () => {
        const command = new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ChecksumSHA256 });
        const { ETag } = await client.send(command, options);
        return { PartNumber, ETag, ChecksumSHA256 };
      });
      part.catch(() => (failed = true));
      sending.push(part);
      // No more in memory than what is being sent and one to follow.
      if (limit.pendingCount > 0) await Promise.race(sending.slice(-parallelParts - 1)).catch(() => undefined);
    }
    const Parts = await Promise.all(sending);
    if (whole.digest('hex') !== sha256) throw changedWhileSent(place);
    const complete = { ...target, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' };
    await client.send(new CompleteMultipartUploadCommand(complete), options);
  } catch (error) {
    // A part that arrives after the upload was given up stays, and is paid for.
    await Promise.allSettled(sending);
    // Not by our signal: it may be the reason.
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

async function readPart(handle: FileHandle, offset: number, length: number, place: string): Promise<Buffer> {
  const part = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(part, done, length - done, offset + done);
    if (bytesRead === 0) throw changedWhileSent(place);
    done += bytesRead;
  }
  return part;
}

export const changedWhileSent = (place: string): KongBackupError =>
  new KongBackupError('store-unwritable', {
    place,
    reason: 'The content changed while it was written.',
    remedy: 'Try again.',
  });

/** Gives up uploads that nobody completed and that were begun before a moment. */
export async function abortOldUploads(
  client: S3Client,
  { Bucket, Prefix }: { Bucket: string; Prefix: string },
  before: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }), { abortSignal });
  for (const { Key, UploadId, Initiated } of Uploads) {
    if (Key === undefined || !Initiated || Initiated >= before) continue;
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal });
  }
}
