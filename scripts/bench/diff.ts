// What comparing two files of 100,000 entities takes, beside git's line diff in the same run.
//
//   npm run bench:diff [-- --runs 7] [--entities 100000] [--files a.yaml,b.yaml]
//
// Each operation runs in a process of its own that is asked several times: the first answer is what a command waits for behind
// its start, the median of the others what the editor waits for.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pems from '../../src/practice/believablePems.json';
import { root } from '../lib/places.js';
import { FileWriter } from './generateFile.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    entities: { type: 'string', default: '100000' },
    files: { type: 'string' },
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

interface Measured {
  first: number;
  later: number;
  memory: number;
  changes: number;
}

function measure(before: string, after: string): Measured {
  const probe = path.join(root, 'scripts', 'bench', 'diffProbe.ts');
  const args = [
    '--expose-gc',
    path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
    probe,
    before,
    after,
    values.runs,
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const { times, memory, changes } = JSON.parse(stdout) as { times: number[]; memory: number; changes: number };
  return { first: times[0] ?? NaN, later: median(times.slice(1)), memory, changes };
}

function git(before: string, after: string): number {
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    spawnSync('git', ['diff', '--no-index', '--stat', before, after], { stdio: 'ignore' });
    return performance.now() - started;
  });
  return median(times);
}

function row(name: string, before: string, after: string): void {
  const { first, later, memory, changes } = measure(before, after);
  const cells = [
    name.padEnd(28),
    `first ${first.toFixed(0)} ms`.padStart(16),
    `later ${later.toFixed(0)} ms`.padStart(16),
    `${memory} MiB`.padStart(10),
    `${changes} changes`.padStart(16),
    `git ${git(before, after).toFixed(0)} ms`.padStart(14),
  ];
  console.log(cells.join(' '));
}

function main(): void {
  if (values.files !== undefined) {
    const [before = '', after = ''] = values.files.split(',');
    return row('the files', before, after);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-diff-'));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  };
  try {
    const entities = Number(values.entities);
    for (const ids of [true, false]) {
      const { text } = new FileWriter({ entities, ids, format: '3.0', pair }).write();
      const before = write('before', text);
      console.log(
        `\n${entities.toLocaleString('en')} entities, ${ids ? 'with' : 'without'} ids, ${(readFileSync(before).length / 1e6).toFixed(0)} MB`,
      );
      row('10 changes', before, write('ten', changed(text, 10)));
      row('another order', before, write('shuffled', shuffled(text)));
      row('20 % changed', before, write('many', changed(text, entities / 5)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
