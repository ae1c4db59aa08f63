/** Milliseconds that a large file's check may wait for more edits. */
const longestWait = 300;
/** Milliseconds after a job in which the next may be expected. */
const quiet = 100;

/**
 * Runs a job for the latest state of each document. An edit that comes while one waits takes its place, so work never
 * piles up. One waits only where the last two took long, and no longer than they did: to open a file does, an edit of it does not.
 */
export class DocumentQueue {
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();
  /** Milliseconds: of the last job, and of the one before it. */
  private running = 0;
  private ended = -Infinity;
  private readonly durations = new Map<string, [last: number, before: number]>();

  constructor(
    private readonly job: (uri: string) => Promise<void>,
    /** Told when a job fails: one file that can't be judged must not end the server for all others. */
    private readonly failed: (uri: string, error: unknown) => void,
  ) {}

  /** Whether a job waits or runs, or did until just now. */
  get isBusy(): boolean {
    return this.waiting.size + this.running > 0 || performance.now() - this.ended < quiet;
  }

  /** Resolves when no job waits or runs, and not before what has just come was looked at. */
  async idle(): Promise<void> {
    do await new Promise((done) => setTimeout(done, 1));
    while (this.waiting.size + this.running > 0);
  }

  add(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    const wait = Math.min(...(this.durations.get(uri) ?? [0]), longestWait);
    this.waiting.set(
      uri,
      setTimeout(() => void this.run(uri), wait < 10 ? 0 : wait),
    );
  }

  remove(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    this.durations.delete(uri);
  }

  clear(): void {
    for (const uri of [...this.waiting.keys()]) this.remove(uri);
  }

  private async run(uri: string): Promise<void> {
    this.waiting.delete(uri);
    const started = performance.now();
    this.running++;
    try {
      await this.job(uri);
    } catch (error) {
      this.failed(uri, error);
    }
    this.running--;
    this.ended = performance.now();
    this.durations.set(uri, [this.ended - started, this.durations.get(uri)?.[0] ?? 0]);
  }
}
