import { cancelled, isKongBackupError, KongBackupError } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';

/** A write on the target that failed: its remedy is not that of a store. */
export function targetWriteError(error: unknown, place: string): unknown {
  if (error instanceof Error && error.name === 'AbortError') return cancelled(place);
  const meant = systemCode(error) === undefined ? error : writeError(error, place);
  if (!isKongBackupError(meant)) return meant;
  if (meant.code === 'store-full') return writeFailed('store-full', place, meant.reason, meant);
  return meant.code === 'store-unwritable' ? writeFailed('store-unwritable', place, meant.reason, meant) : meant;
}

export const writeFailed = (
  code: 'store-full' | 'store-unwritable',
  place: string,
  reason: string,
  cause?: unknown,
): KongBackupError =>
  new KongBackupError(code, {
    place,
    reason,
    remedy:
      code === 'store-full'
        ? 'Free some space there, then go on. What was there before is untouched.'
        : 'Let the user that runs this write there, then go on. What was there before is untouched.',
    ...(cause !== undefined && { cause }),
  });
