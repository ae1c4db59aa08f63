import type { BackupPlan } from '../core/backupPlan.js';
import type { OperationContext } from '../core/context.js';
import type { CoverageMatrix } from '../core/coverageMatrix.js';
import type { EntityReader } from '../core/driver.js';
import type { Environment } from '../core/environment.js';
import type { PartKind } from '../core/part.js';
import type { PartRestoreOptions, PartRestorePlan, PartRestoreResult, PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { withSealedTexts } from '../core/sealedTexts.js';
import { plannedMatrix, snapshotMatrix } from '../estate/coverageMatrix.js';
import { countEntities } from './countEntities.js';
import { currentEnvironment } from './currentEnvironment.js';
import type { Environments } from './environments.js';
import { findSnapshot, type FoundSnapshot, locateSnapshot, notWhole, readableManifest } from './findSnapshot.js';
import { partsNotTaken } from './partsNotTaken.js';
import { planBackup, type PlanBackupParts } from './planBackup.js';
import { planPartRestore, restorePart } from './restorePart.js';
import type { Targets } from './targets.js';

export interface PartWorkParts extends PlanBackupParts {
  store: SnapshotStore;
  reader: EntityReader;
  environments: Pick<Environments, 'environments'>;
  targets: Targets;
  /** Keeps other restores out of the same target, and prunes from the snapshot. */
  whileRestoring<T>(
    restore: { snapshot: string; target: Environment },
    context: OperationContext,
    job: () => Promise<T>,
  ): Promise<T>;
}

export interface PartRequest extends PartRestoreOptions {
  part: PartKind;
}

export interface PlannedPartRestore {
  snapshot: Manifest;
  part: PartKind;
  plan: PartRestorePlan;
  warning?: FoundSnapshot['warning'];
}

/** What is done with parts of a snapshot: the plan of a backup, what it would and does hold, and bringing one part back. */
export interface PartWork {
  /** What a backup would take. Nothing is changed. @throws KongBackupError `gateway-*`, `tool-*`, `cancelled`. */
  planBackup(environment: Environment, context: OperationContext): Promise<BackupPlan>;
  /** What a backup as planned would hold of all that the gateway has. Nothing is changed. @throws as `planBackup`. */
  plannedCoverage(environment: Environment, context: OperationContext): Promise<CoverageMatrix>;
  /** What a snapshot holds. @param name as `App.snapshot` takes it. @throws KongBackupError `snapshot-*`. */
  coverage(name: string): Promise<{ snapshot: Manifest; matrix: CoverageMatrix }>;
  /** What bringing one part back would do. Nothing is changed. @throws KongBackupError `snapshot-*`, and what its driver throws. */
  planPartRestore(
    snapshot: string,
    environment: Environment,
    request: PartRequest,
    context: OperationContext,
  ): Promise<PlannedPartRestore>;
  /**
   * Brings one part back, step by step.
   * @param request `confirm` is asked before each step that destroys something; `from`: the step to go on with.
   * @throws KongBackupError `plan-stale`, `environment-read-only`, `store-locked`, and as `planPartRestore`.
   */
  restorePart(
    snapshot: string,
    environment: Environment,
    request: PartRequest & { confirm(step: PartStep): Promise<boolean>; from?: string },
    context: OperationContext,
  ): Promise<PartRestoreResult>;
}

export function createPartWork(parts: PartWorkParts): PartWork {
  const { store, targets } = parts;
  /** When a restore was planned: what it puts aside is called as the plan said. */
  const planned = new Map<string, Date>();
  const keyOf = (...words: [environment: string, snapshot: string, part: PartKind]): string => JSON.stringify(words);
  return {
    planBackup: (environment, context) =>
      targets.run(environment, context, (target, guarded) => planBackup(parts, target, guarded)),
    plannedCoverage: (environment, context) =>
      targets.run(environment, context, async (target, guarded) => {
        const plan = await planBackup(parts, target, guarded);
        const live = await countEntities(parts.reader, target, plan.gateway, guarded);
        const unseen = partsNotTaken(plan.gateway, plan.parts, []).filter(
          ({ part }) => !plan.parts.some((planned) => planned.part === part),
        );
        return plannedMatrix(plan, { ...live, gaps: [...live.gaps, ...unseen] });
      }),
    async coverage(name) {
      const located = await locateSnapshot(store, name);
      if (located.problem) throw notWhole(located.id, located.problem);
      const snapshot = withSealedTexts(await readableManifest(store, located.id, located.manifest));
      return { snapshot, matrix: snapshotMatrix(snapshot) };
    },
    planPartRestore: (name, environment, { part, ...options }, context) =>
      targets.run(environment, context, async (target, guarded) => {
        const { manifest, warning } = await findSnapshot(store, name, part);
        const at = new Date();
        planned.set(keyOf(environment.id, manifest.id, part), at);
        const request = { target, snapshot: manifest.id, part, options: { ...options, at } };
        const plan = await planPartRestore(parts, request, guarded);
        return { snapshot: manifest, part, plan, ...(warning && { warning }) };
      }),
    async restorePart(name, environment, { part, confirm, from, ...options }, context) {
      const all = (await parts.environments.environments()).environments;
      const now = currentEnvironment(environment, all, { ofPart: true });
      return targets.run(now, context, async (target, guarded) => {
        const { id } = (await findSnapshot(store, name, part)).manifest;
        const key = keyOf(now.id, id, part);
        const at = planned.get(key);
        planned.delete(key);
        const dated = { ...options, ...(at && { at }) };
        const request = { target, snapshot: id, part, options: dated, confirm, ...(from !== undefined && { from }) };
        return parts.whileRestoring({ snapshot: id, target: now }, guarded, () => restorePart(parts, request, guarded));
      });
    },
  };
}
