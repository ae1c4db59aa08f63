import { parseArgs } from 'node:util';
import { newestHost, oldestHost } from '../test/host/vscodeHost.js';
import { buildExtension, packageExtension } from './lib/build.js';
import { installMissing, type MissingTool } from './lib/installTools.js';
import { say } from './lib/say.js';
import { checkSuite } from './testing/checkSuite.js';
import { editorSuite } from './testing/editorSuite.js';
import type { Outcome, Suite } from './testing/suite.js';
import { vitestSuite } from './testing/vitestSuite.js';
import { webSuite } from './testing/webSuite.js';
import { age } from './tools/age.js';
import { allTools } from './tools/all.js';
import { busybox } from './tools/busybox.js';
import { chromium } from './tools/chromium.js';
import { deckNew } from './tools/deckNew.js';
import { deckOld } from './tools/deckOld.js';
import { ferretdb } from './tools/ferretdb.js';
import { postgres } from './tools/postgres.js';
import type { Tool } from './tools/tool.js';
import { versitygw } from './tools/versitygw.js';

/** What tests talk to. The long one to build comes last. */
const real = [deckOld, postgres, age, busybox, versitygw, ferretdb, deckNew];

const suites: readonly Suite[] = [
  checkSuite,
  vitestSuite('unit'),
  vitestSuite('contract', { wants: real }),
  vitestSuite('integration', { wants: real, uses: 'build' }),
  editorSuite(newestHost),
  editorSuite(oldestHost),
  webSuite(newestHost),
  vitestSuite('window', { needs: [newestHost, chromium], uses: 'package' }),
];

const inCi = process.env.CI === 'true';

/**
 * `npm test`, or `npm test -- --suite unit [--suite …] [filter …]`. Installs what is missing, builds, runs the suites and counts.
 * The last line is `N passed, N failed`, with `, N skipped` when any were.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { suite: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
  const chosen = choose(values.suite);
  const tools = new Set(chosen.flatMap(toolsOf));
  const missing = await installMissing(allTools.filter((tool) => tools.has(tool)));
  await prepare(chosen);
  const outcomes = new Map<Suite, Outcome>();
  for (const suite of chosen) {
    say(`suite ${suite.name}`);
    outcomes.set(suite, await runSuite(suite, missing, positionals));
  }
  return summarise(outcomes);
}

/** @throws Error for a suite that there isn't. `editor` means both of its kind. */
function choose(names: string[] | undefined): readonly Suite[] {
  if (!names) return suites;
  return names.flatMap((name) => {
    const found = suites.filter((suite) => suite.name === name || suite.name.startsWith(`${name}-`));
    if (found.length > 0) return found;
    throw new Error(`there is no suite ${name}: ${suites.map((suite) => suite.name).join(', ')}`);
  });
}

async function prepare(chosen: readonly Suite[]): Promise<void> {
  if (chosen.some(({ uses }) => uses === 'package')) await packageExtension(say);
  else if (chosen.some(({ uses }) => uses === 'build')) await buildExtension(say);
}

const toolsOf = ({ needs = [], wants = [] }: Suite): Tool[] => [...needs, ...wants];

/** A tool that can't be had is a failure in CI, where somebody wants to know, and a skip that is counted elsewhere. */
async function runSuite(suite: Suite, missing: MissingTool[], filter: string[]): Promise<Outcome> {
  const lacking = missing.filter(({ tool }) => toolsOf(suite).includes(tool));
  const lines = lacking.map(({ tool, reason }) => `${tool.name} can't be had: ${reason}`);
  const impossible = lacking.some(({ tool }) => suite.needs?.includes(tool));
  const outcome = impossible ? { passed: 0, failed: [], skipped: [] } : await runToTheEnd(suite, filter);
  (inCi ? outcome.failed : outcome.skipped).push(...lines);
  return outcome;
}

async function runToTheEnd(suite: Suite, filter: string[]): Promise<Outcome> {
  try {
    return await suite.run(filter);
  } catch (error) {
    return { passed: 0, failed: [error instanceof Error ? error.message : String(error)], skipped: [] };
  }
}

/** @returns the exit code. */
function summarise(outcomes: Map<Suite, Outcome>): number {
  const total: Outcome = { passed: 0, failed: [], skipped: [] };
  console.log('\n');
  for (const [{ name }, { passed, failed, skipped }] of outcomes) {
    console.log(`${name.padEnd(16)} ${count(passed, failed.length, skipped.length)}`);
    for (const line of skipped) console.log(`  SKIPPED ${line}`);
    for (const line of failed) console.log(`  FAILED  ${line}`);
    total.passed += passed;
    total.failed.push(...failed);
    total.skipped.push(...skipped);
  }
  console.log(`\n${count(total.passed, total.failed.length, total.skipped.length)}`);
  return total.failed.length === 0 && total.passed > 0 ? 0 : 1;
}

const count = (passed: number, failed: number, skipped: number): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    console.log('0 passed, 1 failed');
    process.exit(1);
  },
);
