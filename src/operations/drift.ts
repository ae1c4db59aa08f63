import { isEmptyPlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { SnapshotStore } from '../core/store.js';
import type { Comparison } from './compare.js';
import { findSnapshot } from './findSnapshot.js';

/** What was done to a gateway since a snapshot of it. */
export interface Drift {
  environment: string;
  /** ISO 8601, UTC: when the gateway was read. */
  at: string;
  /** Id of the snapshot. */
  snapshot: string;
  /** ISO 8601, UTC. */
  takenAt: string;
  /** `unproved`: nothing differs in what could be compared, but that was not all. */
  result: 'equal' | 'drifted' | 'unproved';
  /** From the snapshot to the gateway: what was created, updated and deleted in it. */
  comparison: Comparison & { warnings: { code: string; message: string }[] };
}

/** What became of one environment of many. */
export type EnvironmentDrift =
  | Drift
  | { environment: string; at: string; result: 'failed'; code: string; place: string; reason: string; remedy: string };

export interface DriftParts {
  store: SnapshotStore;
  /** What would have to change for a snapshot to become what the gateway is. */
  compareWithLive(snapshot: string, environment: Environment, context: OperationContext): Promise<Comparison>;
}

export interface DriftRequest {
  /** Id, or `ENV/latest`. The newest of the environment when absent. */
  snapshot?: string;
}

/** @throws KongBackupError `snapshot-missing` where there is none to compare with, `gateway-*`. */
export async function checkDrift(
  { store, compareWithLive }: DriftParts,
  environment: Environment,
  { snapshot = `${environment.name}/latest` }: DriftRequest,
  context: OperationContext,
): Promise<Drift> {
  const { manifest, warning } = await findSnapshot(store, snapshot);
  const comparison = await compareWithLive(manifest.id, environment, context);
  const isWhole = comparison.unknown.length === 0 && comparison.notCompared.length === 0;
  return {
    environment: environment.name,
    at: new Date().toISOString(),
    snapshot: manifest.id,
    takenAt: manifest.createdAt,
    result: !isEmptyPlan(comparison.plan) ? 'drifted' : isWhole ? 'equal' : 'unproved',
    comparison: { ...comparison, warnings: warning ? [warning] : [] },
  };
}

/**
 * One environment after the other: one that can't be asked stands in the way of no other.
 * @param told is called with each once it is over. @throws KongBackupError `cancelled`.
 */
export async function checkDriftOfAll(
  parts: DriftParts,
  environments: readonly Environment[],
  context: OperationContext,
  told: (done: EnvironmentDrift) => void = () => undefined,
): Promise<EnvironmentDrift[]> {
  const all: EnvironmentDrift[] = [];
  for (const environment of environments) {
    throwIfCancelled(context.signal, environment.name);
    const done = await checkDrift(parts, environment, {}, context).catch((error: unknown) =>
      failed(environment, error),
    );
    all.push(done);
    told(done);
  }
  return all;
}

function failed({ name }: Environment, error: unknown): EnvironmentDrift {
  if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
  const { code, place, reason, remedy } = error;
  return { environment: name, at: new Date().toISOString(), result: 'failed', code, place, reason, remedy };
}
