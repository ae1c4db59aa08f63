import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolders, syncedWrite } from './syncedWrite.js';

const format = 1;

/** What was read of a store's small objects, by key and etag: a listing tells which of it still holds. */
export interface CatalogueCache {
  /** The object's text; undefined when it isn't known as it is now. */
  get(key: string, etag: string): Promise<string | undefined>;
  set(key: string, etag: string, text: string): void;
  /** Writes it down, without what is not among the keys. Never throws. */
  keep(keys: ReadonlySet<string>): Promise<void>;
}

interface Line {
  key: string;
  etag: string;
  text: string;
}

/**
 * An index in a file of JSON lines; it holds what the store's manifests say openly, nothing more. What is missing, cut short or
 * of another format is as if it were not there.
 * @param folder absolute path of a folder of ours that may vanish at any time. @param location of the store.
 */
export function createCatalogueCache(folder: string, location: string): CatalogueCache {
  const name = createHash('sha256').update(location).digest('hex').slice(0, 16);
  const file = path.join(folder, `catalogue-${name}.jsonl`);
  const reading = read(file).then((lines) => new Map(lines.map((line) => [line.key, line])));
  let changed = false;
  const added = new Map<string, Line>();
  return {
    async get(key, etag) {
      const line = added.get(key) ?? (await reading).get(key);
      return line?.etag === etag ? line.text : undefined;
    },
    set(key, etag, text) {
      changed = true;
      added.set(key, { key, etag, text });
    },
    async keep(keys) {
      const known = await reading;
      for (const [key, line] of added) known.set(key, line);
      added.clear();
      for (const key of known.keys()) {
        if (keys.has(key)) continue;
        known.delete(key);
        changed = true;
      }
      if (!changed) return;
      changed = false;
      // It only saves time: a full disk must not keep anybody from listing.
      await write(file, [...known.values()]).catch(() => undefined);
    },
  };
}

async function read(file: string): Promise<Line[]> {
  try {
    const text = await readFile(file, 'utf8');
    const end = text.indexOf('\n');
    const head = JSON.parse(text.slice(0, end)) as { format?: unknown; sha256?: unknown };
    const body = text.slice(end + 1);
    if (head.format !== format || head.sha256 !== hashOf(body)) return [];
    return body === ''
      ? []
      : body
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Line);
  } catch {
    return [];
  }
}

async function write(file: string, lines: readonly Line[]): Promise<void> {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const aside = `${file}.${randomUUID()}`;
  await makeFolders(path.dirname(file));
  try {
    await syncedWrite(aside, `${JSON.stringify({ format, sha256: hashOf(body) })}\n${body}`);
    await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
