import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The environment's name for the file that gets what went wrong outside of any test: a list of lines, as JSON. */
export const strayErrorsFile = 'STRAY_ERRORS_FILE';

/** An unhandled rejection makes vitest's exit code 1, and its JSON report knows nothing of it. */
// eslint-disable-next-line import-x/no-default-export -- vitest loads a reporter by its default export
export default class StrayErrors implements Reporter {
  onTestRunEnd(_modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env[strayErrorsFile];
    if (!file || errors.length === 0) return;
    writeFileSync(file, JSON.stringify(errors.map(lineOf)));
  }
}

function lineOf({ message, stack, VITEST_TEST_NAME: test, VITEST_TEST_PATH: file }: SerializedError): string {
  const where = test ?? file;
  const at = stack?.split('\n')[1]?.trim();
  return [`outside of any test${where ? `, near ${String(where)}` : ''}: ${message}`, at].filter(Boolean).join(' ');
}
