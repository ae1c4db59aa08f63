import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DocumentQueue } from '../../../src/languageServer/documentQueue.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A job that takes as long as one says, by the clock of the test. */
function slowJob(duration: number): { done: string[]; job: (uri: string) => Promise<void> } {
  const done: string[] = [];
  return {
    done,
    job: (uri) => {
      vi.setSystemTime(Date.now() + duration);
      done.push(uri);
      return new Promise((finished) => setTimeout(finished, duration));
    },
  };
}

const unexpected = (uri: string, error: unknown): void => {
  throw new Error(`the job of ${uri} failed`, { cause: error });
};

test('edits that come together are one job, a document at a time', async () => {
  const { done, job } = slowJob(0);
  const queue = new DocumentQueue(job, unexpected);
  queue.add('a');
  queue.add('a');
  queue.add('b');
  queue.add('a');
  await vi.runAllTimersAsync();
  expect(done.sort()).toEqual(['a', 'b']);
});

test('a document that takes long again and again waits for more edits, but not for ever', async () => {
  const { done, job } = slowJob(5000);
  const queue = new DocumentQueue(job, unexpected);
  queue.add('a');
  await vi.runAllTimersAsync();
  queue.add('a');
  await vi.runAllTimersAsync();
  queue.add('a');
  await vi.advanceTimersByTimeAsync(200);
  queue.add('a');
  await vi.advanceTimersByTimeAsync(200);
  expect(done).toEqual(['a', 'a']);
  await vi.advanceTimersByTimeAsync(100);
  expect(done).toEqual(['a', 'a', 'a']);
});

test('an edit does not wait for what opening took', async () => {
  const { done, job } = slowJob(5000);
  const queue = new DocumentQueue(job, unexpected);
  queue.add('a');
  await vi.runAllTimersAsync();
  queue.add('a');
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toEqual(['a', 'a']);
});

test('what is closed is not checked', async () => {
  const { done, job } = slowJob(0);
  const queue = new DocumentQueue(job, unexpected);
  queue.add('a');
  queue.add('b');
  queue.remove('a');
  queue.clear();
  await vi.runAllTimersAsync();
  expect(done).toEqual([]);
});

test('a document that cannot be checked is named, and the others are checked all the same', async () => {
  const failed: string[] = [];
  const done: string[] = [];
  const queue = new DocumentQueue(
    async (uri) => {
      if (uri === 'bad') throw new Error('a fault of ours');
      done.push(uri);
    },
    (uri) => failed.push(uri),
  );
  queue.add('bad');
  queue.add('good');
  await vi.runAllTimersAsync();
  expect({ failed, done }).toEqual({ failed: ['bad'], done: ['good'] });
});

test('what can wait comes when nothing is left to check, one after the other', async () => {
  const { done, job } = slowJob(50);
  const queue = new DocumentQueue(job, unexpected);
  queue.add('a');
  const others = ['first', 'second'].map((name) => queue.idle().then(() => done.push(name)));
  await vi.advanceTimersByTimeAsync(20);
  expect(queue.isBusy).toBe(true);
  await vi.runAllTimersAsync();
  await Promise.all(others);
  expect(done).toEqual(['a', 'first', 'second']);
});
