import { type BigIntStats, type Dirent, lstat, readdir } from 'node:fs';
import path from 'node:path';
import { throwIfCancelled } from '../core/errors.js';
import { isMissing, unreadable } from './folderErrors.js';
import { isTemporaryName } from './leftovers.js';
import type { StoredObject } from './objectStorage.js';

/** The system answers four at once; the others stand ready. */
const atOnce = 8;

/**
 * Every file below a folder whose key begins with the prefix, in order of keys. By callbacks: for as many small questions as a
 * store of ten thousand snapshots asks, promises of files take six times the processor's time.
 */
export async function* listFolder(root: string, prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
  throwIfCancelled(signal, root);
  const found = await walk(root, prefix, signal);
  throwIfCancelled(signal, root);
  yield* found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function walk(root: string, prefix: string, signal: AbortSignal): Promise<StoredObject[]> {
  return new Promise((resolve, reject) => {
    const found: StoredObject[] = [];
    const waiting: (() => void)[] = [];
    let running = 0;
    let failed = false;

    const fail = (error: unknown): void => {
      failed = true;
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const next = (): void => {
      while (!failed && running < atOnce) {
        const job = waiting.pop();
        if (!job) break;
        running++;
        job();
      }
      if (running === 0 && !failed) resolve(found);
    };
    /** Ends one job. What was taken away since, or the whole store not there yet, is no failure. */
    const answered = <T>(error: Error | null, answer: T, use: (answer: T) => void): void => {
      running--;
      if (signal.aborted) failed = true;
      if (failed) return resolve([]);
      if (!error) use(answer);
      else if (!isMissing(error)) return fail(unreadable(root, error));
      next();
    };
    const look = (folder: string, above: string): void => {
      waiting.push(() =>
        readdir(folder, { withFileTypes: true }, (error, entries) =>
          answered(error, entries, () => entries.forEach((entry) => sort(entry, folder, above))),
        ),
      );
    };
    const sort = (entry: Dirent, folder: string, above: string): void => {
      if (above === '' && (isTemporaryName(entry.name) || entry.name === '.gitignore')) return;
      const key = above + entry.name;
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        const under = `${key}/`;
        if (under.startsWith(prefix) || prefix.startsWith(under)) look(place, under);
      } else if (entry.isFile() && key.startsWith(prefix)) {
        waiting.push(() =>
          lstat(place, { bigint: true }, (error, stats) =>
            answered(error, stats, () => found.push(objectOf(key, stats))),
          ),
        );
      }
    };
    look(root, '');
    next();
  });
}

function objectOf(key: string, stats: BigIntStats): StoredObject {
  return { key, bytes: Number(stats.size), modified: stats.mtime, etag: etagFrom(stats) };
}

/** Every write makes a file of its own, so that time, number and size of the file tell one content from the next. */
export const etagFrom = ({ mtimeNs, ino, size }: Pick<BigIntStats, 'mtimeNs' | 'ino' | 'size'>): string =>
  `${mtimeNs.toString(36)}-${ino.toString(36)}-${size.toString(36)}`;
