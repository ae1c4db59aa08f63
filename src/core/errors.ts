/** Every way the product can fail. A closed list: the UI turns a code into words and an action, nobody matches text. */
export const errorCodes = [
  'gateway-unreachable',
  'gateway-timeout',
  'gateway-unauthorized',
  'gateway-forbidden',
  'gateway-not-kong',
  'gateway-version-unknown',
  'check-unknown',
  'gateway-rejected',
  'gateway-conflict',
  'gateway-busy',
  'gateway-read-incomplete',
  'gateway-read-only-mode',
  'workspace-missing',
  'tool-missing',
  'tool-too-old',
  'tool-failed',
  'tool-timeout',
  'database-unreachable',
  'database-denied',
  'database-not-empty',
  'dump-damaged',
  'credentials-would-break',
  'deletes-not-accepted',
  'selector-unknown',
  'step-failed',
  'hook-failed',
  'store-unreachable',
  'store-denied',
  'store-unwritable',
  'store-full',
  'store-locked',
  'object-missing',
  'key-missing',
  'key-wrong',
  'retention-invalid',
  'archive-invalid',
  'snapshot-missing',
  'snapshot-damaged',
  'snapshot-incomplete',
  'snapshot-newer-format',
  'snapshot-without-part',
  'file-unreadable',
  'file-invalid',
  'environment-missing',
  'environment-invalid',
  'environment-read-only',
  'confirmation-missing',
  'secret-missing',
  'plan-stale',
  'safety-snapshot-incomplete',
  'restore-incomplete',
  'restore-missing',
  'gateway-changed',
  'journal-unreadable',
  'migration-missing',
  'migration-unreadable',
  'migration-step-stopped',
  'port-in-use',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const isErrorCode = (text: string): text is ErrorCode => (errorCodes as readonly string[]).includes(text);

export interface ErrorDetails {
  /** Where it happened: an address, a file with line and column, a snapshot, a tool. Never a secret. */
  place: string;
  /** Why, in a sentence without the place. */
  reason: string;
  /** The way out: what to do now. */
  remedy: string;
  cause?: unknown;
}

/** The only error that leaves a room of ours on purpose: it names the place, the reason and the way out. */
export class KongBackupError extends Error {
  override readonly name = 'KongBackupError';
  readonly place: string;
  readonly reason: string;
  readonly remedy: string;

  constructor(
    readonly code: ErrorCode,
    { place, reason, remedy, cause }: ErrorDetails,
  ) {
    super(`${place}: ${reason} ${remedy}`.trim(), cause === undefined ? undefined : { cause });
    this.place = place;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** By name, not by class: each bundle carries a class of its own. */
export function isKongBackupError(error: unknown, code?: ErrorCode): error is KongBackupError {
  if (!(error instanceof Error) || error.name !== 'KongBackupError') return false;
  return code === undefined || (error as KongBackupError).code === code;
}

/** @throws KongBackupError `cancelled` when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal, place: string): void {
  if (signal.aborted) throw cancelled(place);
}

export function cancelled(place: string): KongBackupError {
  return new KongBackupError('cancelled', { place, reason: 'Cancelled.', remedy: '' });
}
