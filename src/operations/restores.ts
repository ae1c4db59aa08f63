import { type ChangeCounts, countChanges, isEmptyPlan, type Plan, type RestoreChoice } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import { brokenChecks, type CheckChange } from '../core/smokeChecks.js';
import type { JsonObject } from '../core/json.js';
import type { Counts, Manifest } from '../core/snapshot.js';
import { withChecks } from './checkedJob.js';
import { currentEnvironment } from './currentEnvironment.js';
import type { Environments } from './environments.js';
import { findSnapshot } from './findSnapshot.js';
import { type HookRunner, withHooks } from './hooks.js';
import type { ChosenRestore } from './planChoice.js';
import { keepReads } from './keepReads.js';
import type { KnownPlan } from './knownPlan.js';
import type { OverrideHits } from './planOverrides.js';
import { planRestore, type PlanRestoreRequest } from './planRestore.js';
import { waysThatKeep } from './refuseBroken.js';
import { pruneJournals } from './pruneJournals.js';
import { restore, type RestoreOutcome, type RestoreParts } from './restore.js';
import { keepReport } from './restoreJournal.js';
import { keptProof, proofOfRestore, type RestoreProof } from './restoreProof.js';
import { proofAsMarkdown } from './restoreProofText.js';
import type { SmokeChecking } from './smokeChecks.js';
import type { Targets } from './targets.js';

/** What of a snapshot is to be brought back, and how. A restore plans with exactly the same again. */
export type RestoreScope = Omit<PlanRestoreRequest, 'snapshot' | 'target'>;

export interface RestorePlan extends Omit<ChosenRestore, 'breaks'> {
  snapshot: Manifest;
  environment: Environment;
  /** What was asked for, the mode that was chosen for it included. */
  scope: RestoreScope;
  gateway: GatewayInfo;
  /** All that differs, whatever was chosen of it. */
  whole: Plan;
  /** The same plan with another choice; nobody is asked anything again. @throws KongBackupError as planning does. */
  choose(choice: RestoreChoice): RestorePlan;
  /** What the environment has other than the one the snapshot comes from, and how many entities that changed. */
  overrides: OverrideHits[];
  counts: ChangeCounts;
  /** How much of each kind was read for it, by workspace. */
  liveCounts: ReadonlyMap<string, Counts>;
  /** What the snapshot speaks of and the gateway did not show: an empty plan proves nothing of it. */
  unread: Gap[];
  /** Logins that would stop working: the restore is refused until `acceptBrokenCredentials` is true. */
  breaks: { code: string; message: string }[];
  /** Whether a person said yes to `breaks`. */
  acceptBrokenCredentials?: boolean;
  /** Ways by which these logins go on, that this snapshot holds: each a sentence. */
  keepingWays: string[];
  /** The restore that is gone on with, and the safety snapshot that it began with. */
  resumes?: { id: string; guard?: string };
  /** The restore that is taken back. */
  undoes?: string;
}

/** What a restore came to, and the same to be kept. */
export interface RestoreReport extends RestoreOutcome {
  /** The environment's smoke checks before and after, what broke first; absent where none were sent. */
  checks?: CheckChange[];
  /** Is kept beside the snapshot, too. */
  document: RestoreProof;
}

export interface RestoresParts extends RestoreParts {
  environments: Pick<Environments, 'environments'>;
  targets: Targets;
  checking: SmokeChecking;
  runHook: HookRunner;
  /** Keeps other restores out of the same target, and prunes from the snapshot. */
  whileRestoring<T>(
    restore: { snapshot: string; target: Environment },
    context: OperationContext,
    job: () => Promise<T>,
  ): Promise<T>;
}

/** Bringing the entities of a snapshot back. */
export interface Restores {
  /** @param snapshot what `App.snapshot` takes for a name. */
  planRestore(
    snapshot: string,
    environment: Environment,
    scope: RestoreScope,
    context: OperationContext,
  ): Promise<RestorePlan>;
  /**
   * Applies a plan that was confirmed, to the environment as the file has it now.
   * @throws KongBackupError; nothing was written unless it says so.
   */
  restore(plan: RestorePlan, context: OperationContext): Promise<RestoreReport>;
  /** A report's document as Markdown. */
  proofAsMarkdown(document: RestoreProof): string;
}

