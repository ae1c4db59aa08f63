import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles the CLI for tests that need a process of its own, apart from dist/, which another suite may be making anew.
 * @param minify takes longer here, and less at each start: for who starts it a hundred times.
 * @returns the program's absolute path, one folder below the root like dist/, so that it finds the schema facts.
 */
export async function buildCliProgram(name = 'cli-under-test', { minify = false } = {}): Promise<string> {
  const outfile = path.join(root, 'build', `${name}-${process.pid}.js`);
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    outfile,
    minify,
    logLevel: 'warning',
  });
  return outfile;
}

export interface CliProcess {
  child: ChildProcess;
  /** Settles when the process is gone. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

/** Starts the program. @param onOutput called with everything that was written so far on either stream. */
export function startCliProgram(
  program: string,
  argv: readonly string[],
  folder: string,
  onOutput: (written: { stdout: string; stderr: string }) => void = () => undefined,
): CliProcess {
  const child = spawn(process.execPath, [program, ...argv], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (piece: Buffer) => {
      written[name] += piece.toString();
      onOutput(written);
    });
  }
  const exit: CliProcess['exit'] = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  return { child, exit };
}
