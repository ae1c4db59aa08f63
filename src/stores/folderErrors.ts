import { KongBackupError } from '../core/errors.js';
import { systemCode, systemReason } from '../core/fileErrors.js';

export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

export const notThere = (place: string, reason: string): KongBackupError =>
  new KongBackupError('object-missing', { place, reason, remedy: 'List the snapshots to see what there is.' });

/** `store-denied` or `store-unreachable` for what the system said; anything else as it is. */
export function unreadable(place: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const denied = ['EACCES', 'EPERM'].includes(code);
  return new KongBackupError(denied ? 'store-denied' : 'store-unreachable', {
    place,
    reason: systemReason(error),
    remedy: denied ? 'Make it readable for you.' : 'See that the disk or the network folder is there.',
    cause: error,
  });
}
