import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildFolder, moduleFile, root } from '../lib/places.js';
import { runNode } from '../lib/program.js';
import { strayErrorsFile } from './strayErrors.js';
import { refuseEmpty, type Outcome, type Suite } from './suite.js';

/** What we read of vitest's JSON report, which is shaped like Jest's. */
interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      fullName: string;
      status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
      failureMessages?: string[];
    }[];
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
      const strayFile = path.join(buildFolder, 'results', `${name}-stray.json`);
      rmSync(strayFile, { force: true });
      process.env[strayErrorsFile] = strayFile;
      const { code } = await runNode([
        moduleFile('vitest', 'vitest.mjs'),
        ...['run', '--project', name, '--passWithNoTests', '--reporter', 'default'],
        ...['--reporter', 'json', '--outputFile.json', file],
        ...['--reporter', path.join(root, 'scripts', 'testing', 'strayErrors.ts')],
        ...filter,
      ]);
      if (!existsSync(file))
        return { passed: 0, failed: [`vitest ended with code ${code} and left no report`], skipped: [] };
      const outcome = outcomeOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
      if (existsSync(strayFile)) outcome.failed.push(...(JSON.parse(readFileSync(strayFile, 'utf8')) as string[]));
      if (code !== 0 && outcome.failed.length === 0) outcome.failed.push(`vitest ended with code ${code}`);
      return refuseEmpty(outcome);
    },
  };
}

function outcomeOf({ testResults }: Report): Outcome {
  const outcome: Outcome = { passed: 0, failed: [], skipped: [] };
  for (const file of testResults) {
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === 'passed') outcome.passed++;
      else if (status === 'failed') outcome.failed.push(`${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`);
      else outcome.skipped.push(fullName);
    }
    const broken = file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
    if (broken) outcome.failed.push(`${file.name}: ${file.message.split('\n')[0]}`);
  }
  return outcome;
}
