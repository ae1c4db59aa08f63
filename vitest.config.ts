import { defineConfig } from 'vitest/config';
import type { ProjectConfig } from 'vitest/node';

const setupFiles = ['test/helpers/seed.ts'];

/** The suites that vitest runs; `editor` runs in an extension host, with mocha. scripts/test.ts runs them all. */
// The limits end a test that hangs; they say nothing about speed, for a machine may be busy.
const suite = (name: string, testTimeout: number, more: Pick<ProjectConfig, 'poolOptions'> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 60_000, setupFiles, ...more },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', 60_000),
      suite('contract', 60_000),
      suite('integration', 120_000),
      // One window after the other: each wants a core of its own.
      suite('window', 120_000, { poolOptions: { forks: { singleFork: true } } }),
    ],
  },
});
