import { createHash } from 'node:crypto';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { ObjectStorage } from './objectStorage.js';

interface Expected {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/**
 * The bytes of an object, compared with what a manifest says while they pass: the last step of the iteration throws when they
 * differ. @throws KongBackupError `snapshot-damaged` naming the object, `store-*`, `cancelled`, from the iteration.
 */
export async function* readChecked(
  storage: Pick<ObjectStorage, 'read'>,
  key: string,
  expected: Expected,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  const { content } = await storage.read(key, signal).catch((error: unknown) => {
    if (!isKongBackupError(error, 'object-missing')) throw error;
    throw damaged(key, `The file can't be read: ${error.reason}`);
  });
  for await (const piece of content) {
    bytes += piece.length;
    hash.update(piece);
    yield piece;
  }
  if (bytes !== expected.bytes) {
    throw damaged(key, `The file changed since the snapshot: it has ${bytes} bytes instead of ${expected.bytes}.`);
  }
  const sha256 = hash.digest('hex');
  if (sha256 === expected.sha256) return;
  const [is, was] = [sha256, expected.sha256].map((each) => `${each.slice(0, 12)}…`);
  throw damaged(key, `The file changed since the snapshot: its SHA-256 is ${is}, the manifest says ${was}.`);
}

/** As `readChecked`, without keeping the bytes. */
export async function checkObject(
  storage: Pick<ObjectStorage, 'read'>,
  key: string,
  expected: Expected,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of readChecked(storage, key, expected, signal)) void piece;
}

export async function joined(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

/** The text of a small object. @throws as `storage.read`. */
export async function readText(
  storage: Pick<ObjectStorage, 'read'>,
  key: string,
  signal: AbortSignal,
): Promise<{ text: string; etag: string }> {
  const { content, etag } = await storage.read(key, signal);
  return { text: Buffer.from(await joined(content)).toString('utf8'), etag };
}

const damaged = (place: string, reason: string): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place,
    reason,
    remedy: 'Take another snapshot, or put the original file back.',
  });
