import { existsSync, readFileSync } from 'node:fs';
import type { EditorResults } from '../../test/host/editorResults.js';
import { refuseEmpty, type Outcome } from './suite.js';

/**
 * A green exit is not enough: the results must tell of every file and of every test that was announced.
 * @param files how many test files there are. @param code exit code of the editor.
 */
export function judgeEditorResults(resultsFile: string, files: number, code: number): Outcome {
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
