import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { memberTest, slashed } from './filesPatterns.js';
import { keptName } from './filesRestore.js';
import { type FilesSet, setsOf } from './filesSets.js';

/** A file that a restore replaced, still on the target. */
export interface KeptFile {
  set: string;
  /** Where it belongs, and where it is. */
  path: string;
  kept: string;
  /** UTC time of the restore: `2026-11-21T06:35:17.123Z`. */
  at: string;
}

const keptAs = /^([\s\S]+)\.kong-backup-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

/** Names that are looked at in one folder. */
const most = 10_000;

/** What restores kept beside the files that they replaced, the newest first. @throws KongBackupError `tool-*`, `cancelled`. */
export async function keptFiles(
  target: Target,
  context: OperationContext,
  files: readonly string[],
): Promise<KeptFile[]> {
  const found: KeptFile[] = [];
  for (const set of setsOf(target)) {
    const isMember = memberTest(set);
    const { path } = set.place;
    const folders = new Set(files.filter((file) => path.isAbsolute(file)).map((file) => path.dirname(file)));
    for (const folder of folders) {
      const [facts] = await set.place.look([folder], context);
      if (facts?.type !== 'directory') continue;
      const { paths } = await set.place.list(folder, { depth: 1, most }, context);
      found.push(...paths.flatMap((kept) => keptOf(set.name, kept)).filter((each) => isMember(each.path)));
    }
  }
  return found.sort((a, b) => (a.at < b.at ? 1 : -1));
}

function keptOf(set: string, kept: string): KeptFile[] {
  const [, original, year, month, day, hours, minutes, seconds, thousandths] = keptAs.exec(kept) ?? [];
  if (original === undefined) return [];
  return [{ set, path: original, kept, at: `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${thousandths}Z` }];
}

/**
 * Puts a kept file back; what is in its place now is kept in its turn.
 * @throws KongBackupError `environment-invalid` for a file that the environment does not name, `file-unreadable`, `store-*`.
 */
export async function undoFile(
  target: Target,
  { set: name, path: file, kept }: KeptFile,
  now: Date,
  context: OperationContext,
): Promise<void> {
  const set = setsOf(target).find((each) => each.name === name);
  if (!set || !isOf(set, file, kept)) {
    throw new KongBackupError('environment-invalid', {
      place: file,
      reason: 'The environment does not name this file.',
      remedy: 'Put it back by hand.',
    });
  }
  const { place } = set;
  const [present, old] = await place.look([file, kept], context);
  if (!old || !['file', 'link'].includes(old.type)) {
    throw new KongBackupError('file-unreadable', {
      place: kept,
      reason: 'There is no such file any more.',
      remedy: 'Look for the file as it was in a snapshot.',
    });
  }
  if (present) await place.copy(file, keptName(file, now), context);
  if (present?.type === 'link') await place.remove(file, context);
  await place.replace(kept, file, context);
}

/**
 * Deletes a kept file for good.
 * @throws KongBackupError `environment-invalid` for what no restore kept of a file that the environment names, `tool-*`, `store-*`.
 */
export async function letGoFile(
  target: Target,
  { set: name, path: file, kept }: KeptFile,
  context: OperationContext,
): Promise<void> {
  const set = setsOf(target).find((each) => each.name === name);
  if (set && isOf(set, file, kept)) return set.place.remove(kept, context);
  throw new KongBackupError('environment-invalid', {
    place: kept,
    reason: 'No restore kept this, or the environment does not name its file.',
    remedy: 'Delete it by hand.',
  });
}

const isOf = (set: FilesSet, file: string, kept: string): boolean =>
  memberTest(set)(file) && keptAs.exec(slashed(kept, set.place.path))?.[1] === slashed(file, set.place.path);
