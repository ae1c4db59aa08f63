import { describe, expect, it } from 'vitest';
import type { ApplyJournal } from '../../../src/core/driver.js';
import { JournaledQueue, type QueueJobs } from '../../../src/drivers/journaledQueue.js';

/** Runs everything at once where the test does not say otherwise, and notes what happened. */
function scene({ journal = {}, jobs = {} }: { journal?: Partial<ApplyJournal>; jobs?: Partial<QueueJobs> } = {}) {
  const events: string[] = [];
  let running = 0;
  let most = 0;
  const whole: ApplyJournal = {
    before: async (changes) => {
      await journal.before?.(changes);
      events.push(...changes.map((change) => `before ${change}`));
    },
    after: async (outcomes) => {
      await journal.after?.(outcomes);
      events.push(...outcomes.map(({ change, done }) => `after ${change} ${done}`));
    },
  };
  const queue = new JournaledQueue(whole, {
    isStopped: () => false,
    requests: () => 100,
    freed: () => [],
    ...jobs,
    run: async (change) => {
      most = Math.max(most, ++running);
      events.push(`run ${change}`);
      const done = (await jobs.run?.(change)) ?? true;
      running--;
      return done;
    },
  });
  return { queue, events, most: () => most };
}

describe('a queue with a journal', () => {
  it('runs nothing that is not written down, and writes down what came of each', async () => {
    const { queue, events } = scene({ jobs: { run: (change) => Promise.resolve(change !== 1) } });
    await queue.run([0, 1, 2]);
    for (const change of [0, 1, 2]) {
      const at = ['before', 'run', 'after'].map((what) =>
        events.findIndex((each) => each.startsWith(`${what} ${change}`)),
      );
      expect(at).toEqual([...at].sort((a, b) => a - b));
      expect(at).not.toContain(-1);
    }
    expect(events.filter((each) => each.endsWith('false'))).toEqual(['after 1 false']);
  });

  it('goes on with what waited', async () => {
    const { queue, events } = scene({ jobs: { freed: (change) => (change < 3 ? [change + 1] : []) } });
    await queue.run([0]);
    expect(events.filter((each) => each.startsWith('run'))).toEqual(['run 0', 'run 1', 'run 2', 'run 3']);
  });

  it('runs no more at a time than it may', async () => {
    const { queue, most } = scene({ jobs: { requests: () => 2 } });
    await queue.run([0, 1, 2, 3, 4]);
    expect(most()).toBe(2);
  });

  it('begins nothing more once it is stopped, and writes down what was under way', async () => {
    let stopped = false;
    const jobs = { requests: () => 1, isStopped: () => stopped, run: () => Promise.resolve((stopped = true)) };
    const { queue, events } = scene({ jobs });
    await queue.run([0, 1, 2]);
    expect(events.filter((each) => !each.startsWith('before'))).toEqual(['run 0', 'after 0 true']);
  });

  it.each(['before', 'after'] as const)(
    'ends with what the journal throws %s, and begins nothing more',
    async (when) => {
      const full = new Error('The disk is full.');
      const { queue, events } = scene({ journal: { [when]: () => Promise.reject(full) }, jobs: { requests: () => 1 } });
      await expect(queue.run([...Array(100).keys()])).rejects.toBe(full);
      // What was under way while it was written down is let finish.
      expect(events.filter((each) => each.startsWith('run')).length).toBeLessThan(when === 'before' ? 1 : 10);
    },
  );

  it('ends where there is nothing to run', async () => {
    const { queue, events } = scene();
    await queue.run([]);
    expect(events).toEqual([]);
  });
});
