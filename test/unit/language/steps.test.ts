import { afterEach, expect, test, vi } from 'vitest';
import { atOnce, paced, type Steps } from '../../../src/language/steps.js';

afterEach(() => void vi.restoreAllMocks());

function* counted(to: number, done: number[] = []): Steps<number> {
  for (let number = 1; number <= to; number++) {
    done.push(number);
    yield;
  }
  return to;
}

/** Every look at the clock is so many milliseconds later than the one before. */
function clockOf(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
}

test('all at once, and so without a pace', async () => {
  expect(atOnce(counted(3))).toBe(3);
  expect(await paced(counted(3))).toBe(3);
});

test('what is short asks nobody', async () => {
  clockOf(0);
  const pace = vi.fn(() => Promise.resolve());
  expect(await paced(counted(1000), pace)).toBe(1000);
  expect(pace).not.toHaveBeenCalled();
});

test('what is long asks between stretches, and before it is handed over', async () => {
  clockOf(1);
  const done: number[] = [];
  const seen: number[] = [];
  const pace = vi.fn(() => Promise.resolve(void seen.push(done.length)));
  expect(await paced(counted(10, done), pace)).toBe(10);
  expect(seen).toEqual([4, 8, 10]);
});

test('what nobody wants any more ends', async () => {
  clockOf(1);
  const done: number[] = [];
  const taken = paced(counted(10, done), () => Promise.reject(new Error('taken back')));
  await expect(taken).rejects.toThrow('taken back');
  expect(done).toHaveLength(4);
});
