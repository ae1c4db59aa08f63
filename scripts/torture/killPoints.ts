import type { ChildProcess } from 'node:child_process';

/** One way to be stopped: a process that is killed somewhere on its way, and what must hold afterwards. */
export interface Victim {
  /** Makes ready for a start, where that takes its time. */
  prepare?(): Promise<void>;
  /** Starts the process anew. `reached` is called when it has begun what is to be interrupted, at each mark on the way. */
  start(reached: (mark: string) => void): {
    child: ChildProcess;
    exit: Promise<{ signal: NodeJS.Signals | null }>;
  };
  /** The marks to kill after, in their order. */
  marks: readonly string[];
  /** What is wrong now. Also cleans up by what the next run does, and says what of the leftovers stays. */
  judge(): Promise<string[]>;
}

export interface TortureOptions {
  /** How many processes are to be killed before their end. Runs that ended first don't count. */
  kills: number;
  /** The same seed gives the same points. */
  seed: number;
  say(line: string): void;
  /** Whole runs by which the way to the end is measured before the first kill. */
  measured?: number;
}

export interface TortureReport {
  runs: number;
  /** How many processes were killed before their end, by the mark that they were killed after. */
  killedAfter: Record<string, number>;
  killed: number;
  problems: string[];
  /** Milliseconds that a run and its judgement took at most. */
  slowest: number;
}

/** A victim that so often ends before it is killed can't be killed. */
const runsPerKill = 4;

/**
 * Kills a process at so many points: each mark in turn, and from there a random time within what the way to the end takes. Goes on
 * until so many were killed; that it had to give up is a problem.
 */
export async function torture(
  victim: Victim,
  { kills, seed, say, measured = 3 }: TortureOptions,
): Promise<TortureReport> {
  const random = randomFrom(seed);
  const spans = await measure(victim, measured);
  const report: TortureReport = { runs: 0, killed: 0, killedAfter: {}, problems: [], slowest: 0 };
  while (report.killed < kills && report.runs < kills * runsPerKill) {
    const run = report.runs++;
    const begun = performance.now();
    const mark = victim.marks[run % victim.marks.length] ?? '';
    const delay = random() * (spans.get(mark) ?? 0) * 1.05;
    await victim.prepare?.();
    const { killed, took } = await killAfter(victim, mark, delay);
    if (killed) {
      report.killed++;
      report.killedAfter[mark] = (report.killedAfter[mark] ?? 0) + 1;
    } else {
      // The machine got faster since it was measured: the points to come must lie on the way.
      spans.set(mark, took);
    }
    const found = await victim.judge();
    const point = `run ${run + 1}, ${delay.toFixed(1)} ms after ${mark}`;
    for (const problem of found) say(`${point}: ${problem}`);
    report.problems.push(...found.map((problem) => `${point}: ${problem}`));
    report.slowest = Math.max(report.slowest, performance.now() - begun);
    if (report.runs % 10 === 0) say(`${report.runs} runs, ${report.killed} killed`);
  }
  if (report.killed < kills) report.problems.push(`only ${report.killed} of ${report.runs} could be killed`);
  return report;
}

/** Milliseconds from each mark to the end, of the slowest of so many whole runs. */
async function measure(victim: Victim, runs: number): Promise<Map<string, number>> {
  const spans = new Map<string, number>();
  for (let run = 0; run < runs; run++) {
    const times = new Map<string, number>();
    await victim.prepare?.();
    const { exit } = victim.start((mark) => times.set(mark, times.get(mark) ?? performance.now()));
    await exit;
    for (const [mark, time] of times) spans.set(mark, Math.max(spans.get(mark) ?? 0, performance.now() - time));
  }
  return spans;
}

/** @returns whether the process was still there, and how many milliseconds after the mark it ended. */
async function killAfter(victim: Victim, wanted: string, delay: number): Promise<{ killed: boolean; took: number }> {
  let begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const { child, exit } = victim.start((mark) => {
    if (mark !== wanted || timer) return;
    begun = performance.now();
    timer = setTimeout(() => child.kill('SIGKILL'), delay);
  });
  const { signal } = await exit;
  clearTimeout(timer);
  return { killed: signal === 'SIGKILL', took: performance.now() - begun };
}

/** Mulberry32: the same numbers for the same seed, everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x100000000;
  };
}
