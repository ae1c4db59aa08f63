import { KongBackupError } from '../core/errors.js';

/**
 * Runs `job`, but waits no longer than `limit` milliseconds: a node that hangs must not look like one that loads.
 * @throws KongBackupError `gateway-timeout`, and the job is told to stop.
 */
export async function withTimeLimit<T>(
  limit: number,
  place: string,
  job: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new KongBackupError('gateway-timeout', {
          place,
          reason: `No answer within ${limit / 1000} s.`,
          remedy: 'Check that the gateway is up, then retry; kongBackup.requestTimeout sets the limit.',
        }),
      );
      abort.abort();
    }, limit);
  });
  try {
    return await Promise.race([job(abort.signal), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
