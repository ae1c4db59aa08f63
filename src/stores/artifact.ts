import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { ArtifactFile } from '../core/snapshot.js';

/** What compares a file with what the manifest says of it. */
interface Expectation {
  /** Absolute path. */
  file: string;
  artifact: ArtifactFile;
  /** What a person knows the file by: `<snapshot id>/<path>`. */
  place: string;
}

/** The bytes of a file. @throws KongBackupError `snapshot-damaged` when they are not what the manifest says. */
export async function readArtifact(expected: Expectation): Promise<Uint8Array> {
  await refuseOtherSize(expected);
  const bytes = await readFile(expected.file).catch((error: unknown) => {
    throw unreadable(expected, error);
  });
  compareHash(expected, createHash('sha256').update(bytes).digest('hex'));
  return bytes;
}

/** As `readArtifact`, without keeping the bytes. */
export async function checkArtifact(expected: Expectation, signal: AbortSignal): Promise<void> {
  await refuseOtherSize(expected);
  const hash = createHash('sha256');
  await pipeline(createReadStream(expected.file), hash, { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : unreadable(expected, error);
  });
  compareHash(expected, hash.digest('hex'));
}

async function refuseOtherSize(expected: Expectation): Promise<void> {
  const found = await lstat(expected.file).catch((error: unknown) => {
    throw unreadable(expected, error);
  });
  if (!found.isFile()) throw damaged(expected.place, 'It is no longer a plain file.');
  const { bytes } = expected.artifact;
  if (found.size === bytes) return;
  throw damaged(expected.place, `The file changed since the snapshot: it has ${found.size} bytes instead of ${bytes}.`);
}

function compareHash({ artifact, place }: Expectation, sha256: string): void {
  if (sha256 === artifact.sha256) return;
  const [is, was] = [sha256, artifact.sha256].map((hash) => `${hash.slice(0, 12)}…`);
  throw damaged(place, `The file changed since the snapshot: its SHA-256 is ${is}, the manifest says ${was}.`);
}

const unreadable = ({ place }: Expectation, error: unknown): KongBackupError =>
  damaged(place, `The file can't be read: ${systemReason(error)}`, error);

const damaged = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place,
    reason,
    remedy: 'Take another snapshot, or put the original file back.',
    cause,
  });
