import { describe } from 'vitest';
import type { Tool } from '../../scripts/tools/tool.js';

/**
 * Suites that run a real tool: `const { path, describeTool } = await requireTool(deckNew)`. Where the tool is missing they
 * fail in CI, and elsewhere are skipped loudly: `npm test` counts them, and the console says which tool and how to get it.
 */
export interface RequiredTool {
  /** Absolute path of the program; empty when it is missing, in which case no suite of `describeTool` runs. */
  path: string;
  describeTool: typeof describe | typeof describe.skip;
}

export async function requireTool(tool: Tool): Promise<RequiredTool> {
  const found = await tool.find();
  if (found !== undefined) return { path: found, describeTool: describe };
  const message = `${tool.name} is not installed: \`npm run setup\` installs it.`;
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return { path: '', describeTool: describe.skip };
}
