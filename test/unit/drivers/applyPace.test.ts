import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../src/drivers/applyPace.js';

describe('the pace of an apply', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => vi.restoreAllMocks());

  /** @param each milliseconds between two answers. */
  const answer = (pace: Pace, each: number, times = 64): void => {
    for (let count = 0; count < times; count++) {
      now += each;
      pace.answered();
    }
  };

  it('grows as long as that makes the gateway faster, and stays there', () => {
    const pace = new Pace(100);
    expect(pace.requests).toBe(16);
    answer(pace, 4);
    expect(pace.requests).toBe(32);
    answer(pace, 2);
    expect(pace.requests).toBe(48);
    answer(pace, 2);
    answer(pace, 0.5);
    expect(pace.requests).toBe(48);
  });

  it('never goes beyond what the client can send', () => {
    const pace = new Pace(20);
    answer(pace, 4);
    answer(pace, 1);
    expect(pace.requests).toBe(20);
    expect(new Pace(4).requests).toBe(4);
  });

  it('halves each time that the gateway is busy, down to one, and does not grow again', () => {
    const pace = new Pace(100);
    pace.busy();
    expect(pace.requests).toBe(8);
    for (let count = 0; count < 9; count++) pace.busy();
    expect(pace.requests).toBe(1);
    answer(pace, 0.1, 200);
    expect(pace.requests).toBe(1);
  });
});
