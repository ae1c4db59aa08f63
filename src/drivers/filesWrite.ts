import { type OperationContext, quietContext } from '../core/context.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { FileChange } from './filesCompare.js';
import type { FilesIndex, IndexedFile } from './filesIndex.js';
import { sameOwner } from './filesOwners.js';
import { type FilesPlace, modeText } from './filesPlace.js';
import { someName } from './kongCommandFiles.js';

/** Milliseconds that taking back and tidying up may use once the work itself was cancelled. */
const tidyTime = 30_000;

/**
 * Makes one file of the target what the snapshot holds: written into a private folder beside it, read back, and put in its place
 * in one go, the old one kept under another name. When something fails the old one is in its place.
 * @throws KongBackupError `step-failed`, `store-*`, `tool-*`, `cancelled`.
 */
export async function writeChange(
  change: FileChange,
  index: FilesIndex,
  kept: string,
  context: OperationContext,
): Promise<void> {
  const { set, entry } = change;
  await holdStill(change, context);
  if (change.change === 'adjust') {
    await setRights(change, entry.path, context);
    return readBack(change, context);
  }
  const parents = index.sets.find(({ name }) => name === set.name)?.entries ?? [];
  await makeParents(change, set.place.path.dirname(entry.path), parents, context);
  if (entry.type === 'directory') {
    const [found] = await set.place.look([entry.path], context);
    if (!found) await set.place.makeFolder(entry.path, modeOf(entry), context);
    await setRights(change, entry.path, context);
    return readBack(change, context);
  }
  await stagedWrite(change, kept, context);
}

async function stagedWrite(change: FileChange, kept: string, context: OperationContext): Promise<void> {
  const { set, entry, content, present } = change;
  const { place } = set;
  const staging = place.path.join(place.path.dirname(entry.path), `.kong-restore-${someName()}`);
  const staged = place.path.join(staging, 'new');
  await place.makeFolder(staging, 0o700, context);
  try {
    if (entry.target !== undefined) await place.makeLink(entry.target, staged, context);
    else if (content !== undefined) await place.write(content, staged, context);
    await compareContent(place, entry, staged, context);
    await setRights(change, staged, context);
    if (present) await exchange(change, staged, kept, context);
    else {
      await place.replace(staged, entry.path, context);
      await readBack(change, context);
    }
  } finally {
    await place.remove(staging, tidying(context)).catch((error: unknown) => {
      context.log.warn(`${staging} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** The new one in the place of the old one; the old one is put back when that fails. */
async function exchange(change: FileChange, staged: string, kept: string, context: OperationContext): Promise<void> {
  const { set, entry, present } = change;
  const { place } = set;
  await place.copy(entry.path, kept, context);
  try {
    // `mv` would follow a link to a folder.
    if (present?.type === 'link') await place.remove(entry.path, context);
    await place.replace(staged, entry.path, context);
    await readBack(change, context);
  } catch (error) {
    await place.replace(kept, entry.path, tidying(context)).catch((second: unknown) => {
      const reason = isKongBackupError(second) ? second.reason : String(second);
      throw new KongBackupError('step-failed', {
        place: entry.path,
        reason: `It could not be replaced, nor the old one put back: ${reason}`,
        remedy: `The old one is kept as ${kept}: put it back by hand.`,
        cause: error,
      });
    });
    throw error;
  }
}

const tidying = ({ log }: OperationContext): OperationContext => ({
  ...quietContext(AbortSignal.timeout(tidyTime)),
  log,
});

/** Nobody changed it since the plan was looked at. */
async function holdStill({ set, entry, present }: FileChange, context: OperationContext): Promise<void> {
  const [now] = await set.place.look([entry.path], context);
  if (!present && !now) return;
  // What is in a folder changes with the steps before.
  if (entry.type === 'directory' && now?.type === 'directory') return;
  if (now && now.type !== 'unreadable' && now.identity === present?.identity && now.size === present.size) return;
  throw failed(entry.path, 'It changed since it was looked at.', 'Plan the restore anew.');
}

/** Folders that are not there, with the modes that they had. */
async function makeParents(
  change: FileChange,
  folder: string,
  entries: readonly IndexedFile[],
  context: OperationContext,
): Promise<void> {
  const { place } = change.set;
  const [found] = await place.look([folder], context);
  if (found) return;
  await makeParents(change, place.path.dirname(folder), entries, context);
  const entry = entries.find((each) => each.path === folder && each.type === 'directory');
  await place.makeFolder(folder, entry && modeOf(entry), context);
  if (entry) await setRights({ ...change, entry }, folder, context);
}

const modeOf = ({ mode }: IndexedFile): number | undefined =>
  mode === undefined ? undefined : Number.parseInt(mode, 8);

/** Owner first: to set it takes set-user-id bits away. */
async function setRights({ set, entry, mayChown }: FileChange, at: string, context: OperationContext): Promise<void> {
  if (mayChown && entry.uid !== undefined) await set.place.setOwner(at, entry, context);
  const mode = modeOf(entry);
  if (mode !== undefined && entry.type !== 'link') await set.place.setMode(at, mode, context);
}

async function compareContent(
  place: FilesPlace,
  entry: IndexedFile,
  at: string,
  context: OperationContext,
): Promise<void> {
  if (entry.type === 'link') {
    if ((await place.linkTarget(at, context)) === entry.target) return;
  } else {
    const { bytes, sha256 } = await place.read(at, undefined, context);
    if (sha256 === entry.sha256) return;
    if (bytes === 0)
      throw failed(
        at,
        'It arrived empty.',
        'A command prefix has to pass standard input on: docker and kubectl want -i.',
      );
  }
  throw failed(entry.path, 'What was written is not what is read back.', 'Look at the disk there, then go on.');
}

async function readBack(change: FileChange, context: OperationContext): Promise<void> {
  const { set, entry, mayChown } = change;
  if (entry.type !== 'directory') await compareContent(set.place, entry, entry.path, context);
  const [found] = await set.place.look([entry.path], context);
  if (!found || found.type === 'unreadable') throw failed(entry.path, 'It can not be read back.', 'Look at it there.');
  const mode = modeOf(entry);
  if (entry.type !== 'link' && mode !== undefined && found.mode !== undefined && found.mode !== mode) {
    throw failed(
      entry.path,
      `Its mode is ${modeText(found.mode)} and not ${entry.mode}.`,
      'Set it by hand, then go on.',
    );
  }
  if (mayChown && entry.uid !== undefined && !sameOwner(found, entry)) {
    throw failed(entry.path, 'Its owner could not be set.', 'Set it by hand, then go on.');
  }
}

const failed = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('step-failed', { place, reason, remedy });
