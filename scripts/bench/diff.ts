// What comparing two files of 100,000 entities takes, beside git's line diff in the same run.
//
//   npm run bench:diff [-- --runs 7] [--entities 100000] [--files a.yaml,b.yaml] [--keep folder]
//
// Each operation runs in a process of its own that is asked several times: the first answer is what a command waits for behind
// its start, the least of the others what the editor waits for. CPU is that of all threads: on a machine that is busy with other
// things it says more than the time.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import pems from '../../src/practice/believablePems.json';
import { root } from '../lib/places.js';
import { FileWriter } from './generateFile.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    entities: { type: 'string', default: '100000' },
    files: { type: 'string' },
    keep: { type: 'string' },
  },
});

const pair = Object.values(pems).find((each): each is { cert: string; key: string } => 'key' in each)!;
const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

/** Items of the lists at the top, with what stands before them. */
function piecesOf(text: string): { head: string; items: string[] }[] {
  return text.split(/^(?=[a-z_]+:)/m).map((section) => {
    const [head = '', ...items] = section.split(/^(?=- )/m);
    return { head, items };
  });
}

const joined = (pieces: { head: string; items: string[] }[]): string =>
  pieces.map(({ head, items }) => head + items.join('')).join('');

/** Another number in every so many of the entities, children too. */
function changed(text: string, count: number): string {
  const places = [...text.matchAll(/^( *)(?:read_timeout|regex_priority|weight): \d+$/gm)];
  const step = places.length / count;
  let result = '';
  let at = 0;
  for (let n = 0; n < count && n < places.length; n++) {
    const place = places[Math.floor(n * step)]!;
    result += `${text.slice(at, place.index)}${place[0]}1`;
    at = place.index + place[0].length;
  }
  return result + text.slice(at);
}

function shuffled(text: string): string {
  let state = 1;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return joined(
    piecesOf(text).map(({ head, items }) => ({
      head,
      items: items
        .map((item) => [random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
    })),
  );
}

/** Milliseconds. */
interface Took {
  time: number;
  cpu: number;
}

interface Measured {
  took: Took[];
  /** MiB. */
  memory: number;
  changes: number;
}

/** Bundled as the product is: what runs sources makes them slower. */
async function bundleProbe(folder: string): Promise<string> {
  const outfile = path.join(folder, 'diffProbe.cjs');
  const entry = path.join(root, 'scripts', 'bench', 'diffProbe.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}

function measure(probe: string, before: string, after: string): Measured {
  const args = [probe, path.join(root, 'schemas'), before, after, values.runs];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function git(before: string, after: string): number {
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    spawnSync('git', ['diff', '--no-index', '--stat', before, after], { stdio: 'ignore' });
    return performance.now() - started;
  });
  return median(times);
}

function row(name: string, probe: string, before: string, after: string): void {
  const { took, memory, changes } = measure(probe, before, after);
  const least = (of: keyof Took): string => Math.min(...took.slice(1).map((each) => each[of])).toFixed(0);
  const cells = [
    name.padEnd(14),
    `first ${took[0]?.time.toFixed(0)} ms, CPU ${took[0]?.cpu.toFixed(0)}`.padStart(26),
    `later ${least('time')} ms, CPU ${least('cpu')}`.padStart(26),
    `${memory} MiB`.padStart(10),
    `${changes} changes`.padStart(16),
    `git ${git(before, after).toFixed(0)} ms`.padStart(14),
  ];
  console.log(cells.join(' '));
}

function made(folder: string, probe: string, entities: number, ids: boolean): void {
  const write = (name: string, text: string): string => {
    const file = path.join(folder, `${name}${ids ? '' : 'NoIds'}.yaml`);
    writeFileSync(file, text);
    return file;
  };
  const { text } = new FileWriter({ entities, ids, format: '3.0', pair }).write();
  const before = write('before', text);
  const size = (readFileSync(before).length / 1e6).toFixed(0);
  console.log(`\n${entities.toLocaleString('en')} entities, ${ids ? 'with' : 'without'} ids, ${size} MB`);
  row('10 changes', probe, before, write('ten', changed(text, 10)));
  row('another order', probe, before, write('shuffled', shuffled(text)));
  row('20 % changed', probe, before, write('many', changed(text, entities / 5)));
}

async function main(): Promise<void> {
  const { keep, files, entities } = values;
  const folder = keep ?? mkdtempSync(path.join(tmpdir(), 'bench-diff-'));
  mkdirSync(folder, { recursive: true });
  try {
    const probe = await bundleProbe(folder);
    if (files !== undefined) {
      const [before = '', after = ''] = files.split(',');
      row('the files', probe, before, after);
    } else for (const ids of [true, false]) made(folder, probe, Number(entities), ids);
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

void main();
