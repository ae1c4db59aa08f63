import { isKongBackupError, KongBackupError } from './errors.js';

/** The code of a failed system call, such as `ENOSPC`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const reasons: Record<string, string> = {
  EACCES: 'Permission denied.',
  EPERM: 'Permission denied.',
  EROFS: 'The file system is read-only.',
  ENOTDIR: 'A part of the path is a file, not a folder.',
  EISDIR: 'It is a folder, not a file.',
  ENOENT: 'There is no such file or folder.',
  EBUSY: 'Another program has it open.',
  ENAMETOOLONG: 'The path is too long for the file system.',
  EIO: 'The disk reported an error.',
};

/** Why a system call failed, in a sentence. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return `${error instanceof Error ? error.message : String(error)}.`;
  return reasons[code] ?? `The file system answered ${code}.`;
}

/** For a file that a person named. */
export const nameAnotherFile = 'Make its folder writable, or name another file.';

/**
 * What a failed write under a snapshot folder means, or that of a file with a way out of its own. Our own errors and those that are no failed system call pass as they are.
 * @returns KongBackupError `store-full` or `store-unwritable`.
 */
export function writeError(
  error: unknown,
  place: string,
  remedy = 'Make the folder writable or choose another one for snapshots.',
): unknown {
  const code = systemCode(error);
  if (isKongBackupError(error) || code === undefined) return error;
  if (full.has(code)) {
    return new KongBackupError('store-full', {
      place,
      reason: 'There is no space left.',
      remedy: 'Free some space or delete old snapshots, then try again. Nothing that was there before is touched.',
      cause: error,
    });
  }
  return new KongBackupError('store-unwritable', {
    place,
    reason: systemReason(error),
    remedy,
    cause: error,
  });
}
