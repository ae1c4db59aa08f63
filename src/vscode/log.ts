import * as vscode from 'vscode';
import type { Logger } from '../core/context.js';
import { redact } from '../core/redact.js';

/** The output channel "Kong Backup". Every message passes through `redact`, with the secrets met so far. */
export class Log implements Logger, vscode.Disposable {
  readonly channel = vscode.window.createOutputChannel('Kong Backup', { log: true });
  private readonly secrets = new Set<string>();

  /** From now on, `secret` is masked. */
  hide(secret: string): void {
    this.secrets.add(secret);
  }

  debug(message: string): void {
    this.channel.debug(this.safe(message));
  }

  info(message: string): void {
    this.channel.info(this.safe(message));
  }

  warn(message: string): void {
    this.channel.warn(this.safe(message));
  }

  error(message: string): void {
    this.channel.error(this.safe(message));
  }

  /** `text` as it may be shown to a person. */
  safe(text: string): string {
    return redact(text, this.secrets);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
