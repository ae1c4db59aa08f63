import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { PartKind } from '../core/part.js';
import type { PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import {
  type GuidedRestoreParts,
  isLoadedAsFile,
  isSameLine,
  partsLeft,
  type RecoverRequest,
} from './guidedRestoreParts.js';
import type { RecoveryStepId } from './guidedRestoreState.js';

/** What a guided restore would do in one of its steps. */
export interface PlannedRecoveryStep {
  step: Extract<RecoveryStepId, 'version' | 'database' | 'declarative'>;
  /** `blocked`: it would stop here, or go on with the declarative part. `instead`: only where the database can't be restored. */
  state: 'planned' | 'instead' | 'skipped' | 'blocked';
  about: string;
  remedy?: string;
  /** What it is made of, where that is known. */
  steps?: PartStep[];
}

export interface RecoveryPlan {
  snapshot: string;
  steps: PlannedRecoveryStep[];
  /** What the snapshot holds besides, to be brought back part by part. */
  partsLeft: PartKind[];
  warnings: string[];
}

/** Asks and writes nothing. @throws KongBackupError `cancelled`. */
export async function planGuidedRestore(
  parts: GuidedRestoreParts,
  manifest: Manifest,
  environment: Environment,
  { acceptVersion = false }: Pick<RecoverRequest, 'acceptVersion'>,
  context: OperationContext,
): Promise<RecoveryPlan> {
  const version = await versionStep(parts, manifest, environment, acceptVersion, context);
  const database = await databaseStep(parts, manifest, environment, context);
  const declarative = await declarativeStep(parts, manifest, environment, database.state === 'planned', context);
  return {
    snapshot: manifest.id,
    steps: [version, database, declarative],
    partsLeft: partsLeft(manifest),
    warnings: [],
  };
}

async function versionStep(
  { probe }: GuidedRestoreParts,
  { gateway }: Manifest,
  environment: Environment,
  accepted: boolean,
  context: OperationContext,
): Promise<PlannedRecoveryStep> {
  const was = gateway.version;
  try {
    const { version: now } = await probe(environment, context);
    const about = `Snapshot: Kong ${was}; gateway: Kong ${now}.`;
    if (accepted || isSameLine(was, now)) return { step: 'version', state: 'planned', about };
    const remedy = `Change the gateway back to ${was} first, or add --accept-version.`;
    return { step: 'version', state: 'blocked', about, remedy };
  } catch (error) {
    const { reason } = ours(error);
    return { step: 'version', state: 'skipped', about: `The gateway does not say its version: ${reason}` };
  }
}

async function databaseStep(
  { parts }: GuidedRestoreParts,
  { id, parts: held }: Manifest,
  environment: Environment,
  context: OperationContext,
): Promise<PlannedRecoveryStep> {
  const step = 'database';
  if (!held.some(({ kind }) => kind === step)) {
    return { step, state: 'skipped', about: 'The snapshot holds no dump of the database.' };
  }
  if (!environment.database) {
    const about = 'The environments file does not say where the database is.';
    return { step, state: 'blocked', about, remedy: 'Say so under "database".' };
  }
  try {
    const { plan } = await parts.planPartRestore(id, environment, { part: step }, context);
    if (plan.refused) {
      return { step, state: 'blocked', about: plan.refused.reason, remedy: plan.refused.remedy };
    }
    return { step, state: 'planned', about: 'The database is restored and compared.', steps: plan.steps };
  } catch (error) {
    const { reason, remedy } = ours(error);
    return { step, state: 'blocked', about: reason, remedy };
  }
}

async function declarativeStep(
  { parts, restores }: GuidedRestoreParts,
  manifest: Manifest,
  environment: Environment,
  isInstead: boolean,
  context: OperationContext,
): Promise<PlannedRecoveryStep> {
  const step = 'declarative';
  const state = isInstead ? 'instead' : 'planned';
  if (!manifest.parts.some(({ kind }) => kind === 'entities' || kind === 'declarative-file')) {
    return { step, state: 'skipped', about: 'The snapshot holds no declarative part.' };
  }
  try {
    if (!isLoadedAsFile(manifest, environment)) {
      const { counts } = await restores.planRestore(manifest.id, environment, { entitiesOnly: true }, context);
      const { creates, updates, deletes } = counts;
      const about = `Entities as the gateway stands now: create ${creates}, update ${updates}, delete ${deletes}.`;
      return { step, state, about };
    }
    const { plan } = await parts.planPartRestore(manifest.id, environment, { part: 'declarative-file' }, context);
    if (plan.refused) return { step, state: 'blocked', about: plan.refused.reason, remedy: plan.refused.remedy };
    return { step, state, about: 'The declarative file is loaded and compared.', steps: plan.steps };
  } catch (error) {
    const { reason, remedy } = ours(error);
    return { step, state: isInstead ? 'instead' : 'blocked', about: `It can not be planned now: ${reason}`, remedy };
  }
}

/** @throws what is no failure of ours, and a cancel. */
function ours(error: unknown): { reason: string; remedy: string } {
  if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
  return { reason: error.reason, remedy: error.remedy };
}
