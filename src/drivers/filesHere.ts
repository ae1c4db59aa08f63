import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream, type Dirent, type Stats } from 'node:fs';
import {
  chmod,
  chown,
  copyFile,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OperationContext } from '../core/context.js';
import { throwIfCancelled } from '../core/errors.js';
import { systemCode, systemReason } from '../core/fileErrors.js';
import { idOf, type OwnerNames, readOwnerNames } from './filesOwners.js';
import { type FileFacts, type FilesPlace, type Found, type Listing, type Owner, unreadable } from './filesPlace.js';
import { targetWriteError } from './filesWriteError.js';

const isWindows = process.platform === 'win32';

/** Errors of a file that is mounted by itself, or in a folder that nobody may change. */
const mayNotRename = new Set(['EBUSY', 'EXDEV', 'EPERM', 'EACCES']);

/** The files of this machine. */
export function filesHere(): FilesPlace {
  let names: Promise<OwnerNames> | undefined;
  const ownerNames = (): Promise<OwnerNames> => (names ??= readOwnerNames());
  return {
    name: 'this machine',
    path,
    isWindows,
    check: () => Promise.resolve(),
    user: () => Promise.resolve(process.getuid?.()),
    list,
    async look(paths, { signal }) {
      const known = isWindows ? undefined : await ownerNames();
      const found: Found[] = [];
      for (const each of paths) {
        throwIfCancelled(signal, each);
        found.push(await lookAt(each, known));
      }
      return found;
    },
    linkTarget: (link) => readlink(link).catch((error: unknown) => Promise.reject(readError(error, link))),
    realPath: (link) => realpath(link).catch(() => undefined),
    read,
    async makeFolder(folder, mode) {
      await writing(mkdir(folder), folder);
      if (mode !== undefined && !isWindows) await writing(chmod(folder, mode), folder);
    },
    async write(from, file, { signal }) {
      await writing(
        pipeline(createReadStream(from), createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal }),
        file,
      );
      await sync(file, 'r+');
    },
    makeLink: (target, link) => writing(symlink(target, link), link),
    setMode: (file, mode) => (isWindows ? Promise.resolve() : writing(chmod(file, mode), file)),
    setOwner: async (file, owner) => setOwner(file, owner, await ownerNames()),
    copy: copyAside,
    replace,
    remove: (file) => writing(rm(file, { recursive: true, force: true, maxRetries: 3 }), file),
  };
}

async function list(folder: string, { depth, most }: { depth: number; most: number }, { signal }: OperationContext) {
  const listing: Listing = { paths: [], unread: [], isCut: false };
  const walk = async (place: string, level: number): Promise<void> => {
    throwIfCancelled(signal, place);
    let entries: Dirent[];
    try {
      entries = await readdir(place, { withFileTypes: true });
    } catch (error) {
      listing.unread.push(`${place}: ${systemReason(error)}`);
      return;
    }
    for (const entry of entries) {
      if (listing.paths.length >= most) {
        listing.isCut = true;
        return;
      }
      const inner = path.join(place, entry.name);
      listing.paths.push(inner);
      if (entry.isDirectory() && level < depth) await walk(inner, level + 1);
    }
  };
  await walk(folder, 1);
  return listing;
}

async function lookAt(file: string, names: OwnerNames | undefined): Promise<Found> {
  try {
    return factsOf(await lstat(file), names);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    return { type: 'unreadable', reason: systemReason(error) };
  }
}

function factsOf(stats: Stats, names: OwnerNames | undefined): FileFacts {
  const owner = names?.users.get(stats.uid);
  const group = names?.groups.get(stats.gid);
  return {
    type: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other',
    ...(names && { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }),
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    size: stats.size,
    modified: Math.trunc(stats.mtimeMs),
    identity: `${stats.dev}:${stats.ino}:${stats.ctimeMs}`,
  };
}

/** A name that became a link or a pipe since it was looked at is neither followed nor waited for. */
const readFlags = constants.O_RDONLY | (isWindows ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK);

async function read(file: string, into: string | undefined, { signal }: OperationContext) {
  throwIfCancelled(signal, file);
  const handle = await open(file, readFlags).catch((error: unknown) => Promise.reject(readError(error, file)));
  const target = into === undefined ? undefined : await writing(open(into, 'wx', 0o600), into);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of readChunks(handle, file)) {
      throwIfCancelled(signal, file);
      hash.update(chunk);
      bytes += chunk.length;
      if (target && into !== undefined) await writing(target.writeFile(chunk), into);
    }
    if (target && into !== undefined) await writing(target.sync(), into);
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await target?.close();
    await handle.close();
  }
}

async function* readChunks(handle: Awaited<ReturnType<typeof open>>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw readError(error, file);
  }
}

async function setOwner(file: string, owner: Owner, names: OwnerNames): Promise<void> {
  const uid = idOf(names.users, owner.owner) ?? owner.uid;
  const gid = idOf(names.groups, owner.group) ?? owner.gid;
  if (isWindows || uid === undefined || gid === undefined) return;
  await writing(lchown(file, uid, gid), file);
}

async function copyAside(from: string, to: string): Promise<void> {
  const stats = await lstat(from);
  if (stats.isSymbolicLink()) {
    await writing(symlink(await readlink(from), to), to);
    return;
  }
  await writing(copyFile(from, to, constants.COPYFILE_EXCL), to);
  if (!isWindows) {
    await chown(to, stats.uid, stats.gid).catch(() => undefined);
    await writing(chmod(to, stats.mode & 0o7777), to);
  }
  await sync(to, isWindows ? 'r+' : 'r');
}

async function replace(from: string, to: string, context: OperationContext): Promise<void> {
  throwIfCancelled(context.signal, to);
  try {
    await rename(from, to);
  } catch (error) {
    const present = await lstat(to).catch(() => undefined);
    if (!mayNotRename.has(systemCode(error) ?? '') || !present?.isFile()) throw targetWriteError(error, to);
    const target = await writing(open(to, 'r+'), to);
    await writing(target.truncate(0), to);
    await writing(pipeline(createReadStream(from), target.createWriteStream()), to);
    await sync(to, 'r+');
    return;
  }
  if (!isWindows) await sync(path.dirname(to), 'r').catch(() => undefined);
}

async function sync(file: string, flags: string): Promise<void> {
  const handle = await writing(open(file, flags), file);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const writing = <T>(work: Promise<T>, file: string): Promise<T> =>
  work.catch((error: unknown) => Promise.reject(targetWriteError(error, file)));

const readError = (error: unknown, file: string): unknown =>
  systemCode(error) === undefined ? error : unreadable(file, systemReason(error), error);
