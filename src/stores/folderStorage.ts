import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createReadStream } from 'node:fs';
import { copyFile, link, lstat, open, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cancelled, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import { isMissing, notThere, unreadable } from './folderErrors.js';
import { sweepGuards, withGuard } from './folderGuard.js';
import { sweepTemporary, temporaryName } from './leftovers.js';
import { etagFrom, listFolder } from './listFolder.js';
import { refuseOutside } from './objectKey.js';
import type { ObjectSource, ObjectStorage } from './objectStorage.js';
import { readSmallFile } from './readSmallFile.js';
import { makeFolders, syncedWrite, syncFile, syncFolder } from './syncedWrite.js';

export interface FolderStorageOptions {
  /** False: do as on a file system without hard links. Found out by itself otherwise. */
  hardLinks?: boolean;
}

const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/** A folder can go with the last object in it while another is made there: then it is made again, so many times. */
const attempts = 20;

/**
 * Objects as plain files under a folder. An object comes to be by a hard link from a finished, synced file, which fails where
 * there is one already; where the file system has no hard links, and for `replace` and `remove` with an etag, a guard file
 * keeps others out between the look and the rename.
 * @param root absolute path; made when something is first written.
 */
export function folderStorage(root: string, { hardLinks = true }: FolderStorageOptions = {}): ObjectStorage {
  const pathOf = (key: string): string => path.join(root, ...key.split('/'));

  async function create(key: string, content: ObjectSource, sha256: string, signal: AbortSignal) {
    refuseOutside(key, root);
    const target = pathOf(key);
    const { file, moved } = await finishedFile(root, content, sha256, signal);
    try {
      const created = await appear(file, target);
      if (created && moved) await rm(moved, { force: true });
      return created ? 'created' : 'exists';
    } finally {
      if (file !== moved) await rm(file, { force: true });
    }
  }

  async function appear(file: string, target: string): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      await makeFolders(path.dirname(target), syncFolder);
      try {
        const created = (await linked(file, target)) ?? (await withGuard(root, target, () => renamed(file, target)));
        await syncFolder(path.dirname(target));
        return created;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === attempts) throw error;
      }
    }
  }

  /** @returns undefined where there are no hard links. */
  async function linked(file: string, target: string): Promise<boolean | undefined> {
    if (!hardLinks) return undefined;
    try {
      await link(file, target);
      return true;
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (code === 'EEXIST') return false;
      if (noLinks.has(code)) return undefined;
      throw error;
    }
  }

  async function replace(key: string, content: Uint8Array, etag: string, signal: AbortSignal) {
    refuseOutside(key, root);
    throwIfCancelled(signal, root);
    const target = pathOf(key);
    return withGuard(root, target, async () => {
      if ((await etagOf(target)) !== etag) return 'changed' as const;
      const file = await writeTemporary(root, content);
      try {
        await rename(file, target);
      } finally {
        await rm(file, { force: true });
      }
      await syncFolder(path.dirname(target));
      return 'replaced' as const;
    });
  }

  async function remove(key: string, signal: AbortSignal, etag?: string) {
    refuseOutside(key, root);
    throwIfCancelled(signal, root);
    const target = pathOf(key);
    const take = () =>
      unlink(target).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    const removed =
      etag === undefined
        ? await take().then(() => true)
        : await withGuard(root, target, async () => {
            const now = await etagOf(target);
            if (now !== undefined && now !== etag) return false;
            await take();
            return true;
          });
    await removeEmptyFolders(path.dirname(target), root);
    return removed ? ('removed' as const) : ('changed' as const);
  }

  const writing = <T>(job: () => Promise<T>): Promise<T> =>
    job().catch((error: unknown) => {
      throw writeError(error, root);
    });

  return {
    location: root,
    stagingRoot: root,
    pathOf,
    list: (prefix, signal) => listFolder(root, prefix, signal),
    async read(key, signal) {
      refuseOutside(key, root);
      return readFileObject(pathOf(key), `${root}: ${key}`, signal);
    },
    create: (key, content, sha256, signal) => writing(() => create(key, content, sha256, signal)),
    replace: (key, content, etag, signal) => writing(() => replace(key, content, etag, signal)),
    remove: (key, signal, etag) => writing(() => remove(key, signal, etag)),
    now: () => writing(() => clockOf(root)),
    prepare: (signal) =>
      writing(async () => {
        throwIfCancelled(signal, root);
        await prepareRoot(root);
        await sweepTemporary(root, (await clockOf(root)).getTime());
        await sweepGuards(root);
      }),
  };
}

