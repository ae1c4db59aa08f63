/** Work of which no step takes longer than some milliseconds: who runs it may do something else between two of them. */
export type Steps<T> = Generator<void, T, void>;

/** Asked between steps of a long answer: resolves when it may go on, rejects where nobody wants the answer any more. */
export type Pace = () => Promise<void>;

/** Thrown where a text changed while an answer about all of it was worked out. */
export class Outdated extends Error {
  constructor() {
    super('The text has changed since.');
  }
}

/** Milliseconds that are worked at a stretch: a key that is typed waits no longer than that. */
const stretch = 4;

/** All of it in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As much at a stretch as nobody notices; all in one go where there is no pace. */
export async function paced<T>(steps: Steps<T>, pace?: Pace): Promise<T> {
  if (!pace) return atOnce(steps);
  for (let isLong = false; ; isLong = true) {
    const until = performance.now() + stretch;
    do {
      const step = steps.next();
      if (!step.done) continue;
      // To send a long answer takes long too: nobody is to wait for that who no longer wants it.
      if (isLong) await pace();
      return step.value;
    } while (performance.now() < until);
    await pace();
  }
}
