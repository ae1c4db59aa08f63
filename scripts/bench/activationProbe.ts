import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

/** What one start of the editor tells. */
export interface Activation {
  /** From the request to activate until the extension is active, its code loaded. */
  milliseconds: number;
  /** Our files that were loaded for it, and their bytes. */
  files: Record<string, number>;
}

/** Runs in the extension host: activates the extension, once, and writes what it took to `KONG_BACKUP_BENCH_RESULT`. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('kong-backup.kong-backup');
  const result = process.env.KONG_BACKUP_BENCH_RESULT;
  if (!extension || !result) throw new Error('the extension or KONG_BACKUP_BENCH_RESULT is missing');
  if (extension.isActive) throw new Error('the extension was active before anything asked for it');
  const start = performance.now();
  await extension.activate();
  const milliseconds = performance.now() - start;
  const dist = path.join(extension.extensionPath, 'dist') + path.sep;
  const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist));
  const files = Object.fromEntries(loaded.map((file) => [path.basename(file), statSync(file).size]));
  writeFileSync(result, JSON.stringify({ milliseconds, files } satisfies Activation));
}
