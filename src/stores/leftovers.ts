import { lstat, readdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { ownerIsGone, ownTag } from './owner.js';

/** What its owner did not touch for so long, in milliseconds, is nobody's. */
export const abandonedAfter = 24 * 60 * 60 * 1000;
const heartbeatEvery = 5 * 60 * 1000;

/** Folders and files in the making: `.staging-<owner>-<id>`. No list shows them. */
const kinds = ['staging', 'writing', 'guard'] as const;
const temporaryPattern = new RegExp(`^\\.(?:${kinds.join('|')})-(?:([0-9a-f]+\\.\\d+)-)?`);

export const temporaryName = (kind: 'staging' | 'writing'): string => `.${kind}-${ownTag()}-${randomUUID()}`;
export const isTemporaryName = (name: string): boolean => temporaryPattern.test(name);

/**
 * Removes from a folder what stopped processes left behind: at once where its owner is known to be gone, else when nobody
 * touched it for a day. Never throws.
 * @param now of the file system's clock, in milliseconds.
 */
export async function sweepTemporary(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = temporaryPattern.exec(name);
    if (!owner) continue;
    const place = path.join(folder, name);
    const touched = await lstat(place).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (!ownerIsGone(owner[1] ?? '') && now - touched < abandonedAfter) continue;
    await rm(place, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Keeps touching a folder, so that no other machine takes it for abandoned. @returns what ends it. */
export function keepAlive(folder: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(folder, now, now).catch(() => undefined);
  }, heartbeatEvery);
  timer.unref();
  return () => clearInterval(timer);
}
