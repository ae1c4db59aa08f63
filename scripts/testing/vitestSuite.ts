import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildFolder, moduleFile } from '../lib/places.js';
import { runNode } from '../lib/program.js';
import { refuseEmpty, type Outcome, type Suite } from './suite.js';

/** What we read of vitest's JSON report, which is shaped like Jest's. */
interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled' }[];
  }[];
}

/** A suite of vitest.config.ts. */
export function vitestSuite(name: string, demands: Pick<Suite, 'needs' | 'wants' | 'uses'> = {}): Suite {
  return {
    name,
    ...demands,
    async run(filter) {
      const file = path.join(buildFolder, 'results', `${name}.json`);
      mkdirSync(path.dirname(file), { recursive: true });
      rmSync(file, { force: true });
      const { code } = await runNode([
        moduleFile('vitest', 'vitest.mjs'),
        ...['run', '--project', name, '--passWithNoTests', '--reporter', 'default'],
        ...['--reporter', 'json', '--outputFile.json', file],
        ...filter,
      ]);
      if (!existsSync(file))
        return { passed: 0, failed: [`vitest ended with code ${code} and left no report`], skipped: [] };
      const outcome = outcomeOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
      // An error outside of any test (an unhandled rejection, say) is in the exit code only.
      if (code !== 0 && outcome.failed.length === 0) outcome.failed.push(`vitest ended with code ${code}`);
      return refuseEmpty(outcome);
    },
  };
}

function outcomeOf({ testResults }: Report): Outcome {
  const outcome: Outcome = { passed: 0, failed: [], skipped: [] };
  for (const file of testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') outcome.passed++;
      else if (status === 'failed') outcome.failed.push(fullName);
      else outcome.skipped.push(fullName);
    }
    const broken = file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
    if (broken) outcome.failed.push(`${file.name}: ${file.message.split('\n')[0]}`);
  }
  return outcome;
}
