import type { Tool } from '../tools/tool.js';

/** One of the suites that `npm test` runs, and what it takes to run it. */
export interface Suite {
  name: string;
  /** It can't run without these. */
  needs?: readonly Tool[];
  /** It runs without these, and skips the tests that use them. */
  wants?: readonly Tool[];
  /** What has to be built first. */
  uses?: 'build' | 'package';
  /** @param filter words that a test's file or title must hold, as the suite's own runner takes them. */
  run(filter: readonly string[]): Promise<Outcome>;
}

export interface Outcome {
  passed: number;
  /** A line for each failure. */
  failed: string[];
  /** A line for each test that did not run. */
  skipped: string[];
}

/** A suite that ran nothing has not passed. */
export function refuseEmpty(outcome: Outcome): Outcome {
  if (outcome.passed + outcome.failed.length + outcome.skipped.length > 0) return outcome;
  return { ...outcome, failed: ['no test ran'] };
}
