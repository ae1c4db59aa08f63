import { countChanges } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { ApplyRequest, EntityDriver } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import { isEngineFailure, usableEngines } from './engines.js';
import type { RestoreWarning } from './planRestore.js';

export interface Applier {
  driver: EntityDriver;
  /** Why it is not the engine that the environment asks for. */
  warning?: RestoreWarning;
}

/**
 * The engine to apply a plan with: our own, which looks at each entity right before it writes it and journals each step, unless the
 * environment asks for decK. That applies a whole file and knows nothing of the plan, so it is taken only when it would do
 * exactly what the plan says; our own engine takes every plan.
 * @param obstacle what is known to stand in decK's way.
 */
export async function chooseApplier(
  drivers: readonly EntityDriver[],
  target: Target,
  request: ApplyRequest,
  obstacle: string | undefined,
  context: OperationContext,
): Promise<Applier> {
  const own = drivers.find(({ id }) => id === 'admin-api');
  if (own && target.environment.engine !== 'deck') return { driver: own };
  const [first] = await usableEngines(drivers, target, context);
  if (!own || first.driver.id !== 'deck') return { driver: first.driver };
  const reason = obstacle ?? (await obstacleForDeck(first.driver, target, request, context));
  if (reason === undefined) return { driver: first.driver };
  const message = `${request.plan.workspace}: applied by the Admin API instead of decK: ${reason}`;
  context.log.info(message);
  return { driver: own, warning: { code: 'other-engine', message } };
}

async function obstacleForDeck(
  deck: EntityDriver,
  target: Target,
  { plan, file, selectTags }: ApplyRequest,
  context: OperationContext,
): Promise<string | undefined> {
  const { workspace, exists } = plan;
  if (!exists) return 'the workspace has to be created first.';
  try {
    const request = { workspace, file, ...(selectTags && { selectTags }) };
    const wouldDo = await deck.diff(target, request, context);
    const planned = countChanges({ workspaces: [plan] });
    // decK finds updates where nothing differs; who asks for decK gets them.
    const other = (['creates', 'deletes'] as const).find((what) => wouldDo[what] !== planned[what]);
    return other && `decK would make ${wouldDo[other]} ${other}, the plan says ${planned[other]}.`;
  } catch (error) {
    if (isEngineFailure(error) || isKongBackupError(error, 'file-invalid')) return (error as Error).message;
    throw error;
  }
}
