import { createHash, randomUUID } from 'node:crypto';
import { lstat, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KongBackupError } from '../core/errors.js';
import { systemCode } from '../core/fileErrors.js';
import { ownerIsGone, ownTag } from './owner.js';
import { makeFolders, privateFile } from './syncedWrite.js';

/** A guard is held for a look and a rename: one that is older, in milliseconds, has lost its holder. */
const staleAfter = 30_000;
const givesUpAfter = 60_000;

const guardPrefix = '.guard-';

/** Runs a job while no other process runs one for the same file. @throws KongBackupError `store-locked` after a minute. */
export async function withGuard<T>(root: string, file: string, job: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(path.relative(root, file)).digest('hex').slice(0, 24);
  const guard = path.join(root, guardPrefix + name);
  await makeFolders(root);
  await take(guard);
  try {
    return await job();
  } finally {
    await rm(guard, { force: true });
  }
}

async function take(guard: string): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < givesUpAfter) {
    try {
      await make(guard);
      return;
    } catch (error) {
      // Windows answers EPERM while the file that was there is on its way out.
      if (!['EEXIST', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
      if (!(await sweepGuard(guard))) await wait(5 + Math.random() * 20);
    }
  }
  throw new KongBackupError('store-locked', {
    place: guard,
    reason: 'Another process has been writing the same file for a minute.',
    remedy: 'Try again when it is done.',
  });
}

/** A link that leads nowhere comes to be together with its owner's name, in one step; where there are none, a file. */
async function make(guard: string): Promise<void> {
  try {
    await symlink(ownTag(), guard);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    const handle = await open(guard, 'wx', privateFile);
    await handle.writeFile(ownTag()).finally(() => handle.close());
  }
}

/** Removes a guard whose holder is gone. @returns whether it did. Never throws. */
export async function sweepGuard(guard: string): Promise<boolean> {
  try {
    const owner = await readlink(guard).catch(() => readFile(guard, 'utf8'));
    if (!ownerIsGone(owner) && Date.now() - (await lstat(guard)).mtimeMs <= staleAfter) return false;
    await breakGuard(guard);
    return true;
  } catch {
    return false;
  }
}

/** Removes what processes left that were stopped while they held one. */
export async function sweepGuards(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(guardPrefix)) await sweepGuard(path.join(root, name));
  }
}

/** By a rename: of several who break it at once, one does. */
async function breakGuard(guard: string): Promise<void> {
  const aside = `${guard}-${randomUUID()}`;
  try {
    const { ino } = await lstat(guard);
    await rename(guard, aside);
    // Somebody broke it first and holds it now: give it back.
    if ((await lstat(aside)).ino !== ino) await rename(aside, guard);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
