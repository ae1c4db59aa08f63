/** What the tests in the extension host write for the runner outside it. */
export interface EditorResults {
  /** How many test files were loaded. */
  files: number;
  /** How many tests mocha said it would run. */
  announced: number;
  tests: EditorTest[];
  /** False when the extension host ended before the last test did. */
  ended: boolean;
}

export interface EditorTest {
  title: string;
  state: 'passed' | 'failed' | 'skipped';
  error?: string;
}
