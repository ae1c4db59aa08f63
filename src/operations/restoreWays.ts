import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { LineFiles } from '../core/lineFiles.js';
import type { SnapshotStore } from '../core/store.js';
import { type NamedEntry, settledEntries } from './journalLines.js';
import { leaveToOthers } from './changedSince.js';
import { entityNames } from './entityNames.js';
import type { PlanRestoreRequest } from './planRestore.js';
import type { Environments } from './environments.js';
import { missing, readRun, readRuns, type RestoreRun } from './restoreRuns.js';
import type { RestoreProof } from './restoreProof.js';
import type { RestorePlan, Restores } from './restores.js';

export interface RestoreWaysParts extends Pick<Restores, 'planRestore'> {
  journals: LineFiles;
  store: SnapshotStore;
  environments: Pick<Environments, 'environments'>;
}

/** What can be done with restores that were begun. */
export interface RestoreWays {
  /** All that are known, newest first. @param environment its name. */
  restores(environment?: string): Promise<RestoreRun[]>;
  /** Those that came to a stop with a part of them written, and that nothing came after. */
  unfinishedRestores(): Promise<RestoreRun[]>;
  /** All that it wrote or was about to write, each once. @throws KongBackupError `restore-missing`, `journal-unreadable`. */
  lookAtRestore(id: string): Promise<{ run: RestoreRun; entries: NamedEntry[] }>;
  /**
   * What is left to do of a restore that did not come to its end, or of which something failed. `restore` goes on with it.
   * @param id the newest of those when absent.
   * @throws KongBackupError `restore-missing`, `journal-unreadable`, `environment-missing`, and as `planRestore`.
   */
  planResume(id: string | undefined, context: OperationContext): Promise<RestorePlan>;
  /**
   * What takes a restore back: the state of its safety snapshot, without the workspaces that it made. `restore` does it, and can be undone as any other.
   * What the restore did not touch and somebody else changed since is left as it is, and named.
   * @param name its id, or an environment: then the last one into that; the last one of all when absent.
   * @param options `everything`: what somebody else changed since is set back, too.
   * @throws as `planResume`.
   */
  planUndo(
    name: string | undefined,
    context: OperationContext,
    options?: { everything?: boolean },
  ): Promise<RestorePlan>;
  /** What came of a restore, as it is kept. @throws KongBackupError `restore-missing`, `journal-unreadable`. */
  reportOfRestore(id: string): Promise<RestoreProof>;
  /** Lets go of a journal: the restore can't be resumed or undone by it any more. Its safety snapshot stays. */
  forgetRestore(id: string): Promise<void>;
}

export function createRestoreWays(parts: RestoreWaysParts): RestoreWays {
  const { journals, store } = parts;
  const runs = async (): Promise<RestoreRun[]> => (await readRuns(journals)).map(({ run }) => run);
  return {
    restores: async (name) =>
      (await runs()).filter(({ environment }) => name === undefined || environment.name === name),
    unfinishedRestores: async () => (await runs()).filter(({ state }) => state === 'unfinished'),
    async lookAtRestore(id) {
      const { run, content } = await readRun(journals, id);
      const names = await entityNames(store, [run.snapshot, ...(run.guard === undefined ? [] : [run.guard])]);
      const entries = settledEntries(content).map((entry): NamedEntry => {
        const name = names(entry.kind, entry.id);
        return { ...entry, ...(name !== undefined && { name }) };
      });
      return { run, entries };
    },
    async planResume(id, context) {
      const { run, content } = await readRun(journals, id ?? newestToResume(await runs()));
      refuseRunning(run);
      if (run.state === 'undone' || run.state === 'finished')
        throw missing(run.id, 'Nothing of it is left to be done.');
      const scope = content.head.scope as Omit<PlanRestoreRequest, 'snapshot' | 'target'>;
      const plan = await parts.planRestore(run.snapshot, await environmentOf(parts, run), scope, context);
      const resumes = { id: run.id, ...(run.guard !== undefined && { guard: run.guard }) };
      return withRun(plan, { resumes, ...(run.undoes !== undefined && { undoes: run.undoes }) });
    },
    async planUndo(name, context, { everything = false } = {}) {
      const { run, entries } = await readRun(journals, runToUndo(await runs(), name));
      refuseRunning(run);
      if (run.state === 'undone') throw missing(run.id, 'It was undone already; undo that one to have it again.');
      // Where all workspaces were new there is no state before to go back to: then only what was made is taken back.
      const scope = run.guard === undefined ? { workspaces: [], entitiesOnly: true } : {};
      const plan = await parts.planRestore(
        run.guard ?? run.snapshot,
        await environmentOf(parts, run),
        { ...scope, mode: 'exact', takesBack: run.id },
        context,
      );
      return withRun(everything ? plan : leaveToOthers(plan, entries), { undoes: run.id });
    },
    async reportOfRestore(id) {
      const { run, content } = await readRun(journals, id);
      if (content.report) return content.report as unknown as RestoreProof;
      throw missing(run.id, 'It has no report: it did not come to its end, or an older version made it.');
    },
    async forgetRestore(id) {
      const known = (await runs()).find((run) => run.id === id);
      if (!known) throw missing(id);
      refuseRunning(known);
      await journals.remove(id);
    },
  };
}

/** Whatever is chosen of the plan, it belongs to the same restore. */
function withRun(plan: RestorePlan, run: Pick<RestorePlan, 'resumes' | 'undoes'>): RestorePlan {
  return { ...plan, ...run, choose: (choice) => withRun(plan.choose(choice), run) };
}

function newestToResume(runs: readonly RestoreRun[]): string {
  const found = runs.find(({ state }) => state === 'unfinished') ?? runs.find(({ state }) => state === 'incomplete');
  if (!found) throw missing('kong-backup', 'No restore is left to be resumed.');
  return found.id;
}

function runToUndo(runs: readonly RestoreRun[], name: string | undefined): string {
  const byId = runs.find(({ id }) => id === name);
  const found =
    byId ??
    runs.find(({ state, environment }) => state !== 'undone' && (name === undefined || environment.name === name));
  if (found) return found.id;
  throw missing(name ?? 'kong-backup', 'There is no restore that could be undone.');
}

function refuseRunning({ id, state, by, at }: RestoreRun): void {
  if (state !== 'running') return;
  throw new KongBackupError('store-locked', {
    place: id,
    reason: `The restore that ${by} began at ${at} still runs.`,
    remedy: 'Wait for its end. If that machine is gone for good, restore its safety snapshot by hand.',
  });
}

async function environmentOf({ environments }: RestoreWaysParts, { environment }: RestoreRun): Promise<Environment> {
  const found = (await environments.environments()).environments.find(({ id }) => id === environment.id);
  if (found) return found;
  throw new KongBackupError('environment-missing', {
    place: environment.name,
    reason: 'The environment that the restore wrote is not in the environments file any more.',
    remedy: 'Add it again with the same id, or restore by hand.',
  });
}
