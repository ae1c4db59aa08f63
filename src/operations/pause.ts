import { setTimeout as wait } from 'node:timers/promises';
import { cancelled } from '../core/errors.js';

/**
 * Waits between two looks.
 * @param time milliseconds. @param place named when it is cancelled. @throws KongBackupError `cancelled`.
 */
export async function pause(time: number, place: string, signal: AbortSignal): Promise<void> {
  await wait(time, undefined, { signal }).catch(() => {
    throw cancelled(place);
  });
}
