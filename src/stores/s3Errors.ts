import { cancelled, type ErrorCode, KongBackupError } from '../core/errors.js';

/** What an S3 client throws, as far as we look into it. */
interface ServiceError {
  name: string;
  message: string;
  code?: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
}

const asServiceError = (error: unknown): ServiceError | undefined =>
  error instanceof Error ? (error as Error & ServiceError) : undefined;

/** HTTP status of the server's answer; undefined when there was none. */
export const statusOf = (error: unknown): number | undefined => asServiceError(error)?.$metadata?.httpStatusCode;

/** How often the request was sent: after the first time, an answer may tell of what an earlier one did. */
export const attemptsOf = (error: unknown): number => asServiceError(error)?.$metadata?.attempts ?? 1;

interface Meaning {
  code: ErrorCode;
  reason: string;
  remedy: string;
}

const keys = 'See that the key or profile of the store in the environments file is right.';

/** By the name that the server or the client gives the error. */
const meanings: Record<string, Meaning> = {
  NoSuchBucket: {
    code: 'store-unreachable',
    reason: 'There is no such bucket.',
    remedy: 'Make the bucket, or correct its name, region or endpoint in the environments file.',
  },
  NoSuchKey: { code: 'object-missing', reason: 'There is no such object.', remedy: 'List the snapshots to see.' },
  NotFound: { code: 'object-missing', reason: 'There is no such object.', remedy: 'List the snapshots to see.' },
  AccessDenied: {
    code: 'store-denied',
    reason: 'The key may not do this.',
    remedy: 'Give it the right, or name credentials that have it in the environments file.',
  },
  ExpiredToken: {
    code: 'store-denied',
    reason: 'The credentials have expired.',
    remedy: 'Sign in anew, then try again. What is in the store already stays.',
  },
  InvalidAccessKeyId: { code: 'store-denied', reason: 'The server does not know the access key.', remedy: keys },
  SignatureDoesNotMatch: { code: 'store-denied', reason: 'The secret key does not fit the access key.', remedy: keys },
  CredentialsProviderError: {
    code: 'store-denied',
    reason: 'There are no credentials for the store.',
    remedy: 'Name a profile or keys in the environments file, or set up the standard AWS credentials.',
  },
  RequestTimeTooSkewed: {
    code: 'store-denied',
    reason: "This machine's clock is too far from the server's.",
    remedy: 'Set the clock right.',
  },
  MethodNotAllowed: {
    code: 'store-unwritable',
    reason: 'The server does not allow this.',
    remedy: 'See whether the bucket is read-only.',
  },
  BadDigest: {
    code: 'store-unwritable',
    reason: 'What arrived at the server is not what was sent.',
    remedy: 'Try again; look at the network if it comes again.',
  },
  InsufficientStorage: full(),
  QuotaExceeded: full(),
  QuotaExceededException: full(),
  XMinioStorageFull: full(),
  XAmzContentChecksumMismatch: {
    code: 'store-unwritable',
    reason: 'What arrived at the server is not what was sent.',
    remedy: 'Try again; look at the network if it comes again.',
  },
};

const sameAs: Record<string, string> = {
  ExpiredTokenException: 'ExpiredToken',
  TokenRefreshRequired: 'ExpiredToken',
  RequestExpired: 'ExpiredToken',
  TokenProviderError: 'CredentialsProviderError',
  Forbidden: 'AccessDenied',
  AllAccessDisabled: 'AccessDenied',
  InvalidToken: 'InvalidAccessKeyId',
};

const network: Record<string, string> = {
  ECONNREFUSED: 'Nothing answers there.',
  ENOTFOUND: 'There is no host of that name.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ECONNRESET: 'The connection broke off.',
  EPIPE: 'The connection broke off.',
  ETIMEDOUT: 'There was no answer in time.',
  TimeoutError: 'There was no answer in time.',
  CERT_HAS_EXPIRED: "The server's certificate has expired.",
};

function full(): Meaning {
  return {
    code: 'store-full',
    reason: 'There is no space left.',
    remedy: 'Free some space or prune old snapshots, then try again. Nothing that was there before is touched.',
  };
}

/**
 * What a failed request to an S3 server means. The server's own text is left out where it can repeat what was signed.
 * @param place the store and, where there is one, the object.
 */
export function s3Error(error: unknown, place: string, signal: AbortSignal): unknown {
  if (signal.aborted) return cancelled(place);
  const found = asServiceError(error);
  if (!found || found.name === 'KongBackupError') return error;
  const status = found.$metadata?.httpStatusCode;
  const meaning = meanings[sameAs[found.name] ?? found.name] ?? byStatus(status);
  if (meaning) return new KongBackupError(meaning.code, { place, ...meaning });
  const reason = network[found.code ?? ''] ?? network[found.name];
  return new KongBackupError('store-unreachable', {
    place,
    reason: reason ?? (status === undefined ? sentence(found.message) : `The server answered ${status} ${found.name}.`),
    remedy: 'Check the address and the network, then try again. What is in the store already stays.',
    cause: error,
  });
}

function byStatus(status: number | undefined): Meaning | undefined {
  if (status === 401 || status === 403) return meanings.AccessDenied;
  if (status === 404) return meanings.NoSuchKey;
  if (status === 405) return meanings.MethodNotAllowed;
  if (status === 507) return full();
  return undefined;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
