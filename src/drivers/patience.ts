import { setTimeout as sleep } from 'node:timers/promises';
import { isKongBackupError } from '../core/errors.js';

/** Milliseconds to wait before each new try: a gateway that drops its idle connections is back at once, one that died is not. */
const delays = [100, 400, 1600];

/**
 * Tries again what found the gateway out of reach, as long as there is hope: connections that broke all at once say nothing of the
 * gateway behind them.
 * @param job told how often it was tried before: what was cut off may have been taken all the same.
 * @param isHopeless asked before each wait.
 */
export async function withPatience<T>(
  job: (triedBefore: number) => Promise<T>,
  isHopeless: () => boolean = () => false,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await job(tried);
    } catch (error) {
      const delay = delays[tried];
      if (delay === undefined || isHopeless() || !isKongBackupError(error, 'gateway-unreachable')) throw error;
      await sleep(delay);
    }
  }
}
