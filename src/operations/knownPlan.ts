import type { OperationContext } from '../core/context.js';
import type { EntityReader } from '../core/driver.js';
import type { Environment, Target } from '../core/environment.js';
import type { Counts } from '../core/snapshot.js';
import { differingCounts } from './counting.js';
import { type KeptReads, keepReads } from './keepReads.js';
import { type PlannedRestore, type PlanParts, planRestore, type PlanRestoreRequest } from './planRestore.js';
import type { SeenWorkspace } from './takeWorkspace.js';

/** A plan with what it was made from: kept for as long as the plan is, so that not all of it is read again. */
export interface KnownPlan {
  planned: PlannedRestore;
  environment: Environment;
  reading: KeptReads;
  /** When it had been made, by `performance.now()`. */
  at: number;
}

/** Milliseconds: who agreed beforehand takes less, and who is asked more. What was read before that is no safety snapshot. */
const fresh = 500;

/**
 * The plan as it is now, and what was read for it. One that was made just now holds as long as the gateway counts as much of each
 * kind as before: each entity is looked at once more before it is written. Otherwise the gateway is read again; of the snapshot,
 * what proved to be whole is not read twice.
 * @param counts how much of each kind an earlier reading found, by workspace.
 * @throws as `planRestore`.
 */
export async function planAgain(
  parts: PlanParts,
  request: PlanRestoreRequest,
  { known, counts }: { known: KnownPlan | undefined; counts: ReadonlyMap<string, Counts> | undefined },
  context: OperationContext,
): Promise<{ now: PlannedRestore; seen: Map<string, SeenWorkspace> }> {
  const counted = known && (await countedAlike(parts.reader, request.target, known, context));
  if (known && counted) {
    const { mode = known.planned.choice.mode, only, except } = request;
    const choice = { mode, ...(only && { only }), ...(except && { except }) };
    return { now: { ...known.planned, ...known.planned.choose(choice) }, seen: known.reading.seenBefore(counted) };
  }
  const reading = keepReads(parts.reader);
  const again = { ...request, ...(known && { held: known.planned.held }) };
  const now = await planRestore({ ...parts, reader: reading.reader }, again, context);
  return { now, seen: reading.seenBefore(counts) };
}

/** @returns how much of each kind there is, by workspace; undefined where the plan has to be made again. */
async function countedAlike(
  reader: EntityReader,
  target: Target,
  { planned, environment, at }: KnownPlan,
  context: OperationContext,
): Promise<Map<string, Counts> | undefined> {
  // decK writes the file as a whole and looks at nothing before.
  if (performance.now() - at > fresh || target.environment.engine === 'deck') return undefined;
  if (JSON.stringify(environment) !== JSON.stringify(target.environment)) return undefined;
  const all = new Map<string, Counts>();
  for (const { workspace, exists } of planned.whole.workspaces) {
    if (!exists) continue;
    const { counts } = await reader.count(target, workspace, context);
    if (differingCounts(planned.liveCounts.get(workspace) ?? {}, counts, []).length > 0) return undefined;
    all.set(workspace, counts);
  }
  return all;
}
