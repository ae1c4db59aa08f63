// What judging files takes, whole processes, beside decK in the same run: the best of some runs, because other work on the
// machine only ever adds.
//
//   npm run bench:validate -- [--runs 3] [--sizes S,M,L,XL] [--shapes L]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pems from '../../src/practice/believablePems.json';
import { root } from '../lib/places.js';
import { estateOf, fileShapes } from './fileShapes.js';
import { FileWriter } from './generateFile.js';
import { hasMeter, type Metered, metered } from './metered.js';

const sizes = { S: 100, M: 1_000, L: 10_000, XL: 100_000 } as const;
type Size = keyof typeof sizes;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    sizes: { type: 'string', default: 'S,M,L,XL' },
    shapes: { type: 'string', default: 'L' },
  },
});

type Measured = Omit<Metered, 'stdout' | 'stderr'>;

const env = { ...process.env, DECK_ANALYTICS: 'off' };

function measure(command: string, args: readonly string[]): Measured {
  const all = Array.from({ length: Number(values.runs) }, () => metered(command, args, { env }));
  const best = (of: (one: Measured) => number | undefined): number => Math.min(...all.map((one) => of(one) ?? NaN));
  return {
    seconds: best(({ seconds }) => seconds),
    cpuSeconds: hasMeter ? best(({ cpuSeconds }) => cpuSeconds) : undefined,
    memory: hasMeter ? Math.max(...all.map(({ memory = NaN }) => memory)) : undefined,
    exitCode: all[0]?.exitCode ?? null,
  };
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

function row(label: string, { seconds, cpuSeconds, memory, exitCode }: Measured, note = '', fine = 0): void {
  const cells = [
    label.padEnd(36),
    `${seconds.toFixed(2)} s`.padStart(9),
    cpuSeconds === undefined ? '' : `${cpuSeconds.toFixed(2)} s CPU`.padStart(12),
    memory === undefined ? '' : `${memory} MiB`.padStart(9),
    note.padStart(10),
    exitCode === fine ? '' : `  exit code ${exitCode}`,
  ];
  console.log(cells.join(' ').trimEnd());
}

const times = (other: Measured, own: Measured): string => `${(other.seconds / own.seconds).toFixed(1)} x`;

/** The same estate in many hands. decK's newest release beside it, where it takes such a file. */
function shapes(folder: string, size: Size): void {
  const { estate, entities } = estateOf(sizes[size], pair);
  const deck = tools.find(({ command }) => command === newDeck);
  console.log(`\n${entities.toLocaleString('en')} entities as others write them; how much longer decK 1.55 takes`);
  for (const { name, extension, faults, write: text } of fileShapes) {
    const file = path.join(folder, `shape.${extension}`);
    writeFileSync(file, text(estate));
    const own = measure(ours.command, ours.args(file));
    const other = deck && isThere(deck) ? measure(deck.command, deck.args(file)) : undefined;
    const note = other === undefined ? '' : other.exitCode === 0 || faults ? times(other, own) : 'not decK';
    row(name, own, note, faults ? 1 : 0);
    rmSync(file);
  }
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
        row(tool.name, other, times(other, own));
      }
    }
    if (values.shapes in sizes) shapes(folder, values.shapes as Size);
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
