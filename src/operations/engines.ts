import type { OperationContext } from '../core/context.js';
import type { EntityDriver } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';

/** An engine that works here and now. */
export interface Engine {
  driver: EntityDriver;
  /** Of the tool behind it. */
  version: string;
}

/**
 * The engines that an environment allows, the one to try first in front: with `auto` decK where it is found, then our own.
 * @throws KongBackupError with the code of what stands in the way when the only engine allowed can't work.
 */
export async function usableEngines(
  drivers: readonly EntityDriver[],
  target: Target,
  context: OperationContext,
): Promise<[Engine, ...Engine[]]> {
  const wanted = target.environment.engine ?? 'auto';
  const order = wanted === 'auto' ? ['deck', 'admin-api'] : [wanted];
  const usable: Engine[] = [];
  let obstacle: KongBackupError | undefined;
  for (const id of order) {
    const driver = drivers.find((candidate) => candidate.id === id);
    if (!driver) continue;
    const availability = await driver.available(target, context);
    if (availability.available) {
      usable.push({ driver, version: availability.version });
    } else {
      const { code, reason, remedy } = availability;
      context.log.info(`${id}: ${reason}`);
      obstacle = new KongBackupError(code, { place: target.environment.name, reason, remedy });
    }
  }
  const [first, ...others] = usable;
  if (first) return [first, ...others];
  throw (
    obstacle ??
    new KongBackupError('internal', {
      place: target.environment.name,
      reason: `There is no engine "${wanted}".`,
      remedy: 'Choose another engine in the environments file.',
    })
  );
}

/** Whether another engine may succeed where this one failed: the tool is to blame, not the gateway. */
export function isEngineFailure(error: unknown): boolean {
  return isKongBackupError(error) && error.code.startsWith('tool-');
}
