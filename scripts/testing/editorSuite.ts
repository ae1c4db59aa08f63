import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { EditorResults } from '../../test/host/editorResults.js';
import type { VscodeHost } from '../../test/host/vscodeHost.js';
import { bundleForHost } from '../lib/bundleForHost.js';
import { buildFolder, root } from '../lib/places.js';
import { runInHost, toolsOfHost } from '../lib/runInHost.js';
import { refuseEmpty, type Outcome, type Suite } from './suite.js';

/** test/editor, inside the extension host of a real VS Code. */
export function editorSuite(host: VscodeHost): Suite {
  const name = `editor-${host.which}`;
  return {
    name,
    needs: toolsOfHost(host),
    uses: 'build',
    async run([grep]) {
      const outdir = path.join(buildFolder, 'editor');
      const files = testFiles();
      await bundleForHost({ ...files, index: path.join(root, 'test', 'host', 'mochaInHost.ts') }, outdir);
      const resultsFile = path.join(buildFolder, 'results', `${name}.json`);
      mkdirSync(path.dirname(resultsFile), { recursive: true });
      rmSync(resultsFile, { force: true });
      const code = await runInHost({
        host,
        tests: path.join(outdir, 'index.js'),
        env: { KONG_BACKUP_TEST_RESULTS: resultsFile, ...(grep ? { KONG_BACKUP_TEST_GREP: grep } : {}) },
      });
      return judge(resultsFile, Object.keys(files).length, code);
    },
  };
}

/** By the name of the bundle that each becomes. */
function testFiles(): Record<string, string> {
  const folder = path.join(root, 'test', 'editor');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return Object.fromEntries(
    files.map((file) => [file.replace(/\.ts$/, '').replaceAll(path.sep, '-'), path.join(folder, file)]),
  );
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
