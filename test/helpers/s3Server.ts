import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createS3Client, type S3Options } from '../../src/stores/s3Client.js';
import { freePort } from './freePort.js';

const accessKeyId = 'root-of-the-test';
const secretAccessKey = 'secret-of-the-test';

export interface S3Server {
  endpoint: string;
  /** Options for a bucket of its own. */
  bucket(): Promise<S3Options>;
  /** Absolute path of the folder that a bucket shows. */
  folderOf(bucket: string): string;
  /** Ends it at once, as when its machine loses power, and removes what it kept. */
  stop(): Promise<void>;
}

/**
 * Starts versitygw over a temporary folder.
 * @param program its absolute path. @param versioned whether its buckets keep every version of an object.
 */
export async function startS3Server(program: string, { versioned = false } = {}): Promise<S3Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-s3-'));
  const [data, sidecar] = [path.join(folder, 'data'), path.join(folder, 'sidecar')];
  for (const each of [data, sidecar]) await mkdir(each, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const versions = path.join(folder, 'versions');
  if (versioned) await mkdir(versions);
  const keeping = versioned ? ['--versioning-dir', versions] : [];
  const argv = ['--quiet', '--port', address, 'posix', '--sidecar', sidecar, ...keeping, data];
  const env = { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const child = spawn(program, argv, { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const endpoint = `http://${address}`;
  await untilItAnswers(endpoint, () => child.exitCode !== null);
  return {
    endpoint,
    async bucket() {
      const bucket = `bucket-${randomUUID()}`;
      await mkdir(path.join(data, bucket));
      const options = { bucket, endpoint, pathStyle: true, credentials: { accessKeyId, secretAccessKey } };
      if (versioned) await keepVersions(options);
      return options;
    },
    folderOf: (bucket) => path.join(data, bucket),
    async stop() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function keepVersions(options: S3Options & { bucket: string }): Promise<void> {
  const { client } = createS3Client(options);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: options.bucket, VersioningConfiguration }));
}

async function untilItAnswers(endpoint: string, isOver: () => boolean): Promise<void> {
  for (;;) {
    if (isOver()) throw new Error('versitygw ended as soon as it was started');
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
