// Compares two files as often as it is told, and prints how long each time took. A process of its own: for bench/diff.ts.
import path from 'node:path';
import { compare, type CompareParts } from '../../src/operations/compare.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { root } from '../lib/places.js';

const [before = '', after = '', runs = '7'] = process.argv.slice(2);
/** Two files ask for nothing else. */
const parts = { shipped: schemaFolder(path.join(root, 'schemas')) } as CompareParts;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const context = { signal: new AbortController().signal, log, report() {} };

async function main(): Promise<void> {
  const times: number[] = [];
  let changes = 0;
  for (let run = 0; run < Number(runs); run++) {
    const started = performance.now();
    const { plan } = await compare(parts, { file: before }, { file: after }, context);
    times.push(performance.now() - started);
    changes = plan.workspaces.reduce((sum, workspace) => sum + workspace.changes.length, 0);
  }
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ times, memory, changes }));
}

void main();
