import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type {
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import { writeJson } from './adminEntitiesFiles.js';
import { fetchWhole, withFolder } from './portalFetch.js';
import { deployPortal, portalCommand, portalWords, workspaceFolder } from './portalCommand.js';
import { type HeldPortal, portalDifferences, type PortalFiles, portalList, readHeldPortal } from './portalFiles.js';

/** What differs between what is held and what the target serves, workspace by workspace. */
interface Survey {
  /** Of the files to deploy. */
  directory: string;
  held: HeldPortal;
  now: Record<string, PortalFiles>;
  differing: string[];
  steps: PartStep[];
}

/** Fetches what the target serves now into a folder that is gone afterwards. @throws KongBackupError `tool-*`, `cancelled`. */
export async function planPortalRestore(
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  context: OperationContext,
): Promise<PartRestorePlan> {
  throwIfCancelled(context.signal, source.manifest.id);
  const { wrong } = await readHeldPortal(directoryOf(source, options));
  if (wrong.length > 0) return { steps: [], warnings: [], refused: refusal(wrong) };
  return withFolder(async (folder) => {
    const { steps, now, held } = await survey(target, source, options, folder, context);
    return { steps, warnings: [], counts: { target: countOf(now), snapshot: countOf(held.workspaces) } };
  });
}

const countOf = (workspaces: Record<string, PortalFiles>) => ({
  portal_files: Object.values(workspaces).reduce((sum, files) => sum + Object.keys(files).length, 0),
});

const refusal = (wrong: readonly string[]) => ({
  reason: wrong.slice(0, 3).join(' '),
  remedy: 'Choose another snapshot; nothing was changed.',
});

const directoryOf = ({ directory }: PartSource, { choices = {} }: PartRestoreOptions): string =>
  typeof choices['undo'] === 'string' ? choices['undo'] : directory;

async function survey(
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  folder: string,
  context: OperationContext,
): Promise<Survey> {
  const directory = directoryOf(source, options);
  const held = await readHeldPortal(directory);
  const only = options.choices?.['workspaces'];
  const chosen = typeof only === 'string' ? only.split(',').map((name) => name.trim()) : undefined;
  const wanted = Object.keys(held.workspaces).filter((name) => chosen?.includes(name) ?? true);
  const now: Record<string, PortalFiles> = {};
  for (const workspace of wanted) now[workspace] = await fetchWhole(target, folder, workspace, context);
  const differs = (workspace: string): boolean => {
    const { made, changed, gone } = portalDifferences(now[workspace] ?? {}, held.workspaces[workspace] ?? {});
    return made + changed + gone > 0;
  };
  const differing = wanted.filter(differs);
  return { directory, held, now, differing, steps: stepsOf(target, differing, now, held) };
}

function stepsOf(
  target: Target,
  differing: readonly string[],
  now: Record<string, PortalFiles>,
  { workspaces }: HeldPortal,
): PartStep[] {
  const readBack = { id: 'read-back', title: 'Fetch the portals again and compare every file.' };
  if (differing.length === 0) return [readBack];
  const [tool] = portalCommand(target);
  return [
    { id: 'keep', title: 'Keep the files that the portals have now, to go back to.' },
    ...differing.map((workspace): PartStep => {
      const { made, changed, gone } = portalDifferences(now[workspace] ?? {}, workspaces[workspace] ?? {});
      return {
        id: `deploy:${workspace}`,
        title: `Deploy the portal of ${workspace}: ${made} files are new, ${changed} change.`,
        command: [tool, ...portalWords('deploy', workspace, target)].join(' '),
        destroys: `Deletes all files of the portal of ${workspace} first; ${gone} of them are not in the snapshot. It has no pages until the last file is there.`,
        undo: 'Restore again with the choice "undo" and the folder that the first step names.',
      };
    }),
    readBack,
  ];
}

/** A workspace that fails doesn't keep the others back; a further restore does only what still differs. */
export async function restorePortal(
  undoFolder: string,
  target: Target,
  source: PartSource,
  options: PartRestoreOptions & { confirm(step: PartStep): Promise<boolean> },
  context: OperationContext,
): Promise<PartRestoreResult> {
  throwIfCancelled(context.signal, source.manifest.id);
  const { wrong } = await readHeldPortal(directoryOf(source, options));
  if (wrong.length > 0) {
    throw new KongBackupError('snapshot-damaged', { place: source.manifest.id, ...refusal(wrong) });
  }
  return withFolder(async (folder) => {
    const found = await survey(target, source, options, folder, context);
    const result: PartRestoreResult = { done: [], verified: false, warnings: [] };
    const failures: { step: string; error: KongBackupError }[] = [];
    for (const [at, step] of found.steps.entries()) {
      throwIfCancelled(context.signal, step.title);
      context.report({ step: 'apply', subject: step.title, done: at, total: found.steps.length });
      if (step.destroys !== undefined && !(await options.confirm(step))) return ended(result, failures);
      if (step.id === 'read-back' && failures.length > 0) break;
      try {
        await run(step.id, found);
        result.done.push(step.id);
      } catch (error) {
        if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
        context.log.warn(error.message);
        failures.push({ step: step.id, error });
        if (step.id === 'keep') break;
      }
    }
    result.verified = failures.length === 0;
    if (result.verified) result.counts = countOf(found.held.workspaces);
    return ended(result, failures);

    async function run(step: string, state: Survey): Promise<void> {
      if (step === 'keep') {
        const kept = await keep(undoFolder, folder, state);
        const message = `To go back, restore with the choice "undo": ${kept}`;
        // A cancel ends the restore without a result that could say it.
        context.log.info(message);
        result.warnings.push({ code: 'undo-kept', message });
      } else if (step === 'read-back') await compare(target, state, context);
      else await deploy(target, state.directory, step.slice('deploy:'.length), context);
    }
  });
}

function ended(
  result: PartRestoreResult,
  failures: readonly { step: string; error: KongBackupError }[],
): PartRestoreResult {
  const [first] = failures;
  if (!first) return result;
  const names = failures.map(({ step }) => step.replace('deploy:', '')).join(', ');
  const why = failures.length === 1 ? first.error.reason : `${names} failed, the first: ${first.error.reason}`;
  // One that failed does not keep the others back, which has to be known before one goes on.
  const others = result.done.flatMap((step) => (step.startsWith('deploy:') ? step.slice('deploy:'.length) : []));
  const reason = others.length === 0 ? why : `${why} Deployed all the same: ${others.join(', ')}.`;
  return {
    ...result,
    failed: {
      step: first.step,
      reason,
      remedy: `${first.error.remedy} Then restore again: only what still differs is deployed.`,
    },
  };
}

/** In the form of a part, so that it can be deployed like one. @returns the folder. */
async function keep(undoFolder: string, fetched: string, { now, differing }: Survey): Promise<string> {
  await mkdir(undoFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(undoFolder, 'undo-portal-'));
  for (const workspace of differing) {
    await cp(workspaceFolder(fetched, workspace), workspaceFolder(folder, workspace), { recursive: true });
  }
  const workspaces = Object.fromEntries(differing.map((name) => [name, now[name] ?? {}]));
  await writeJson(path.join(folder, portalList), { workspaces });
  return folder;
}

/** From a copy: the program writes its settings into the folder, which may be the store's own. */
async function deploy(target: Target, directory: string, workspace: string, context: OperationContext): Promise<void> {
  await withFolder(async (folder) => {
    const from = workspaceFolder(directory, workspace);
    const to = workspaceFolder(folder, workspace);
    await mkdir(to, { recursive: true, mode: 0o700 });
    await cp(from, to, { recursive: true }).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    });
    await deployPortal(target, folder, workspace, context);
  });
}

async function compare(target: Target, { held, differing }: Survey, context: OperationContext): Promise<void> {
  await withFolder(async (folder) => {
    const unequal: string[] = [];
    for (const workspace of differing) {
      const files = await fetchWhole(target, folder, workspace, context);
      const { made, changed, gone } = portalDifferences(files, held.workspaces[workspace] ?? {});
      if (made + changed + gone > 0) unequal.push(`${workspace} (${made + changed + gone} files)`);
    }
    if (unequal.length === 0) return;
    throw new KongBackupError('restore-incomplete', {
      place: 'portal',
      reason: `Portals still differ: ${unequal.join(', ')}.`,
      remedy: 'Look into the error log of the gateway.',
    });
  });
}
