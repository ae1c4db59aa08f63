import { resultOf } from '../core/backupResult.js';
import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';

/** What became of one environment. */
export type EnvironmentBackup = { environment: string; at: string } & (
  | { result: 'ok' | 'partial'; snapshot: Manifest }
  | { result: 'failed'; code: string; place: string; reason: string; remedy: string }
);

/**
 * One environment after the other: one that fails stands in the way of no other.
 * @param told is called with each once it is over.
 * @throws KongBackupError `cancelled`.
 */
export async function backupAll(
  environments: readonly Environment[],
  backup: (environment: Environment) => Promise<Manifest>,
  context: OperationContext,
  told: (done: EnvironmentBackup) => void = () => undefined,
): Promise<EnvironmentBackup[]> {
  const all: EnvironmentBackup[] = [];
  for (const environment of environments) {
    throwIfCancelled(context.signal, environment.name);
    const done = await backupOne(environment, backup);
    all.push(done);
    told(done);
  }
  return all;
}

async function backupOne(
  environment: Environment,
  backup: (environment: Environment) => Promise<Manifest>,
): Promise<EnvironmentBackup> {
  const { name } = environment;
  try {
    const snapshot = await backup(environment);
    const at = new Date().toISOString();
    return { environment: name, at, result: resultOf(snapshot), snapshot };
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const { code, place, reason, remedy } = error;
    return { environment: name, at: new Date().toISOString(), result: 'failed', code, place, reason, remedy };
  }
}
