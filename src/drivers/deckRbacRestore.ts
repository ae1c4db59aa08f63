import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
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
import { safeFileName } from '../core/snapshotId.js';
import { adminKinds } from './adminEntitiesKinds.js';
import { type EntriesDriver, keepUndoNote, planEntriesRestore } from './adminEntitiesRestore.js';
import type { DeckRbac } from './deckRbac.js';

/** What decK reads and writes of it. */
const deckKinds = adminKinds.filter(({ name }) => ['rbac_roles', 'rbac_endpoint_permissions'].includes(name));

export const deckFolder = 'deck';

/** Where decK's file of a workspace's roles lies in the part. */
export const deckFileOf = (directory: string, workspace: string): string =>
  path.join(directory, deckFolder, `${safeFileName(workspace)}.yaml`);

/**
 * Roles and endpoint permissions by decK's own files, which makes each workspace's exactly those of the file. What that would do
 * is told by our own comparison; a sync that could take rights from the token in use is refused.
 */
export async function planDeckRestore(
  deck: DeckRbac,
  driver: EntriesDriver,
  target: Target,
  source: PartSource,
  context: OperationContext,
): Promise<PartRestorePlan> {
  const recorded = source.record.details?.['workspaces'];
  const all = Array.isArray(recorded) ? recorded.map(String) : [];
  const workspaces = all.filter((name) => existsSync(deckFileOf(source.directory, name)));
  const compared = await planEntriesRestore(
    { ...driver, compared: deckKinds },
    target,
    source,
    { choices: { deleteOthers: true } },
    context,
  );
  const refused = compared.refused ?? (await refusalOf(deck, target, workspaces, compared, context));
  if (refused) return { ...compared, steps: [], refused };
  const steps = workspaces.map((workspace): PartStep => ({
    id: `deck:${workspace}`,
    title: `Make the roles of ${workspace} those of decK's file.`,
    command: `deck gateway sync ${deckFolder}/${safeFileName(workspace)}.yaml --rbac-resources-only --workspace ${workspace}`,
    destroys: `Roles and endpoint permissions of ${workspace} that the file does not have are deleted, and users lose them.`,
    undo: 'Restore again with the choice "undo" and the file that the first step names.',
  }));
  const keep = { id: 'keep', title: 'Keep what the gateway holds now, to go back to.' };
  return { ...compared, steps: [keep, ...steps, { id: 'read-back', title: 'Read back and compare.' }] };
}

async function refusalOf(
  deck: DeckRbac,
  target: Target,
  workspaces: readonly string[],
  { warnings }: PartRestorePlan,
  context: OperationContext,
): Promise<PartRestorePlan['refused']> {
  const remedy = 'Leave the choice "by" out: then our own files are used.';
  if (workspaces.length === 0) return { reason: "The snapshot holds no file of decK's.", remedy };
  if ((await deck.version(target, context)) === undefined) {
    return { reason: 'There is no decK here that knows of roles.', remedy };
  }
  const spared = warnings.find(({ code }) => code.startsWith('operator-'));
  if (!spared) return undefined;
  return { reason: `decK would change what the token in use may do, or could. ${spared.message}`, remedy };
}

/** A workspace that fails stops the others: roles are few, and a half-done sync should be looked at. */
export async function restoreByDeck(
  deck: DeckRbac,
  driver: EntriesDriver,
  target: Target,
  source: PartSource,
  options: PartRestoreOptions & { confirm(step: PartStep): Promise<boolean> },
  context: OperationContext,
): Promise<PartRestoreResult> {
  const plan = await planDeckRestore(deck, driver, target, source, context);
  if (plan.refused) throw new KongBackupError('plan-stale', { place: source.manifest.id, ...plan.refused });
  const about = { ...driver, compared: deckKinds };
  const exactly = { choices: { deleteOthers: true } };
  const result: PartRestoreResult = { done: [], verified: false, warnings: [...plan.warnings] };
  for (const step of plan.steps) {
    throwIfCancelled(context.signal, step.title);
    if (step.destroys !== undefined && !(await options.confirm(step))) return result;
    try {
      if (step.id === 'keep') result.warnings.push(await keepUndoNote(about, target, source, exactly, context));
      else if (step.id === 'read-back') await compare();
      else await sync(step.id.slice('deck:'.length));
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      return { ...result, failed: { step: step.id, reason: error.reason, remedy: error.remedy } };
    }
    result.done.push(step.id);
  }
  return { ...result, verified: true };

  /** From a copy: nothing but us writes into a store, and decK may lie elsewhere. */
  async function sync(workspace: string): Promise<void> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-deck-rbac-'));
    try {
      const file = path.join(folder, 'roles.yaml');
      await copyFile(deckFileOf(source.directory, workspace), file);
      await deck.sync(target, workspace, file, context);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async function compare(): Promise<void> {
    const { steps } = await planEntriesRestore(about, target, source, exactly, context);
    const left = steps.filter(({ id }) => id !== 'keep' && id !== 'read-back');
    if (left.length === 0) return;
    throw new KongBackupError('restore-incomplete', {
      place: 'deck gateway sync',
      reason: `Not all is as in the snapshot: ${left.map(({ title }) => title).join(' ')}`,
      remedy: 'Restore again without the choice "by": our own files bring the rest.',
    });
  }
}
