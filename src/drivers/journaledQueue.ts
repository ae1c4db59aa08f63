import type { ApplyJournal } from '../core/driver.js';

/** So many are written down at a time: one sync of the disk is shared by all of them. */
const mostAtOnce = 256;

export interface QueueJobs {
  /** True: nothing more is begun. */
  isStopped(): boolean;
  /** How many may run at a time, now. */
  requests(): number;
  /** Never rejects. @returns whether the change is made. */
  run(change: number): Promise<boolean>;
  /** Those that waited for this one alone. */
  freed(change: number): Iterable<number>;
}

/** Runs changes side by side, each only once the journal says that it is about to be made. */
export class JournaledQueue {
  private ready: number[] = [];
  private announced = 0;
  private next = 0;
  private running = 0;
  private isAnnouncing = false;
  private isTelling = false;
  private toTell: { change: number; done: boolean }[] = [];
  private failure: { error: unknown } | undefined;
  private finish: () => void = () => undefined;

  constructor(
    private readonly journal: ApplyJournal,
    private readonly jobs: QueueJobs,
  ) {}

  /** @param ready those that wait for nothing. @throws what the journal throws, once nothing runs any more. */
  async run(ready: readonly number[]): Promise<void> {
    this.ready = [...ready];
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      this.goOn();
    });
    if (this.failure) throw this.failure.error;
  }

  private goOn(): void {
    const stopped = this.failure !== undefined || this.jobs.isStopped();
    if (!stopped) this.announce();
    while (!stopped && this.running < this.jobs.requests() && this.next < this.announced) this.start();
    this.tell();
    const isIdle = this.running === 0 && !this.isAnnouncing && !this.isTelling;
    if (isIdle && (stopped || this.next === this.ready.length)) this.finish();
  }

  private start(): void {
    const change = this.ready[this.next++] as number;
    this.running++;
    void this.jobs.run(change).then((done) => {
      this.running--;
      this.toTell.push({ change, done });
      for (const freed of this.jobs.freed(change)) this.ready.push(freed);
      this.goOn();
    });
  }

  private announce(): void {
    if (this.isAnnouncing || this.announced === this.ready.length) return;
    const batch = this.ready.slice(this.announced, this.announced + mostAtOnce);
    this.isAnnouncing = true;
    void this.write(this.journal.before(batch)).then((isWritten) => {
      this.isAnnouncing = false;
      if (isWritten) this.announced += batch.length;
      this.goOn();
    });
  }

  private tell(): void {
    if (this.isTelling || this.toTell.length === 0 || this.failure) return;
    const outcomes = this.toTell;
    this.toTell = [];
    this.isTelling = true;
    void this.write(this.journal.after(outcomes)).then(() => {
      this.isTelling = false;
      this.goOn();
    });
  }

  private write(job: Promise<void>): Promise<boolean> {
    return job.then(
      () => true,
      (error: unknown) => {
        this.failure ??= { error };
        return false;
      },
    );
  }
}
