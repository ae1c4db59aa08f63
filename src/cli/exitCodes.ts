import { type ErrorCode, isKongBackupError } from '../core/errors.js';

/** What a command says by its exit code: the one table of them. docs/exit-codes.md is held equal to it by a test. */
export const exitCodeTable = [
  [0, 'fine', 'fine'],
  [1, 'found', 'found problems or differences'],
  [2, 'failed', 'could not run'],
  [3, 'partial', 'did only a part'],
  [10, 'noStore', 'no store: it is not there, or does not let us in'],
  [11, 'locked', 'the store is locked by another one'],
  [12, 'wrongKey', 'no key, or a wrong one, for what is encrypted'],
  [130, 'cancelled', 'cancelled'],
] as const;

type Name = (typeof exitCodeTable)[number][1];
export type ExitCode = (typeof exitCodeTable)[number][0];

export const exitCodes = Object.fromEntries(exitCodeTable.map(([code, name]) => [name, code])) as {
  [Key in Name]: Extract<(typeof exitCodeTable)[number], readonly [number, Key, string]>[0];
};

export const exitCodeHelp = [
  '',
  'Exit codes:',
  ...exitCodeTable.map(([code, , words]) => `  ${String(code).padEnd(3)}  ${words}`),
].join('\n');

const byError: Partial<Record<ErrorCode, ExitCode>> = {
  'store-unreachable': exitCodes.noStore,
  'store-denied': exitCodes.noStore,
  'store-locked': exitCodes.locked,
  'key-missing': exitCodes.wrongKey,
  'key-wrong': exitCodes.wrongKey,
  cancelled: exitCodes.cancelled,
};

export const exitCodeOf = (error: unknown): ExitCode =>
  (isKongBackupError(error) ? byError[error.code] : undefined) ?? exitCodes.failed;
