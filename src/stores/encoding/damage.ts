import { cancelled, isKongBackupError, KongBackupError } from '../../core/errors.js';
import { systemCode } from '../../core/fileErrors.js';

const short = (hash: string): string => `${hash.slice(0, 12)}…`;

/** @param place what a person knows the thing by: `<snapshot id>/<path>`, or a pack's key. */
export function damaged(place: string, reason: string, cause?: unknown): KongBackupError {
  return new KongBackupError('snapshot-damaged', {
    place,
    reason,
    remedy: 'Take another snapshot, or put the original file back.',
    cause,
  });
}

export interface Content {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** @throws KongBackupError `snapshot-damaged` when the two differ. */
export function refuseOther(place: string, found: Content, expected: Content): void {
  if (found.bytes !== expected.bytes) {
    throw damaged(place, `It has ${found.bytes} bytes, the manifest says ${expected.bytes}.`);
  }
  if (found.sha256 !== expected.sha256) {
    const [is, was] = [found.sha256, expected.sha256].map(short);
    throw damaged(place, `Its SHA-256 is ${is}, the manifest says ${was}.`);
  }
}

/**
 * What a failure while reading means. What the store or the person says of itself stays; that an object isn't there, and what the
 * decoders say of bytes that they can't read, is damage.
 */
export function readingError(error: unknown, place: string, signal: AbortSignal): unknown {
  if (isKongBackupError(error, 'object-missing')) return damaged(place, 'It is missing in the store.', error);
  if (isKongBackupError(error)) return error;
  if (signal.aborted) return cancelled(place);
  if (systemCode(error) !== undefined) return error;
  return damaged(place, `It can't be decoded: ${error instanceof Error ? error.message : String(error)}.`, error);
}
