import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import { type CheckChange, compareChecks } from '../core/smokeChecks.js';
import type { RestoreWarning } from './planRestore.js';
import { resultOf, type SmokeChecking } from './smokeChecks.js';

/** What was written, and what the environment's checks said before and after it. */
export interface CheckedJob<T> {
  done: T;
  /** What broke first; absent where there are no checks, or where they could not be sent. */
  checks?: CheckChange[];
  warnings: RestoreWarning[];
}

/**
 * Sends the environment's checks, does the job, sends them again. That they can't be sent stands in the way of nothing; a cancel
 * after the job no longer takes back what was written, so it only leaves the checks out.
 * @throws KongBackupError `cancelled` before the job; all that the job throws.
 */
export async function withChecks<T>(
  checking: SmokeChecking,
  environment: Environment,
  job: () => Promise<T>,
  context: OperationContext,
): Promise<CheckedJob<T>> {
  if (!environment.checks?.length) return { done: await job(), warnings: [] };
  const before = await attempt('before', () => checking.answers(environment, context), context);
  throwIfCancelled(context.signal, environment.name);
  const done = await job();
  if (before.warning) return { done, warnings: [before.warning] };
  const was = before.found.map(resultOf);
  const after = await attempt('after', () => checking.again(environment, was, context), context);
  if (after.warning) return { done, warnings: [after.warning] };
  return { done, checks: compareChecks(was, after.found.map(resultOf)), warnings: [] };
}

async function attempt<T>(
  when: 'before' | 'after',
  send: () => Promise<T>,
  { log }: OperationContext,
): Promise<{ found: T; warning?: undefined } | { warning: RestoreWarning }> {
  try {
    return { found: await send() };
  } catch (error) {
    const why = isKongBackupError(error) ? `${error.place}: ${error.reason} ${error.remedy}` : String(error);
    const message = `The smoke checks could not be sent ${when} the restore, so nothing is said of them. ${why.trim()}`;
    log.warn(message);
    return { warning: { code: 'checks-not-sent', message } };
  }
}