export function createRestores(parts: RestoresParts): Restores {
  const { store, environments, targets, checking, runHook, whileRestoring, journals, tool } = parts;
  // By the manifest that each planning reads: whatever is chosen of a plan, it is the same.
  const known = new WeakMap<Manifest, KnownPlan>();
  return {
    proofAsMarkdown,
    planRestore: (name, environment, scope, context) =>
      targets.run(environment, context, async (target, guarded) => {
        const { manifest, warning } = await findSnapshot(store, name);
        const reading = keepReads(parts.reader);
        const request = { ...scope, snapshot: manifest.id, target };
        const planned = await planRestore({ ...parts, reader: reading.reader }, request, guarded);
        const at = performance.now();
        known.set(planned.snapshot, { planned, environment: target.environment, reading, at });
        const { snapshot, gateway, whole, unread, overrides, liveCounts } = planned;
        const planOf = (chosen: ChosenRestore): RestorePlan => ({
          ...{ snapshot, environment, gateway, whole, unread, overrides, liveCounts },
          ...chosen,
          scope: {
            ...(scope.workspaces && { workspaces: scope.workspaces }),
            ...(scope.entitiesOnly && { entitiesOnly: true }),
            ...(scope.takesBack !== undefined && { takesBack: scope.takesBack }),
            ...chosen.choice,
          },
          counts: countChanges(chosen.plan),
          warnings: [...(warning ? [warning] : []), ...chosen.warnings],
          keepingWays: waysThatKeep(snapshot, chosen.breaks),
          choose: (choice) => planOf(planned.choose(choice)),
        });
        return planOf(planned);
      }),
    async restore(confirmed, context) {
      const { snapshot, environment, scope, plan, liveCounts } = confirmed;
      const { acceptBrokenCredentials = false, resumes, undoes } = confirmed;
      const run = { ...(resumes && { resumes }), ...(undoes !== undefined && { undoes }) };
      const madeFrom = known.get(snapshot);
      const now = currentEnvironment(environment, (await environments.environments()).environments);
      return targets.run(now, context, (target, guarded) =>
        whileRestoring({ snapshot: snapshot.id, target: now }, guarded, async () => {
          const { done, warnings } = await withHooks(
            runHook,
            {
              environment: now,
              kind: 'Restore',
              snapshot: snapshot.id,
              job: () => {
                const request = {
                  snapshot: snapshot.id,
                  scope,
                  target,
                  plan,
                  liveCounts,
                  acceptBrokenCredentials,
                  ...run,
                  ...(madeFrom && { known: madeFrom }),
                };
                const sent = isEmptyPlan(plan) ? { ...now, checks: [] } : now;
                return withChecks(checking, sent, () => restore(parts, request, guarded), guarded);
              },
              outcome: ({ done: { verified }, checks }) => ({
                result: verified && brokenChecks(checks).length === 0 ? 'ok' : 'partial',
              }),
            },
            guarded,
          );
          const { checks } = done;
          const outcome = {
            ...done.done,
            ...(checks && { checks }),
            warnings: [...done.done.warnings, ...done.warnings, ...warnings],
          };
          const document = proofOfRestore(confirmed, outcome, {
            by: journals.by,
            tool: `${tool.name} ${tool.version}`,
          });
          await keepProof(parts, snapshot, document, guarded);
          await pruneJournals(parts, guarded);
          return { ...outcome, document };
        }),
      );
    },
  };
}

/** Beside the snapshot. Who may not write there has restored all the same. */
async function keepProof(
  { store, journals }: Pick<RestoresParts, 'store' | 'journals'>,
  snapshot: Manifest,
  document: RestoreProof,
  { log }: OperationContext,
): Promise<void> {
  const kept = keptProof(document, snapshot.encryption !== undefined);
  const { at, by, environment } = document;
  const report = JSON.stringify(kept);
  try {
    if (document.restore !== undefined) await keepReport(journals, document.restore, JSON.parse(report) as JsonObject);
    await store.record(snapshot.id, { kind: 'restored', at, by, target: environment.name, report });
  } catch (error) {
    log.warn(`${snapshot.id}: the report of the restore could not be kept beside it: ${String(error)}`);
  }
}
