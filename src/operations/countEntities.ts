import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { EntityReader } from '../core/driver.js';
import { addCounts } from '../core/entityCount.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import type { Counts } from '../core/snapshot.js';

/** How many entities the workspaces of a backup have together, and what could not be counted. @throws KongBackupError `gateway-*`. */
export async function countEntities(
  reader: EntityReader,
  target: Target,
  gateway: GatewayInfo,
  context: OperationContext,
): Promise<{ counts: Counts; gaps: Gap[] }> {
  let counts: Counts = {};
  const gaps: Gap[] = [];
  for (const workspace of target.environment.workspaces ?? gateway.workspaces) {
    throwIfCancelled(context.signal, workspace);
    context.report({ step: 'count', subject: workspace });
    const counted = await reader.count(target, workspace, context);
    counts = addCounts(counts, counted.counts);
    gaps.push(...counted.gaps.map((gap) => ({ workspace, ...gap })));
  }
  return { counts, gaps };
}
