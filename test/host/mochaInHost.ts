import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { EditorResults, EditorTest } from './editorResults.js';

/**
 * What VS Code calls in its extension host to run tests: all `*.test.js` beside this bundle, in mocha's TDD words. Results go to
 * the file that `KONG_BACKUP_TEST_RESULTS` names, from the first test on, so that a host that dies has not passed.
 */
export async function run(): Promise<void> {
  const resultsFile = process.env.KONG_BACKUP_TEST_RESULTS;
  if (!resultsFile) throw new Error('KONG_BACKUP_TEST_RESULTS names no file');
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 30_000, ...grep() });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  for (const file of files) mocha.addFile(path.join(__dirname, file));

  const tests: EditorTest[] = [];
  const results: EditorResults = { files: files.length, announced: 0, tests, ended: false };
  const write = () => writeFileSync(resultsFile, JSON.stringify(results, null, 2));
  write();
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    results.announced = runner.total;
    const note = (state: EditorTest['state']) => (test: Mocha.Test | Mocha.Hook, error?: Error) => {
      tests.push({ title: test.fullTitle(), state, ...(error ? { error: error.stack ?? error.message } : {}) });
      write();
    };
    runner.on('pass', note('passed')).on('fail', note('failed')).on('pending', note('skipped'));
  });
  results.ended = true;
  write();
  const failures = tests.filter(({ state }) => state === 'failed').length;
  if (failures > 0) throw new Error(`${failures} editor tests failed`);
}

function grep(): { grep?: string } {
  const pattern = process.env.KONG_BACKUP_TEST_GREP;
  return pattern ? { grep: pattern } : {};
}
