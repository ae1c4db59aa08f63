/** Milliseconds that a large file's check may wait for more edits. */
const longestWait = 300;

/**
 * Runs a job for the latest state of each document. An edit that comes while one waits takes its place, so work never
 * piles up; how long one waits is what the last took, so that small files are checked at once.
 */
export class DocumentQueue {
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly lastDuration = new Map<string, number>();

  constructor(
    private readonly job: (uri: string) => Promise<void>,
    /** Told when a job fails: one file that can't be judged must not end the server for all others. */
    private readonly failed: (uri: string, error: unknown) => void,
  ) {}

  add(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    const wait = Math.min(this.lastDuration.get(uri) ?? 0, longestWait);
    this.waiting.set(
      uri,
      setTimeout(() => void this.run(uri), wait < 10 ? 0 : wait),
    );
  }

  remove(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    this.lastDuration.delete(uri);
  }

  clear(): void {
    for (const uri of [...this.waiting.keys()]) this.remove(uri);
  }

  private async run(uri: string): Promise<void> {
    this.waiting.delete(uri);
    const started = performance.now();
    try {
      await this.job(uri);
    } catch (error) {
      this.failed(uri, error);
    }
    this.lastDuration.set(uri, performance.now() - started);
  }
}
