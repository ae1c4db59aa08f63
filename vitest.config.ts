import { defineConfig } from 'vitest/config';

/** The suites that vitest runs; `editor` runs in an extension host, with mocha. scripts/test.ts runs them all. */
const suite = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', 10_000),
      suite('contract', 60_000),
      suite('integration', 120_000),
      suite('window', 120_000),
    ],
  },
});
