import type { ChildProcess } from 'node:child_process';

/** One way to be stopped: a process that is killed somewhere on its way, and what must hold afterwards. */
export interface Victim {
  /** Starts the process anew. `reached` is called when it has begun what is to be interrupted, at each mark on the way. */
  start(reached: (mark: string) => void): { child: ChildProcess; exit: Promise<unknown> };
  /** The marks to kill after, in their order. */
  marks: readonly string[];
  /** What is wrong now. Also cleans up by what the next run does, and says what of the leftovers stays. */
  judge(): Promise<string[]>;
}

export interface TortureOptions {
  runs: number;
  /** The same seed gives the same points. */
  seed: number;
  say(line: string): void;
}

export interface TortureReport {
  runs: number;
  /** How many processes were killed before their end. */
  killed: number;
  problems: string[];
  /** Milliseconds that a run and its judgement took at most. */
  slowest: number;
}

/** Kills a process at so many points: each mark in turn, and from there a random time within what the way to the end takes. */
export async function torture(victim: Victim, { runs, seed, say }: TortureOptions): Promise<TortureReport> {
  const random = randomFrom(seed);
  const spans = await measure(victim);
  const report: TortureReport = { runs, killed: 0, problems: [], slowest: 0 };
  for (let run = 0; run < runs; run++) {
    const begun = performance.now();
    const mark = victim.marks[run % victim.marks.length] ?? '';
    const delay = random() * (spans.get(mark) ?? 0) * 1.05;
    const { killed, took } = await killAfter(victim, mark, delay);
    if (killed) report.killed++;
    // The machine got faster since it was measured: the points to come must lie on the way.
    else spans.set(mark, took);
    const found = await victim.judge();
    const point = `run ${run + 1}, ${delay.toFixed(1)} ms after ${mark}`;
    for (const problem of found) say(`${point}: ${problem}`);
    report.problems.push(...found.map((problem) => `${point}: ${problem}`));
    report.slowest = Math.max(report.slowest, performance.now() - begun);
  }
  return report;
}

/** Milliseconds from each mark to the end, of the slowest of three whole runs. */
async function measure(victim: Victim): Promise<Map<string, number>> {
  const spans = new Map<string, number>();
  for (let run = 0; run < 3; run++) {
    const times = new Map<string, number>();
    const { exit } = victim.start((mark) => times.set(mark, times.get(mark) ?? performance.now()));
    await exit;
    for (const [mark, time] of times) spans.set(mark, Math.max(spans.get(mark) ?? 0, performance.now() - time));
  }
  return spans;
}

/** @returns whether the process was still there, and how many milliseconds after the mark it ended. */
async function killAfter(victim: Victim, wanted: string, delay: number): Promise<{ killed: boolean; took: number }> {
  let [killed, begun] = [false, performance.now()];
  let timer: NodeJS.Timeout | undefined;
  const { child, exit } = victim.start((mark) => {
    if (mark !== wanted || timer) return;
    begun = performance.now();
    timer = setTimeout(() => (killed = child.kill('SIGKILL')), delay);
  });
  await exit;
  clearTimeout(timer);
  return { killed, took: performance.now() - begun };
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
