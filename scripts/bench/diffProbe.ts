// Compares two files as often as it is told, and prints what each time took. A process of its own: for bench/diff.ts.
import { compare, type CompareParts } from '../../src/operations/compare.js';
import { schemaFolder } from '../../src/schema/folder.js';

const [schemas = '', before = '', after = '', runs = '7'] = process.argv.slice(2);
/** Two files ask for nothing else. */
const parts = { shipped: schemaFolder(schemas) } as CompareParts;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const context = { signal: new AbortController().signal, log, report() {} };

async function main(): Promise<void> {
  const took: { time: number; cpu: number }[] = [];
  let changes = 0;
  for (let run = 0; run < Number(runs); run++) {
    const [started, used] = [performance.now(), process.cpuUsage()];
    const { plan } = await compare(parts, { file: before }, { file: after }, context);
    const { user, system } = process.cpuUsage(used);
    took.push({ time: performance.now() - started, cpu: (user + system) / 1000 });
    changes = plan.workspaces.reduce((sum, workspace) => sum + workspace.changes.length, 0);
  }
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ took, memory, changes }));
}

void main();
