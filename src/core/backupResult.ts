import { isUnknown } from './coverage.js';
import type { Manifest } from './snapshot.js';

/** The code of the warning that the environment's command after a job failed. */
export const hookWarning = 'hook-failed';

/** `partial`: something that should be in it is not, or a command of the environment failed after it. */
export function resultOf({
  coverage,
  failures = [],
  warnings,
}: Pick<Manifest, 'coverage' | 'failures' | 'warnings'>): 'ok' | 'partial' {
  const isPartial = failures.length > 0 || coverage.notHeld.some(isUnknown);
  return isPartial || warnings.some(({ code }) => code === hookWarning) ? 'partial' : 'ok';
}
