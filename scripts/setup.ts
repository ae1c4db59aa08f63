import { installMissing } from './lib/installTools.js';
import { allTools } from './tools/all.js';

/** `npm run setup`: everything that the tests and the demo want, and nothing that is there already. */
async function main(): Promise<void> {
  const missing = await installMissing(allTools);
  for (const { tool, reason } of missing) console.error(`MISSING ${tool.name}: ${reason}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}

void main();
