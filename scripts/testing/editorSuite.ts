import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { VscodeHost } from '../../test/host/vscodeHost.js';
import { bundleForHost } from '../lib/bundleForHost.js';
import { buildFolder, root } from '../lib/places.js';
import { runInHost, toolsOfHost } from '../lib/runInHost.js';
import { judgeEditorResults } from './judgeEditorResults.js';
import type { Suite } from './suite.js';

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
      return judgeEditorResults(resultsFile, Object.keys(files).length, code);
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
