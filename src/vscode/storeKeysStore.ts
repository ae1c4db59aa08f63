import type * as vscode from 'vscode';
import type { S3Keys } from '../app.js';
import type { S3Section } from '../core/environmentSections.js';

type Bucket = Pick<S3Section, 'bucket' | 'endpoint'>;

/**
 * The access keys of stores that the editor keeps, each for a bucket at an address: the environments file is shared, and whoever
 * has a store of the same name lead elsewhere in it must not be sent the key.
 */
export class StoreKeysStore {
  /** @param onRead is told each secret key as it is read or written, so that the log can hide it. */
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly onRead: (secret: string) => void,
  ) {}

  async get(bucket: Bucket): Promise<S3Keys | undefined> {
    const stored = await this.secrets.get(keyOf(bucket));
    if (stored === undefined) return undefined;
    const keys = JSON.parse(stored) as S3Keys;
    this.onRead(keys.secretAccessKey);
    return keys;
  }

  async set(bucket: Bucket, { accessKeyId, secretAccessKey }: S3Keys): Promise<void> {
    this.onRead(secretAccessKey);
    await this.secrets.store(keyOf(bucket), JSON.stringify({ accessKeyId, secretAccessKey }));
  }

  async delete(bucket: Bucket): Promise<void> {
    await this.secrets.delete(keyOf(bucket));
  }
}

const keyOf = ({ bucket, endpoint = '' }: Bucket): string =>
  `kongBackup.storeKeys.${JSON.stringify([endpoint.replace(/\/+$/, ''), bucket])}`;
