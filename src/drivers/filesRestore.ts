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
import { compareFiles, type Comparison, type FileChange } from './filesCompare.js';
import { ownerText } from './filesOwners.js';
import { modeText, type Owner } from './filesPlace.js';
import { writeChange } from './filesWrite.js';

/** A second name in the folder of the file: when it was replaced, without what Windows refuses in names. */
export const keptName = (file: string, now: Date): string =>
  `${file}.kong-backup-${now.toISOString().replace(/[-:.]/g, '')}`;

/** @throws KongBackupError `environment-invalid`, `tool-*`, `cancelled`. */
export async function planFilesRestore(
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  now: Date,
  context: OperationContext,
): Promise<PartRestorePlan> {
  const { changes, warnings, refused, counts } = await compareFiles(target, source, options, context);
  return {
    steps: changes.map((change) => stepOf(change, source, now)),
    warnings,
    ...(refused && { refused: { reason: refused.reason, remedy: refused.remedy } }),
    counts,
  };
}

function stepOf(change: FileChange, { manifest }: PartSource, now: Date): PartStep {
  const { id, set, entry, present } = change;
  const { path: file } = entry;
  const where = set.place.name === 'this machine' ? file : `${file} (${set.place.name})`;
  const rights = rightsText(entry.mode, entry);
  const words = { file: 'the file', link: 'the link', directory: 'the folder' };
  if (change.change === 'create' || !present) {
    const size = entry.size === undefined ? '' : ` of ${entry.size} bytes`;
    return { id, title: `Create ${words[entry.type]} ${where}${size}${rights}.`, undo: `Remove ${file}.` };
  }
  const rightsNow = rightsText(present.mode === undefined ? undefined : modeText(present.mode), present);
  if (change.change === 'adjust') {
    return {
      id,
      title: `Set mode and owner of ${where}${rights}.`,
      destroys: `The present ones of ${file}${rightsNow}.`,
      undo: `Set them back${rightsNow}.`,
    };
  }
  const kept = keptName(file, now);
  const newer = present.modified > Date.parse(manifest.createdAt) ? ', after the snapshot was taken' : '';
  const written = `${present.size} bytes${rightsNow}, written ${new Date(present.modified).toISOString()}${newer}`;
  return {
    id,
    title: `Replace ${where} by ${words[entry.type]} of the snapshot${entry.size === undefined ? '' : ` of ${entry.size} bytes`}${rights}.`,
    destroys: `The present content of ${file} (${written}), kept as ${kept}.`,
    undo: `Put ${kept} back as ${file}.`,
  };
}

const rightsText = (mode: string | undefined, owner: Owner): string =>
  mode === undefined ? '' : `, ${mode} ${ownerText(owner)}`;

export interface FilesRestoreOptions extends PartRestoreOptions {
  confirm(step: PartStep): Promise<boolean>;
  from?: string;
}

/** Does the steps of the plan. @throws KongBackupError as the plan; `snapshot-damaged`, `environment-invalid` where it was refused. */
export async function restoreFiles(
  target: Target,
  source: PartSource,
  options: FilesRestoreOptions,
  now: Date,
  context: OperationContext,
): Promise<PartRestoreResult> {
  const comparison = await compareFiles(target, source, options, context);
  const { refused, warnings, index } = comparison;
  if (refused) throw new KongBackupError(refused.code, { place: target.environment.name, ...refused });
  const todo = remaining(comparison, options.from, target.environment.name);
  const done: string[] = [];
  const failures: NonNullable<PartRestoreResult['failed']>[] = [];
  for (const [at, change] of todo.entries()) {
    const { id, entry } = change;
    throwIfCancelled(context.signal, entry.path);
    context.report({ step: 'apply', subject: entry.path, done: at, total: todo.length });
    const step = stepOf(change, source, now);
    if (step.destroys !== undefined && !(await options.confirm(step))) break;
    try {
      await writeChange(change, index, keptName(entry.path, now), context);
      done.push(id);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      failures.push({ step: id, reason: `${entry.path}: ${error.reason}`, remedy: error.remedy });
      if (options.choices?.['goOn'] !== true) break;
    }
  }
  const [failed, ...others] = failures;
  const isAll = done.length === comparison.changes.length;
  return {
    done,
    ...(failed && { failed: withRest(failed, todo, done, failures.length) }),
    verified: isAll,
    ...(isAll && { counts: source.record.counts }),
    warnings: [
      ...warnings,
      ...others.map(({ reason, remedy }) => ({ code: 'step-failed', message: `${reason} ${remedy}` })),
    ],
  };
}

/** Those from a step on. Files that an earlier run brought back are equal, and no steps any more. */
function remaining({ changes, index }: Comparison, from: string | undefined, place: string): FileChange[] {
  const at = from === undefined ? 0 : changes.findIndex(({ id }) => id === from);
  if (at >= 0) return changes.slice(at);
  const isKnown = index.sets.some(({ name, entries }) => entries.some((entry) => `${name}:${entry.path}` === from));
  if (isKnown) return changes;
  throw new KongBackupError('plan-stale', {
    place,
    reason: `There is no step ${from}.`,
    remedy: 'Plan the restore anew.',
  });
}

function withRest(
  failed: NonNullable<PartRestoreResult['failed']>,
  todo: readonly FileChange[],
  done: readonly string[],
  failures: number,
): NonNullable<PartRestoreResult['failed']> {
  const rest = todo.length - done.length - failures;
  if (rest === 0) return failed;
  return {
    ...failed,
    remedy: `${failed.remedy} ${rest} more ${rest === 1 ? 'file was' : 'files were'} not tried: go on from this step.`,
  };
}
