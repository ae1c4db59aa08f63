import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { newestHost, oldestHost, type VscodeHost } from '../../test/host/vscodeHost.js';
import { buildExtension } from '../lib/build.js';
import { bundleForHost } from '../lib/bundleForHost.js';
import { installMissing } from '../lib/installTools.js';
import { buildFolder, root } from '../lib/places.js';
import { runInHost, toolsOfHost } from '../lib/runInHost.js';
import { say } from '../lib/say.js';
import type { Activation } from './activationProbe.js';

/** `npm run bench:activation [-- --starts 5]`: what activation takes in real extension hosts, each start a fresh one. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { starts: { type: 'string', default: '5' } } });
  const hosts = [newestHost, oldestHost];
  const missing = await installMissing([...new Set(hosts.flatMap(toolsOfHost))]);
  if (missing.length > 0) throw new Error(missing.map(({ tool, reason }) => `${tool.name}: ${reason}`).join('\n'));
  await buildExtension(say);
  const probe = path.join(buildFolder, 'bench');
  await bundleForHost({ activationProbe: path.join(root, 'scripts', 'bench', 'activationProbe.ts') }, probe);
  const rows: string[] = [];
  for (const host of hosts) {
    const starts: Activation[] = [];
    while (starts.length < Number(values.starts)) starts.push(await activateOnce(host, probe));
    rows.push(describe(host, starts));
  }
  console.log(`\n${rows.join('\n')}`);
}

async function activateOnce(host: VscodeHost, probe: string): Promise<Activation> {
  const result = path.join(buildFolder, 'results', 'activation.json');
  mkdirSync(path.dirname(result), { recursive: true });
  rmSync(result, { force: true });
  const tests = path.join(probe, 'activationProbe.js');
  const code = await runInHost({ host, tests, env: { KONG_BACKUP_BENCH_RESULT: result } });
  if (code !== 0) throw new Error(`${host.name} ended with code ${code}`);
  const activation = JSON.parse(readFileSync(result, 'utf8')) as Activation;
  say(`${host.name}: ${ms(inHost(activation))}`);
  return activation;
}

const ms = (value: number | undefined): string => `${value?.toFixed(1)} ms`;

/** What VS Code itself shows as the time of activation. */
const inHost = ({ loading, activating }: Activation): number => loading + activating;

function middle(values: number[]): { median: number | undefined; min: number | undefined; max: number | undefined } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

function describe({ name }: VscodeHost, starts: Activation[]): string {
  const { median, min, max } = middle(starts.map(inHost));
  const files = starts[0]?.files ?? {};
  const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
  return [
    `${name}: activation median ${ms(median)}, min ${ms(min)}, max ${ms(max)} of ${starts.length} starts`,
    `  loading the code ${ms(middle(starts.map(({ loading }) => loading)).median)}`,
    `  activate() ${ms(middle(starts.map(({ activating }) => activating)).median)}`,
    `  until the editor goes on ${ms(middle(starts.map(({ whole }) => whole)).median)}`,
    `  loaded ${(bytes / 1024).toFixed(1)} KB: ${Object.keys(files).join(', ')}`,
  ].join('\n');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
