import { statSync } from 'node:fs';
import type { App, Side } from '../app.js';
import { isKongBackupError } from '../core/errors.js';

/**
 * What a side of a comparison is written as: a file or folder, a snapshot, `live:ENVIRONMENT`; `@WORKSPACE` behind it names one.
 * A file that exists is meant before a snapshot of that name.
 */
export async function sideOf(app: App, text: string): Promise<Side> {
  if (statSync(text, { throwIfNoEntry: false })) return { file: text };
  const cut = text.lastIndexOf('@');
  if (cut <= 0) return namedSide(app, text);
  return { ...(await namedSide(app, text.slice(0, cut))), workspace: text.slice(cut + 1) };
}

async function namedSide(app: App, text: string): Promise<Side> {
  if (text.startsWith('live:')) return { live: text.slice('live:'.length) };
  if (statSync(text, { throwIfNoEntry: false })) return { file: text };
  try {
    await app.snapshot(text);
    return { snapshot: text };
  } catch (error) {
    // What looks like a file is complained of as a file.
    if (isKongBackupError(error, 'snapshot-missing') && /\.(ya?ml|json)$/i.test(text)) return { file: text };
    throw error;
  }
}
