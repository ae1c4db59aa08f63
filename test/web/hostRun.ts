import 'mocha/mocha.js';
import * as vscode from 'vscode';
import type { EditorResults, EditorTest } from '../host/editorResults.js';

/** Words of the tests to run, which the build puts in; empty for all. */
declare const KONG_BACKUP_TEST_GREP: string;

/** Beside the extension under test, where the runner outside the editor looks for it. */
const resultsFile = 'results.json';

/**
 * What VS Code calls in its web worker extension host to run tests. There is no disk and no variable: results go through the
 * editor into a file of the extension's folder, from the first test on, so that a host that dies has not passed.
 */
export async function run(): Promise<void> {
  mocha.setup({
    ui: 'tdd',
    reporter: class {} as never,
    timeout: 60_000,
    ...(KONG_BACKUP_TEST_GREP === '' ? {} : { grep: KONG_BACKUP_TEST_GREP }),
  });
  // Once the words `suite` and `test` are there.
  const files = await import('./suites.js');
  const tests: EditorTest[] = [];
  const results: EditorResults = { files: files.count, announced: 0, tests, ended: false };
  let writing: Thenable<void> = Promise.resolve();
  const write = (): Thenable<void> => (writing = writing.then(() => writeResults(JSON.stringify(results, null, 2))));
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    results.announced = runner.total;
    const note = (state: EditorTest['state']) => (test: Mocha.Test | Mocha.Hook, error?: Error) => {
      tests.push({ title: test.fullTitle(), state, ...(error ? { error: error.stack ?? error.message } : {}) });
      void write();
    };
    runner.on('pass', note('passed')).on('fail', note('failed')).on('pending', note('skipped'));
  });
  results.ended = true;
  await write();
  const failures = tests.filter(({ state }) => state === 'failed').length;
  if (failures > 0) throw new Error(`${failures} web tests failed`);
}

async function writeResults(text: string): Promise<void> {
  const extension = vscode.extensions.getExtension('kong-backup.kong-backup');
  if (!extension) throw new Error('the extension is not there');
  await vscode.workspace.fs.writeFile(
    vscode.Uri.joinPath(extension.extensionUri, resultsFile),
    new TextEncoder().encode(text),
  );
}
