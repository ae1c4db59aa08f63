import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { type ErrorCode, isKongBackupError, KongBackupError } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { PartRestoreOptions, PartSource } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import picomatch from 'picomatch';
import { findFiles } from './filesFind.js';
import { checkIndex, type FilesIndex, type IndexedFile, type IndexedSet } from './filesIndex.js';
import { sameOwner } from './filesOwners.js';
import { memberTest } from './filesPatterns.js';
import type { FileFacts } from './filesPlace.js';
import { type FilesSet, setsOf } from './filesSets.js';

/** One file, folder or link of a snapshot that the target has not, or has otherwise. */
export interface FileChange {
  /** `<set>:<path>` */
  id: string;
  set: FilesSet;
  entry: IndexedFile;
  /** Absolute path of the content here. */
  content?: string;
  /** `adjust`: mode or owner alone. */
  change: 'create' | 'replace' | 'adjust';
  present?: FileFacts;
  /** Whether the owner can be set there. */
  mayChown: boolean;
}

export interface Comparison {
  changes: FileChange[];
  /** Of the snapshot, by set: modes of folders that have to be made. */
  index: FilesIndex;
  warnings: SnapshotWarning[];
  refused?: { code: ErrorCode; reason: string; remedy: string };
  counts: { target: Counts; snapshot: Counts };
}

/** Looks at every file of the snapshot where the environment says that it belongs. Nothing is changed. */
export async function compareFiles(
  target: Target,
  source: PartSource,
  { choices = {} }: PartRestoreOptions,
  context: OperationContext,
): Promise<Comparison> {
  const { index, problems } = await checkIndex(source, context);
  const comparison = new Comparing(source, choices, context);
  if (problems.length > 0) {
    const reason = `The files of ${source.manifest.id} can't be restored: ${problems.slice(0, 3).join(' ')}`;
    return comparison.result(index, { code: 'snapshot-damaged', reason, remedy: 'Choose another snapshot.' });
  }
  const sets = setsOf(target);
  try {
    for (const taken of index.sets) await comparison.add(taken, sets);
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    return comparison.result(index, { code: error.code, reason: error.reason, remedy: error.remedy });
  }
  if (comparison.strange.length > 0 && comparison.looked === 0) {
    return comparison.result(index, {
      code: 'environment-invalid',
      reason: `The environment names none of the files of the snapshot: ${listed(comparison.strange)}.`,
      remedy: 'Name them under "files" in the environments file, with the name that they had.',
    });
  }
  return comparison.result(index);
}

class Comparing {
  readonly strange: string[] = [];
  looked = 0;
  private readonly changes: FileChange[] = [];
  private readonly warnings: SnapshotWarning[] = [];
  private readonly there: Counts = { files: 0, folders: 0, links: 0 };
  /** Two sets may name the same file: it is brought back once. */
  private readonly seen = new Set<string>();
  private readonly isChosen: (file: string) => boolean;

