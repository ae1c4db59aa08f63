import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { makeFolders, privateFile } from './syncedWrite.js';

/** Beyond any gateway's schemas. */
const largest = 50_000_000;

/** JSON values by key in a folder, each with a checksum of its own. Losing one costs nothing but time. */
export interface JsonCache {
  /** Undefined when there is none, or none that is whole. */
  read(key: string): Promise<JsonObject | undefined>;
  write(key: string, value: JsonObject): Promise<void>;
}

/** @param folder absolute path; need not exist. Keys do not show in the names of files. */
export function createJsonCache(folder: string): JsonCache {
  const fileOf = (key: string): string => path.join(folder, `${hashOf(key).slice(0, 32)}.json`);
  return {
    async read(key) {
      const text = await readFile(fileOf(key), 'utf8').catch(() => '');
      if (text.length > largest) return undefined;
      const line = text.indexOf('\n');
      const [hash, value] = [text.slice(0, line), text.slice(line + 1)];
      if (line < 0 || hashOf(value) !== hash) return undefined;
      const parsed = JSON.parse(value) as Json;
      return isObject(parsed) ? parsed : undefined;
    },
    async write(key, value) {
      await makeFolders(folder);
      const text = JSON.stringify(value);
      await writeFileAtomic(fileOf(key), `${hashOf(text)}\n${text}`, { mode: privateFile });
    },
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
