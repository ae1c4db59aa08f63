const first = 16;
const most = 48;
/** Answers after which the rate is looked at. */
const window = 64;
/** A rate that is so much higher says that the last step up was worth it. */
const worthwhile = 1.05;

/**
 * How many requests at a time a gateway is sent: more as long as that makes it faster, half as many each time it says that it
 * is busy.
 */
export class Pace {
  private current: number;
  private answers = 0;
  private begun = performance.now();
  private lastRate = 0;
  private isSettled = false;

  /** @param limit the most that the client can send at a time. */
  constructor(private readonly limit: number) {
    this.current = Math.min(first, limit);
  }

  get requests(): number {
    return this.current;
  }

  answered(): void {
    if (++this.answers < window || this.isSettled) return;
    const now = performance.now();
    const rate = this.answers / Math.max(now - this.begun, 0.001);
    if (rate > this.lastRate * worthwhile) this.current = Math.min(this.current * 2, most, this.limit);
    else this.isSettled = true;
    this.lastRate = rate;
    [this.answers, this.begun] = [0, now];
  }

  busy(): void {
    this.current = Math.max(1, Math.floor(this.current / 2));
    this.isSettled = true;
  }
}
