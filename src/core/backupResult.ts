import { isUnknown } from './coverage.js';
import type { Manifest } from './snapshot.js';

/** The code of the warning that the environment's command after a job failed. */
export const hookWarning = 'hook-failed';

/**
 * `partial`: something that should be in it is not, or a command of the environment failed after it. Entities that nobody asked
 * for are not missing.
 */
export function resultOf({
  coverage,
  failures = [],
  parts,
  warnings,
}: Pick<Manifest, 'coverage' | 'failures' | 'parts' | 'warnings'>): 'ok' | 'partial' {
  const lacksEntities = parts.some(({ kind }) => kind === 'entities') && coverage.notHeld.some(isUnknown);
  const isPartial = failures.length > 0 || lacksEntities;
  return isPartial || warnings.some(({ code }) => code === hookWarning) ? 'partial' : 'ok';
}
