import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { VscodeHost } from '../../test/host/vscodeHost.js';
import { buildFolder, root } from '../lib/places.js';
import { runInHost, toolsOfHost } from '../lib/runInHost.js';
import { judgeEditorResults } from './judgeEditorResults.js';
import type { Suite } from './suite.js';

/** What of the checkout is in the package of the browser; `dist` is taken in part. */
const parts = ['schemas', 'syntaxes', 'media', 'l10n', 'package.nls.json', 'package.nls.ja.json'];

/**
 * test/web, inside the web worker extension host of a real VS Code: the extension without its `main`, which leaves the editor
 * no choice of a host.
 */
export function webSuite(host: VscodeHost): Suite {
  return {
    name: 'web',
    needs: toolsOfHost(host),
    uses: 'build',
    async run([grep]) {
      const folder = path.join(buildFolder, 'web');
      makePackage(folder);
      await bundleTests(path.join(folder, 'tests.js'), grep);
      const files = readdirSync(path.join(root, 'test', 'web')).filter((name) => name.endsWith('.test.ts'));
      const code = await runInHost({ host, extension: folder, tests: path.join(folder, 'tests.js'), env: {} });
      return judgeEditorResults(path.join(folder, 'results.json'), files.length, code);
    },
  };
}

function makePackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'dist'), { recursive: true });
  for (const part of parts) cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  for (const bundle of ['browser.js', 'browserServer.js']) {
    cpSync(path.join(root, 'dist', bundle), path.join(folder, 'dist', bundle));
  }
  const { main, ...manifest } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    main?: string;
  } & Record<string, unknown>;
  if (main === undefined) throw new Error('package.json names no main');
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
}

/** The host loads one file and knows no disk. */
async function bundleTests(outfile: string, grep: string | undefined): Promise<void> {
  await build({
    entryPoints: [path.join(root, 'test', 'web', 'hostRun.ts')],
    outfile,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'cjs',
    external: ['vscode'],
    define: { KONG_BACKUP_TEST_GREP: JSON.stringify(grep ?? '') },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}