  constructor(
    private readonly source: PartSource,
    private readonly choices: NonNullable<PartRestoreOptions['choices']>,
    private readonly context: OperationContext,
  ) {
    const only = String(choices['only'] ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const matches = only.length === 0 ? undefined : picomatch(only, { dot: true, nonegate: true });
    this.isChosen = (file) => !matches || only.includes(file) || matches(file.replaceAll('\\', '/'));
  }

  async add(taken: IndexedSet, sets: readonly FilesSet[]): Promise<void> {
    const set = sets.find(({ name }) => name === taken.name);
    const { context } = this;
    const entries = taken.entries.filter(({ path: original, parent }) => !parent && this.isChosen(original));
    if (entries.length === 0) return;
    if (!set || set.place.isWindows !== taken.windows) {
      this.strange.push(...entries.map((entry) => entry.path));
      return;
    }
    await set.place.check(context);
    const isMember = this.choices['outside'] === true ? () => true : memberTest(set);
    const own = entries.filter((entry) => isMember(entry.path) && this.isNew(set, entry));
    this.strange.push(...entries.filter((entry) => !isMember(entry.path)).map((entry) => entry.path));
    this.looked += own.length;
    const user = await set.place.user(context);
    const mayChown = user === 0;
    const facts = await set.place.look(
      own.map((entry) => entry.path),
      context,
    );
    const unsettable: string[] = [];
    for (const [at, entry] of own.entries()) {
      context.report({ step: 'plan', subject: entry.path, done: at, total: own.length });
      const present = facts[at];
      if (present?.type === 'unreadable') throw unseen(entry.path, present.reason);
      if (present && present.type !== 'other')
        this.there[kinds[present.type]] = (this.there[kinds[present.type]] ?? 0) + 1;
      const change = await this.changeOf(set, entry, present);
      const differs = present && !sameOwner(present, entry);
      if (!mayChown && (differs || (change === 'create' && entry.uid !== user))) unsettable.push(entry.path);
      const isMoot = change === 'adjust' && !mayChown && differs && sameMode(present, entry);
      if (!change || isMoot) continue;
      const content = entry.file === undefined ? undefined : path.join(this.source.directory, ...entry.file.split('/'));
      const id = `${set.name}:${entry.path}`;
      this.changes.push({
        id,
        set,
        entry,
        change,
        mayChown,
        ...(content !== undefined && { content }),
        ...(present && { present }),
      });
    }
    this.sayOwners(set, unsettable);
    await this.sayExtras(set, taken);
  }

  private isNew({ place }: FilesSet, entry: IndexedFile): boolean {
    const key = `${place.name}\0${entry.path}`;
    const isNew = !this.seen.has(key);
    this.seen.add(key);
    return isNew;
  }

  private async changeOf(
    { place }: FilesSet,
    entry: IndexedFile,
    present: FileFacts | undefined,
  ): Promise<FileChange['change'] | undefined> {
    const { context } = this;
    if (!present) return 'create';
    if ((present.type === 'directory') !== (entry.type === 'directory') || present.type === 'other') {
      const message = `${entry.path} is left as it is: it was a ${words[entry.type]}, and is a ${words[present.type]} now.`;
      this.warnings.push({ code: 'file-in-the-way', message });
      return undefined;
    }
    if (entry.type === 'link') {
      const isSame = present.type === 'link' && (await place.linkTarget(entry.path, context)) === entry.target;
      return isSame ? undefined : 'replace';
    }
    if (entry.type === 'file') {
      if (present.type !== 'file' || present.size !== entry.size) return 'replace';
      if ((await place.read(entry.path, undefined, context)).sha256 !== entry.sha256) return 'replace';
    }
    return sameMode(present, entry) && sameOwner(present, entry) ? undefined : 'adjust';
  }

  private sayOwners({ place }: FilesSet, files: readonly string[]): void {
    if (files.length === 0 || place.isWindows) return;
    const message = `Owners can only be set by root (${place.name}): what is written belongs to the user that writes it: ${listed(files)}.`;
    this.warnings.push({ code: 'owner-not-set', message });
  }

  private async sayExtras(set: FilesSet, { entries }: IndexedSet): Promise<void> {
    const { files } = await findFiles(set, this.context);
    const known = new Set(entries.map((entry) => entry.path));
    const extras = files.filter(({ path: file, isParent }) => !isParent && !known.has(file)).map((each) => each.path);
    if (extras.length === 0) return;
    const message = `The snapshot does not hold these, and they stay: ${listed(extras)}.`;
    this.warnings.push({ code: 'not-in-snapshot', message });
  }

  /** What takes something away first, so that a "no" comes before all; then what is made, folders before what is in them. */
  result(index: FilesIndex, refused?: Comparison['refused']): Comparison {
    const { changes, warnings, strange, source } = this;
    const named =
      strange.length > 0
        ? [
            {
              code: 'not-configured',
              message: `The environment does not name these, so they are not restored: ${listed(strange)}.`,
            },
          ]
        : [];
    const windows = index.sets.some(({ windows: is }) => is)
      ? [{ code: 'modes-not-kept', message: 'Files of Windows have no modes and owners to bring back.' }]
      : [];
    const ordered = [...changes].sort((a, b) => order[a.change] - order[b.change]);
    return {
      changes: refused ? [] : ordered,
      index,
      warnings: [...warnings, ...named, ...windows],
      ...(refused && { refused }),
      counts: { target: this.there, snapshot: source.record.counts },
    };
  }
}

const order = { replace: 0, adjust: 1, create: 2 };
const kinds = { file: 'files', directory: 'folders', link: 'links' } as const;
const words = { file: 'file', link: 'link', directory: 'folder', other: 'socket, device or pipe' };

export const sameMode = (present: FileFacts, { mode, type }: IndexedFile): boolean =>
  type === 'link' || mode === undefined || present.mode === undefined || present.mode === Number.parseInt(mode, 8);

const unseen = (place: string, reason: string): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: `${place} could not be looked at: ${reason}`,
    remedy: 'Let the user that runs this read and write it.',
  });
