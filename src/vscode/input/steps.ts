import type { Answer, Place } from './answer.js';
import { back } from './answer.js';

/** One question of a form. It reads and writes the draft. */
export interface Step<D> {
  /** Whether the question is asked at all; asked when absent. */
  applies?(draft: D): boolean;
  /** Asks, and notes the answer in the draft. Anything but `back` and undefined means: go on. */
  ask(draft: D, place: Place): Promise<Answer<unknown>>;
}

/**
 * Asks one question after the other, with a way back.
 * @returns false when the person gave up.
 */
export async function askSteps<D>(title: string, steps: readonly Step<D>[], draft: D): Promise<boolean> {
  const asked: number[] = [];
  let index = 0;
  while (index < steps.length) {
    const step = steps[index];
    if (step === undefined || step.applies?.(draft) === false) {
      index++;
      continue;
    }
    const ahead = steps.slice(index).filter(({ applies }) => applies?.(draft) !== false).length;
    const done = asked.length;
    const place = { title, step: done + 1, totalSteps: done + ahead, canGoBack: done > 0 };
    const answer = await step.ask(draft, place);
    if (answer === undefined) return false;
    if (answer === back) {
      index = asked.pop() ?? 0;
      continue;
    }
    asked.push(index++);
  }
  return true;
}
