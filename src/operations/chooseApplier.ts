import { countChanges } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { ApplyRequest, EntityDriver } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import { isEngineFailure, usableEngines } from './engines.js';
import type { RestoreWarning } from './planRestore.js';

export interface Applier {
  driver: EntityDriver;
  /** Why it is not the engine that the environment asks for. */
  warning?: RestoreWarning;
}

/**
 * The engine to apply a plan with. decK applies a whole file and knows nothing of the plan, so it is taken only when it
 * would do exactly what the plan says; our own engine takes every plan.
 * @param guard the safety snapshot: an engine that could not read all of the workspace will not write all of it.
 */
export async function chooseApplier(
  drivers: readonly EntityDriver[],
  target: Target,
  request: ApplyRequest,
  guard: Manifest | undefined,
  context: OperationContext,
): Promise<Applier> {
  const [first] = await usableEngines(drivers, target, context);
  const own = drivers.find(({ id }) => id === 'admin-api');
  if (!own || first.driver.id !== 'deck') return { driver: first.driver };
  const obstacle = await obstacleForDeck(first.driver, target, request, guard, context);
  if (obstacle === undefined) return { driver: first.driver };
  const message = `${request.plan.workspace}: applied by the Admin API instead of decK: ${obstacle}`;
  context.log.info(message);
  if (target.environment.engine !== 'deck') return { driver: own };
  return { driver: own, warning: { code: 'other-engine', message } };
}

async function obstacleForDeck(
  deck: EntityDriver,
  target: Target,
  { plan, file, selectTags }: ApplyRequest,
  guard: Manifest | undefined,
  context: OperationContext,
): Promise<string | undefined> {
  const { workspace, exists } = plan;
  if (!exists) return 'the workspace has to be created first.';
  const readBy = guard?.parts.find((part) => part.workspace === workspace)?.driver.id;
  const isAuto = (target.environment.engine ?? 'auto') === 'auto';
  if (isAuto && readBy !== undefined && readBy !== 'deck') return 'this decK does not take all that the gateway has.';
  try {
    const request = { workspace, file, ...(selectTags && { selectTags }) };
    const wouldDo = await deck.diff(target, request, context);
    const planned = countChanges({ workspaces: [plan] });
    // decK finds updates where nothing differs; who asks for decK gets them, nobody else does.
    const compared = (['creates', 'deletes', 'updates'] as const).filter((what) => isAuto || what !== 'updates');
    const other = compared.find((what) => wouldDo[what] !== planned[what]);
    return other && `decK would make ${wouldDo[other]} ${other}, the plan says ${planned[other]}.`;
  } catch (error) {
    if (isEngineFailure(error) || isKongBackupError(error, 'file-invalid')) return (error as Error).message;
    throw error;
  }
}