/** Snapshots carry credentials: the folder keeps itself out of Git. */
async function prepareRoot(root: string): Promise<void> {
  await makeFolders(root);
  await syncedWrite(path.join(root, '.gitignore'), '*\n').catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

/** A file on the storage's file system that holds the content and is on the disk; `moved`: the one that the caller gave. */
async function finishedFile(
  root: string,
  content: ObjectSource,
  sha256: string,
  signal: AbortSignal,
): Promise<{ file: string; moved?: string }> {
  throwIfCancelled(signal, root);
  if (content instanceof Uint8Array) {
    refuseOther(root, createHash('sha256').update(content).digest('hex'), sha256);
    return { file: await writeTemporary(root, content) };
  }
  const { file } = content;
  const way = path.relative(root, file);
  if (way.startsWith('..') || path.isAbsolute(way)) {
    await prepareRoot(root);
    const copy = path.join(root, temporaryName('writing'));
    try {
      await copyFile(file, copy);
      await settle(copy, sha256, signal);
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
    return { file: copy, moved: file };
  }
  await settle(file, sha256, signal);
  return { file, moved: file };

  async function settle(place: string, expected: string, stop: AbortSignal): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(place), hash, { signal: stop }).catch((error: unknown) => {
      throw stop.aborted ? cancelled(root) : error;
    });
    refuseOther(root, hash.digest('hex'), expected);
    await syncFile(place);
  }
}

function refuseOther(place: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new KongBackupError('store-unwritable', {
    place,
    reason: 'The content changed while it was written.',
    remedy: 'Try again.',
  });
}

async function writeTemporary(root: string, content: Uint8Array): Promise<string> {
  await prepareRoot(root);
  const file = path.join(root, temporaryName('writing'));
  try {
    await syncedWrite(file, content);
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Under the guard only: between the look and the rename nobody else may make the object. */
async function renamed(file: string, target: string): Promise<boolean> {
  if ((await etagOf(target)) !== undefined) return false;
  await rename(file, target);
  return true;
}

async function etagOf(file: string): Promise<string | undefined> {
  try {
    return etagFrom(await stat(file, { bigint: true }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readFileObject(file: string, place: string, signal: AbortSignal) {
  throwIfCancelled(signal, place);
  // Each stream listens to it, and many run at once.
  setMaxListeners(0, signal);
  try {
    // A link in place of a file leads elsewhere.
    if (!(await lstat(file)).isFile()) throw notThere(place, 'It is no plain file.');
    const whole = await readSmallFile(file);
    if (whole) return { content: piecesOf(whole.content, place, signal), etag: etagFrom(whole.stats) };
    const handle = await open(file, 'r');
    const etag = etagFrom(await handle.stat({ bigint: true }));
    return { content: contentOf(handle.createReadStream({ signal }), place, signal), etag };
  } catch (error) {
    if (isMissing(error)) throw notThere(place, 'There is no such file.');
    throw unreadable(place, error);
  }
}

async function* piecesOf(content: Uint8Array, place: string, signal: AbortSignal) {
  throwIfCancelled(signal, place);
  if (content.length > 0) yield content;
}

async function* contentOf(stream: AsyncIterable<Uint8Array>, place: string, signal: AbortSignal) {
  try {
    yield* stream;
  } catch (error) {
    throw signal.aborted ? cancelled(place) : unreadable(place, error);
  }
}

/** The file system's own time: that of a file written this moment. */
async function clockOf(root: string): Promise<Date> {
  const file = await writeTemporary(root, new Uint8Array());
  try {
    return (await stat(file)).mtime;
  } finally {
    await rm(file, { force: true });
  }
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let place = folder; place !== root && place.startsWith(root); place = path.dirname(place)) {
    try {
      await rmdir(place);
    } catch (error) {
      // It holds others, or is gone already.
      if (!isMissing(error)) return;
    }
  }
}
