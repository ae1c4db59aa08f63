import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import { planGuidedRestore, type RecoveryPlan } from './guidedRestorePlan.js';
import type { GuidedRestoreParts, RecoverRequest, RecoveryReport } from './guidedRestoreParts.js';
import { GuidedRestoreRun } from './guidedRestoreRun.js';
import { clearRecovery, readRecovery, type RecoveryState } from './guidedRestoreState.js';
import { undoGuidedRestore } from './guidedRestoreUndo.js';

/** The order in which Kong's documents restore: the database, and where that fails its declarative part. */
export interface GuidedRestore {
  /** The one that is on its way. @throws KongBackupError `file-invalid`. */
  recovery(environment: Environment): Promise<RecoveryState | undefined>;
  /** What `recover` would do as things stand: it writes nothing. @throws KongBackupError `snapshot-*`, `cancelled`. */
  planRecovery(
    snapshot: string,
    environment: Environment,
    request: Pick<RecoverRequest, 'acceptVersion'>,
    context: OperationContext,
  ): Promise<RecoveryPlan>;
  /**
   * Goes from step to step, and keeps on the disk how far it came.
   * @throws KongBackupError `restore-incomplete` when another one is on its way, `snapshot-*`, `environment-read-only`, `cancelled`.
   */
  recover(
    snapshot: string,
    environment: Environment,
    request: RecoverRequest,
    context: OperationContext,
  ): Promise<RecoveryReport>;
  /** Takes the steps back, the last one first. @throws KongBackupError `restore-incomplete` when none is on its way. */
  undoRecovery(
    environment: Environment,
    request: Pick<RecoverRequest, 'confirm'>,
    context: OperationContext,
  ): Promise<RecoveryReport>;
  /** Forgets how far it came; what was done stays. */
  abandonRecovery(environment: Environment): Promise<void>;
}

export function createGuidedRestore(parts: GuidedRestoreParts): GuidedRestore {
  return {
    recovery: (environment) => readRecovery(parts.stateFile(environment)),
    async planRecovery(name, environment, request, context) {
      const { manifest, warning } = await parts.snapshot(name);
      const plan = await planGuidedRestore(parts, manifest, environment, request, context);
      const found = await readRecovery(parts.stateFile(environment));
      const warnings = [
        ...(warning ? [warning.message] : []),
        ...(found && !isComplete(found) ? [onItsWayText(found)] : []),
        ...(environment.readOnly ? [readOnly(environment).reason] : []),
      ];
      return { ...plan, warnings };
    },
    async recover(name, environment, request, context) {
      if (environment.readOnly) throw readOnly(environment);
      const { manifest, warning } = await parts.snapshot(name);
      const state = await begin(parts, manifest, environment, request);
      if (warning) context.log.warn(warning.message);
      const report = await new GuidedRestoreRun(parts, manifest, environment, request, state, context).go();
      return warning ? { ...report, warnings: [warning.message, ...report.warnings] } : report;
    },
    async undoRecovery(environment, request, context) {
      if (environment.readOnly) throw readOnly(environment);
      return undoGuidedRestore(parts, environment, request, context);
    },
    abandonRecovery: (environment) => clearRecovery(parts.stateFile(environment)),
  };
}

async function begin(
  parts: GuidedRestoreParts,
  { id }: Manifest,
  environment: Environment,
  { resume }: RecoverRequest,
): Promise<RecoveryState> {
  const found = await readRecovery(parts.stateFile(environment));
  const onItsWay = found && !isComplete(found) ? found : undefined;
  if (resume) {
    if (onItsWay?.snapshot === id) return onItsWay;
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: onItsWay ? `What is on its way is of ${onItsWay.snapshot}.` : 'No guided restore is on its way.',
      remedy: onItsWay ? 'Go on with that one, take it back, or give it up.' : 'Begin one without --resume.',
    });
  }
  if (onItsWay) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: onItsWayText(onItsWay),
      remedy: 'Go on with it (--resume), take it back (--undo), or give it up (--abandon).',
    });
  }
  const { id: environmentId, name } = environment;
  const begun = new Date().toISOString();
  return { version: 1, environment: { id: environmentId, name }, snapshot: id, begun, fallback: false, steps: [] };
}

const onItsWayText = ({ snapshot, begun }: RecoveryState): string =>
  `A guided restore of ${snapshot} is on its way since ${begun}.`;

/** Either the database is in, or what stands in for it. */
const isComplete = ({ steps, fallback }: RecoveryState): boolean =>
  steps.some(({ step, state }) => state === 'done' && step === (fallback ? 'declarative' : 'database'));

const readOnly = ({ name }: Environment): KongBackupError =>
  new KongBackupError('environment-read-only', {
    place: name,
    reason: 'The environment is read-only.',
    remedy: 'Take readOnly out of its entry in the environments file first.',
  });
