import { rmSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * Bundles TypeScript for the extension host, which loads CommonJS: one file for each source, by name without `.js`.
 * @param outdir emptied first.
 */
export async function bundleForHost(sources: Record<string, string>, outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: sources,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}
