// What judging files takes, whole processes, beside decK in the same run.
//
//   npm run bench:validate -- [--runs 3] [--sizes S,M,L,XL]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pems from '../../src/practice/believablePems.json';
import { root } from '../lib/places.js';
import { FileWriter } from './generateFile.js';

const sizes = { S: 100, M: 1_000, L: 10_000, XL: 100_000 } as const;
type Size = keyof typeof sizes;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, sizes: { type: 'string', default: 'S,M,L,XL' } },
});

interface Measured {
  seconds: number;
  /** Most memory that was resident, in MiB; undefined where the system does not tell. */
  memory: number | undefined;
  exitCode: number | null;
}

/** Prints the most memory of its only child, in KiB, after it has ended. Plain Python has it in its standard library. */
const meter =
  'import resource,subprocess,sys;c=subprocess.call(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);' +
  'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);sys.exit(c)';
const hasMeter = process.platform === 'linux' && spawnSync('python3', ['-c', '']).status === 0;

function run(command: string, args: readonly string[]): Measured {
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, DECK_ANALYTICS: 'off' } });
  return { seconds: (performance.now() - started) / 1000, memory: undefined, exitCode: status };
}

function memoryOf(command: string, args: readonly string[]): number | undefined {
  if (!hasMeter) return undefined;
  const { stdout } = spawnSync('python3', ['-c', meter, command, ...args], { encoding: 'utf8' });
  return Math.round(Number(stdout.trim().split('\n').at(-1)) / 1024);
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

function measure(command: string, args: readonly string[]): Measured {
  const all = Array.from({ length: Number(values.runs) }, () => run(command, args));
  const seconds = median(all.map((one) => one.seconds));
  return { seconds, memory: memoryOf(command, args), exitCode: all[0]?.exitCode ?? null };
}

interface Tool {
  name: string;
  command: string;
  args(file: string): string[];
  format: '3.0' | '1.1';
}

const ours: Tool = {
  name: 'kong-backup validate',
  command: process.execPath,
  args: (file) => [path.join(root, 'dist', 'cli.js'), 'validate', '--format', 'json', file],
  format: '3.0',
};

const newDeck = path.join(root, '.tools', 'deck-1.55.0', 'deck');
const tools: readonly Tool[] = [
  ours,
  { name: 'deck 1.4.0 validate', command: 'deck', args: (file) => ['validate', '-s', file], format: '1.1' },
  { name: 'deck 1.55 file validate', command: newDeck, args: (file) => ['file', 'validate', file], format: '3.0' },
];

const isThere = ({ command }: Tool): boolean =>
  existsSync(command) || spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0;

const pair = Object.values(pems).find((each): each is { cert: string; key: string } => 'key' in each)!;

function write(folder: string, name: string, entities: number, format: Tool['format'], ids = false): string {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, new FileWriter({ entities, ids, format, pair }).write().text);
  return file;
}

function row(label: string, { seconds, memory, exitCode }: Measured, ratio?: number): void {
  const cells = [
    label.padEnd(44),
    `${seconds.toFixed(2)} s`.padStart(9),
    memory === undefined ? '' : `${memory} MiB`.padStart(10),
    ratio === undefined ? '' : `${ratio.toFixed(1)} x`.padStart(8),
    exitCode === 0 ? '' : `  exit code ${exitCode}`,
  ];
  console.log(cells.join(' ').trimEnd());
}

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-validate-'));
  const there = tools.filter(isThere);
  try {
    for (const size of values.sizes.split(',') as Size[]) {
      const entities = sizes[size];
      console.log(`\n${size}: ${entities.toLocaleString('en')} entities`);
      const own = measure(ours.command, ours.args(write(folder, `${size}-ours`, entities, '3.0')));
      row(ours.name, own);
      row(`${ours.name}, with ids`, measure(ours.command, ours.args(write(folder, size, entities, '3.0', true))));
      for (const tool of there.slice(1)) {
        const other = measure(tool.command, tool.args(write(folder, `${size}-other`, entities, tool.format)));
        row(tool.name, other, other.seconds / own.seconds);
      }
    }
    const many = path.join(folder, 'many');
    mkdirSync(many);
    for (let index = 0; index < 1000; index++) write(many, `kong-${index}`, 20, '3.0');
    console.log('\nA thousand files of 20 entities');
    row(ours.name, measure(ours.command, ours.args(many)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
