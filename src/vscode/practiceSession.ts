import type * as vscode from 'vscode';
import type { Log } from './log.js';

/** The practice gateway of this window, while it runs. */
export class PracticeSession implements vscode.Disposable {
  private running: { adminUrl: string; stop(): Promise<void> } | undefined;

  constructor(private readonly log: Log) {}

  /** @returns the address of its Admin API; the same when it runs already. @throws KongBackupError `port-in-use`. */
  async start(_port: number): Promise<string> {
    if (this.running) return this.running.adminUrl;
    this.log.info('');
    throw new Error('not yet');
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }

  dispose(): void {
    void this.stop();
  }
}
