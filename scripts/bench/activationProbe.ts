import { statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';

/** What one start of the editor tells. Times in milliseconds. */
export interface Activation {
  /** Reading and running the bundle. */
  loading: number;
  /** The call of `activate()`. */
  activating: number;
  /** All of it, the editor's own part included: from the request until the extension is active. */
  whole: number;
  /** Our files that were loaded for it, and their bytes. */
  files: Record<string, number>;
}

interface ExtensionModule {
  activate(...context: unknown[]): unknown;
}
type Load = (request: string, ...rest: unknown[]) => unknown;

/** Runs in the extension host: activates the extension, once, and writes what it took to `KONG_BACKUP_BENCH_RESULT`. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('kong-backup.kong-backup');
  const result = process.env.KONG_BACKUP_BENCH_RESULT;
  if (!extension || !result) throw new Error('the extension or KONG_BACKUP_BENCH_RESULT is missing');
  if (extension.isActive) throw new Error('the extension was active before anything asked for it');
  const dist = path.join(extension.extensionPath, 'dist') + path.sep;
  const times = timeOf(path.join(dist, 'extension.js'));
  const start = performance.now();
  await extension.activate();
  const whole = performance.now() - start;
  const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist));
  const files = Object.fromEntries(loaded.map((file) => [path.basename(file), statSync(file).size]));
  writeFileSync(result, JSON.stringify({ ...times, whole, files } satisfies Activation));
}

/** Notes the times of what the editor is about to load. */
function timeOf(main: string): Pick<Activation, 'loading' | 'activating'> {
  const times = { loading: NaN, activating: NaN };
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (this: unknown, request, ...rest) {
    if (path.normalize(request) !== main) return load.call(this, request, ...rest);
    loader._load = load;
    const start = performance.now();
    const loaded = load.call(this, request, ...rest) as ExtensionModule;
    times.loading = performance.now() - start;
    return { ...loaded, activate: timed(loaded) };
  };
  return times;

  function timed({ activate }: ExtensionModule): ExtensionModule['activate'] {
    return (...context) => {
      const start = performance.now();
      const api = activate(...context);
      times.activating = performance.now() - start;
      return api;
    };
  }
}
