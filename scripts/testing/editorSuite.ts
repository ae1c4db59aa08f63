import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import type { EditorResults } from '../../test/host/editorResults.js';
import type { VscodeHost } from '../../test/host/vscodeHost.js';
import { buildFolder, root } from '../lib/places.js';
import { chromium } from '../tools/chromium.js';
import { refuseEmpty, type Outcome, type Suite } from './suite.js';

/**
 * test/editor, inside the extension host of a real VS Code. On Linux that is the headless one; elsewhere @vscode/test-electron
 * downloads the desktop's.
 */
export function editorSuite(host: VscodeHost, which: 'newest' | 'oldest'): Suite {
  const headless = process.platform === 'linux';
  return {
    name: `editor-${which}`,
    ...(headless ? { needs: [host, chromium] } : {}),
    uses: 'build',
    async run([grep]) {
      const tests = path.join(buildFolder, 'editor');
      const files = await bundleTests(tests);
      const workspace = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-workspace-'));
      const resultsFile = path.join(buildFolder, 'results', `editor-${which}.json`);
      mkdirSync(path.dirname(resultsFile), { recursive: true });
      rmSync(resultsFile, { force: true });
      try {
        const code = await runTests({
          ...(headless
            ? { vscodeExecutablePath: path.join(root, 'test', 'host', 'headless-code.mjs') }
            : { version: which === 'newest' ? 'stable' : `${host.version}.0` }),
          extensionDevelopmentPath: root,
          extensionTestsPath: path.join(tests, 'index.js'),
          launchArgs: [workspace, '--disable-extensions'],
          extensionTestsEnv: {
            KONG_BACKUP_TEST_HOST: which,
            KONG_BACKUP_TEST_RESULTS: resultsFile,
            ...(grep ? { KONG_BACKUP_TEST_GREP: grep } : {}),
          },
        }).catch(() => 1);
        return judge(resultsFile, files, code);
      } finally {
        rmSync(workspace, { recursive: true, force: true });
      }
    },
  };
}

/** Bundles each test file, and the runner beside them. @returns how many test files there are. */
async function bundleTests(outdir: string): Promise<number> {
  const folder = path.join(root, 'test', 'editor');
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const named = tests.map((file) => ({
    in: path.join(folder, file),
    out: file.replace(/\.ts$/, '').replaceAll(path.sep, '-'),
  }));
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [...named, { in: path.join(root, 'test', 'host', 'mochaInHost.ts'), out: 'index' }],
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
  return tests.length;
}

/** A green exit is not enough: the results must tell of every file and of every test that was announced. */
function judge(resultsFile: string, files: number, code: number): Outcome {
  const outcome: Outcome = { passed: 0, failed: [], skipped: [] };
  if (!existsSync(resultsFile)) return { ...outcome, failed: [`no test started (exit code ${code})`] };
  const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as EditorResults;
  for (const { title, state, error } of results.tests) {
    if (state === 'passed') outcome.passed++;
    else if (state === 'failed') outcome.failed.push(`${title}: ${error?.split('\n')[0] ?? ''}`);
    else outcome.skipped.push(title);
  }
  const told = results.tests.length;
  if (results.files !== files) outcome.failed.push(`${results.files} of ${files} test files were loaded`);
  if (!results.ended) outcome.failed.push(`the extension host ended after ${told} of ${results.announced} tests`);
  else if (told < results.announced) outcome.failed.push(`only ${told} of ${results.announced} tests were told of`);
  if (code !== 0 && outcome.failed.length === 0) outcome.failed.push(`VS Code ended with code ${code}`);
  return refuseEmpty(outcome);
}
