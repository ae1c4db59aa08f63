import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartDriver, PartProbe, PartSource } from '../core/partDriver.js';
import { backUpFiles } from './filesBackup.js';
import { compareFiles } from './filesCompare.js';
import { checkIndex, indexVersion } from './filesIndex.js';
import { planFilesRestore, restoreFiles } from './filesRestore.js';
import { maskSecrets } from './filesSecrets.js';
import { type FilesSet, setsOf } from './filesSets.js';
import { type KeptFile, keptFiles, undoFile } from './filesUndo.js';

/** A file of a plan for reading side by side: secrets masked. */
export interface FileDifference {
  path: string;
  /** On the target; absent where there is none. */
  present?: string;
  snapshot: string;
}

export interface FilesDriver extends PartDriver {
  /** Of a step of the plan; undefined for links, folders, and what is no text or too long. */
  difference(
    target: Target,
    source: PartSource,
    step: string,
    context: OperationContext,
  ): Promise<FileDifference | undefined>;
  /** What restores kept beside files, the newest first. @param files absolute paths of files that were restored. */
  kept(target: Target, files: readonly string[], context: OperationContext): Promise<KeptFile[]>;
  /** Puts a kept file back, and keeps what is in its place now. */
  undo(target: Target, kept: KeptFile, context: OperationContext): Promise<void>;
}

/**
 * kong.conf, files of the prefix folder and whatever else the environments file lists, here or behind a command.
 *
 * Choices of a restore: `only` (paths or globs of the files to bring back, one a line), `goOn` (true: after a file that fails
 * the others are tried), `outside` (true: also paths that the set of that name does not name any more).
 */
export function createFilesDriver({ now = () => new Date() }: { now?: () => Date } = {}): FilesDriver {
  return {
    id: 'files',
    part: 'files',
    probe: (target, _gateway, context) => probe(target, context),
    backup: backUpFiles,
    verify: async (source, context) => (await checkIndex(source, context)).problems,
    planRestore: (target, source, options, context) =>
      planFilesRestore(target, source, options, options.at ?? now(), context),
    restore: (target, source, options, context) => restoreFiles(target, source, options, options.at ?? now(), context),
    difference,
    kept: (target, files, context) => keptFiles(target, context, files),
    undo: (target, kept, context) => undoFile(target, kept, now(), context),
  };
}

type Unavailable = Extract<Availability, { available: false }>;
const answers: readonly string[] = [
  'tool-missing',
  'tool-failed',
  'environment-invalid',
] satisfies Unavailable['code'][];

/** Available when one of the places is: of the others a snapshot says what is missing. */
async function probe(target: Target, context: OperationContext): Promise<PartProbe> {
  throwIfCancelled(context.signal, target.environment.name);
  let failure: Unavailable | undefined;
  try {
    const sets = setsOf(target);
    if (sets.length === 0) return { present: false };
    for (const set of sets) {
      const answer = await reach(set, context).then(() => undefined, unavailable);
      if (!answer) return { present: true, availability: { available: true, version: String(indexVersion) } };
      failure ??= answer;
    }
  } catch (error) {
    failure = unavailable(error);
  }
  return failure ? { present: true, availability: failure } : { present: false };
}

/** @throws KongBackupError `tool-*`, `environment-invalid`. */
async function reach({ place, roots }: FilesSet, context: OperationContext): Promise<void> {
  await place.check(context);
  if (!roots) return;
  const found = await place.look(roots, context);
  if (found.some((each) => each !== undefined)) return;
  throw new KongBackupError('environment-invalid', {
    place: place.name,
    reason: `There is no ${roots.join(' and no ')} (${place.name}).`,
    remedy:
      'Correct conf and prefix under "kong" in the environments file, and name as `kong.copy` what runs a program there.',
  });
}

function unavailable(error: unknown): Unavailable {
  if (!isKongBackupError(error) || !answers.includes(error.code)) throw error;
  const { reason, remedy } = error;
  return { available: false, code: error.code as Unavailable['code'], reason, remedy };
}

/** Bytes of a text that somebody reads side by side. */
const longest = 1024 * 1024;

async function difference(
  target: Target,
  source: PartSource,
  step: string,
  context: OperationContext,
): Promise<FileDifference | undefined> {
  const { changes } = await compareFiles(target, source, {}, context);
  const change = changes.find(({ id }) => id === step);
  if (change?.content === undefined || change.change === 'adjust') return undefined;
  const { set, entry, present, content } = change;
  if ((entry.size ?? 0) > longest || (present?.size ?? 0) > longest) return undefined;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-'));
  try {
    const copy = path.join(folder, 'present');
    if (present?.type === 'file') await set.place.read(entry.path, copy, context);
    const before = present?.type === 'file' ? textOf(await readFile(copy)) : undefined;
    const after = textOf(await readFile(content));
    if (after === undefined || (present?.type === 'file' && before === undefined)) return undefined;
    return { path: entry.path, snapshot: after, ...(before !== undefined && { present: before }) };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return maskSecrets(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
