import { type Gap, isUnknown } from './coverage.js';
import type { Manifest } from './snapshot.js';

/** The code of the warning that the environment's command after a job failed. */
export const hookWarning = 'hook-failed';

/**
 * `partial`: something that should be in it is not, or a command of the environment failed after it. Parts that nobody asked
 * for are not missing.
 */
export function resultOf({
  coverage,
  failures = [],
  parts,
  warnings,
}: Pick<Manifest, 'coverage' | 'failures' | 'parts' | 'warnings'>): 'ok' | 'partial' {
  const taken = new Set(parts.map(({ kind }) => kind));
  const lacksSome = coverage.notHeld.some((gap) => taken.has(gap.part) && (isUnknown(gap) || isUnread(gap)));
  const isPartial = failures.length > 0 || lacksSome;
  return isPartial || warnings.some(({ code }) => code === hookWarning) ? 'partial' : 'ok';
}

/** A kind or a workspace of another part than the entities, of which nothing could be read. */
const isUnread = ({ part, kind, workspace, partial }: Gap): boolean =>
  part !== 'entities' && partial !== true && (kind !== undefined || workspace !== undefined);
