import { moduleFile } from '../lib/places.js';
import { runNode } from '../lib/program.js';
import type { Suite } from './suite.js';

const checks = {
  types: [moduleFile('typescript', 'bin', 'tsc'), '--noEmit'],
  lint: [moduleFile('eslint', 'bin', 'eslint.js'), '.'],
  formatting: [moduleFile('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};

/** What `npm run check` does, each counted as a test. */
export const checkSuite: Suite = {
  name: 'check',
  async run() {
    const failed: string[] = [];
    let passed = 0;
    for (const [name, args] of Object.entries(checks)) {
      const { code } = await runNode(args);
      console.log(` ${code === 0 ? '✓' : '✗'} ${name}`);
      if (code === 0) passed++;
      else failed.push(name);
    }
    return { passed, failed, skipped: [] };
  },
};
