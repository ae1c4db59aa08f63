import { statSync } from 'node:fs';
import path from 'node:path';
import type { App, Side } from '../app.js';
import { isKongBackupError } from '../core/errors.js';

/**
 * What a side of a comparison is written as: a file or folder, a snapshot, `live:ENVIRONMENT`; `@WORKSPACE` behind it names one.
 * A file that exists is meant before a snapshot of that name.
 * @param folder absolute: relative paths start from it.
 */
export async function sideOf(app: App, text: string, folder: string): Promise<Side> {
  const file = fileOf(text, folder);
  if (file !== undefined) return { file };
  const cut = text.lastIndexOf('@');
  if (cut <= 0) return namedSide(app, text, folder);
  return { ...(await namedSide(app, text.slice(0, cut), folder)), workspace: text.slice(cut + 1) };
}

/** Absolute path of a file or folder that there is. @param folder absolute. */
export function fileOf(text: string, folder: string): string | undefined {
  const file = path.resolve(folder, text);
  return statSync(file, { throwIfNoEntry: false }) && file;
}

async function namedSide(app: App, text: string, folder: string): Promise<Side> {
  if (text.startsWith('live:')) return { live: text.slice('live:'.length) };
  const existing = fileOf(text, folder);
  if (existing !== undefined) return { file: existing };
  try {
    await app.snapshot(text);
    return { snapshot: text };
  } catch (error) {
    // What looks like a file is complained of as a file.
    if (isKongBackupError(error, 'snapshot-missing') && /\.(ya?ml|json)$/i.test(text))
      return { file: path.resolve(folder, text) };
    throw error;
  }
}
