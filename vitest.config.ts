import { defineConfig } from 'vitest/config';

/** The suites that run in plain Node. The editor and window suites run in a real VS Code: see scripts/test.mjs. */
const suite = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [suite('unit', 10_000), suite('contract', 60_000), suite('integration', 120_000)],
  },
});
