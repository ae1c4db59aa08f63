import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import { listed } from '../core/listed.js';
import type { PartBackupRequest, TakenPart } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { findFiles, type FoundFile, type FoundFiles, gap } from './filesFind.js';
import { countEntries, type FilesIndex, indexFile, type IndexedFile, indexVersion, safeName } from './filesIndex.js';
import { type FileFacts, type FilesPlace, modeText, mostBytes } from './filesPlace.js';
import { uncoveredInPrefix } from './filesPrefix.js';
import { holdsSecrets, secretsWarning } from './filesSecrets.js';
import { type FilesSet, setsOf } from './filesSets.js';

/** How often a file that changes while it is read is read again. */
const mostTries = 3;
/** More gaps are counted, not named. */
const mostGaps = 100;

/** @throws KongBackupError `file-unreadable` when nothing at all can be taken, `store-*`, `environment-invalid`, `cancelled`. */
export async function backUpFiles(
  target: Target,
  { directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  throwIfCancelled(context.signal, target.environment.name);
  const taking = new Taking(directory, context);
  const failures: KongBackupError[] = [];
  for (const set of setsOf(target)) {
    try {
      await set.place.check(context);
      await taking.add(set);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled' || error.code.startsWith('store-')) throw error;
      failures.push(error);
      taking.gaps.push({ ...gap(`${set.name} (${set.place.name}) could not be taken: ${error.reason}`, error.remedy) });
    }
  }
  const counts = countEntries(taking.index);
  if (Object.values(counts).every((count) => count === 0)) throw nothingTaken(target, taking.gaps, failures);
  await writeNew(path.join(directory, indexFile), `${JSON.stringify(taking.index, undefined, 2)}\n`);
  return {
    format: 'files',
    driverVersion: String(indexVersion),
    counts,
    gaps: bounded(taking.gaps),
    warnings: taking.warnings(),
    details: {
      sets: taking.index.sets.map(({ name, place, entries }) => ({ name, place, entries: entries.length })),
      ...(taking.leftOut.length > 0 && { leftOut: taking.leftOut.slice(0, mostGaps) }),
    },
  };
}

class Taking {
  readonly index: FilesIndex = { version: indexVersion, sets: [] };
  readonly gaps: Gap[] = [];
  readonly leftOut: string[] = [];
  private readonly special: string[] = [];
  private readonly secret: string[] = [];
  private readonly folders = new Set([indexFile]);

  constructor(
    private readonly directory: string,
    private readonly context: OperationContext,
  ) {}

  async add(set: FilesSet): Promise<void> {
    const { place } = set;
    this.context.report({ step: 'read', subject: set.name });
    const found = await findFiles(set, this.context);
    this.gaps.push(...found.gaps);
    this.special.push(...found.special);
    const folder = this.folderOf(set.name);
    await mkdir(path.join(this.directory, folder), { mode: 0o700 });
    const entries: IndexedFile[] = [];
    for (const [done, file] of found.files.entries()) {
      throwIfCancelled(this.context.signal, file.path);
      this.context.report({ step: 'read', subject: file.path, done, total: found.files.length });
      const entry = await this.take(place, file, `${folder}/${done + 1}-${safeName(place.path.basename(file.path))}`);
      if (entry) entries.push(entry);
    }
    this.index.sets.push({ name: set.name, place: place.name, windows: place.isWindows, entries });
    await this.sayLostLinks(place, found, entries);
    const { leftOut, gaps } = await uncoveredInPrefix(set, found, this.context);
    this.leftOut.push(...leftOut);
    this.gaps.push(...gaps);
  }

  private folderOf(name: string): string {
    const plain = safeName(name) || 'files';
    const usable = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `_${plain}` : plain;
    let folder = usable;
    for (let n = 2; this.folders.has(folder.toLowerCase()); n++) folder = `${usable}-${n}`;
    this.folders.add(folder.toLowerCase());
    return folder;
  }

  private async take(place: FilesPlace, found: FoundFile, file: string): Promise<IndexedFile | undefined> {
    const { path: original, facts, isParent } = found;
    const entry = entryOf(original, facts);
    if (facts.type === 'directory') return { ...entry, ...(isParent && { parent: true }) };
    try {
      if (facts.type === 'link') return { ...entry, target: await place.linkTarget(original, this.context) };
      return await this.takeContent(place, found, file);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled' || error.code.startsWith('store-')) throw error;
      this.gaps.push(gap(`${original} is not held: ${error.reason}`, error.remedy, 1));
      return undefined;
    }
  }

  private async takeContent(place: FilesPlace, found: FoundFile, file: string): Promise<IndexedFile | undefined> {
    const { path: original } = found;
    let before = found.facts;
    const into = path.join(this.directory, ...file.split('/'));
    for (let tries = 1; ; tries++) {
      if (before.size > mostBytes) {
        const reason = `${original} is not held: it has ${before.size} bytes, more than ${mostBytes}.`;
        this.gaps.push(gap(reason, 'Keep it by another way, and leave it out by "exclude".', 1));
        return undefined;
      }
      const { bytes, sha256 } = await place.read(original, into, this.context).catch(async (error: unknown) => {
        await rm(into, { force: true });
        throw writeError(error, into);
      });
      const [after] = await place.look([original], this.context);
      const isSame = after?.type === 'file' && after.identity === before.identity && after.modified === before.modified;
      if ((isSame && bytes === after.size) || after?.type !== 'file' || tries >= mostTries) {
        if (!isSame || bytes !== after.size) this.sayTorn(original);
        if (await holdsSecrets(into, place.path.basename(original))) this.secret.push(original);
        return { ...entryOf(original, before), size: bytes, sha256, file };
      }
      before = after;
      await rm(into);
    }
  }

  private sayTorn(original: string): void {
    const reason = `${original} was written or taken away while it was read: the copy may be a mixture of old and new.`;
    this.gaps.push(gap(reason, 'Back up again when nothing writes it.', 1));
  }

  /** A link without what it leads to is half of what somebody wanted. */
  private async sayLostLinks(place: FilesPlace, { files }: FoundFiles, entries: readonly IndexedFile[]): Promise<void> {
    const held = new Set(files.map((each) => each.path));
    for (const { path: link, target } of entries) {
      if (target === undefined) continue;
      if (held.has(place.path.resolve(place.path.dirname(link), target))) continue;
      const real = await place.realPath(link, this.context);
      if (real !== undefined && held.has(real)) continue;
      const reason =
        real === undefined
          ? `${link} is a link to ${target}, which leads nowhere.`
          : `${link} is a link to ${target}, which is not among the paths: the link alone is held.`;
      this.gaps.push(gap(reason, 'Name what it leads to in the environments file too.', 1));
    }
  }

  warnings(): SnapshotWarning[] {
    const { secret, special } = this;
    return [
      ...(secret.length > 0 ? [secretsWarning(secret)] : []),
      ...(special.length > 0
        ? [{ code: 'files-left-out', message: `Sockets, devices and pipes are left out: ${listed(special)}.` }]
        : []),
    ];
  }
}

function entryOf(original: string, facts: FileFacts): IndexedFile {
  const { type, mode, uid, gid, owner, group, modified } = facts;
  return {
    path: original,
    type: type === 'other' ? 'file' : type,
    ...(mode !== undefined && { mode: modeText(mode) }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    modified: new Date(modified).toISOString(),
  };
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(text).finally(() => handle.close());
  } catch (error) {
    throw writeError(error, file);
  }
}

function bounded(gaps: readonly Gap[]): Gap[] {
  const rest = gaps.length - mostGaps;
  if (rest <= 0) return [...gaps];
  const more = gap(`${rest} more files are not held.`, 'Correct what is named, then back up again.', rest);
  return [...gaps.slice(0, mostGaps), more];
}

function nothingTaken(
  { environment }: Target,
  gaps: readonly Gap[],
  [failure]: readonly KongBackupError[],
): KongBackupError {
  if (failure) return failure;
  return new KongBackupError('file-unreadable', {
    place: environment.name,
    reason: `None of the files could be taken. ${gaps
      .slice(0, 3)
      .map(({ reason }) => reason)
      .join(' ')}`.trim(),
    remedy: 'Correct "files", and conf and prefix under "kong", in the environments file.',
  });
}
