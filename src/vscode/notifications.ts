import * as vscode from 'vscode';
import { describeError } from './errorMessages.js';
import type { Log } from './log.js';

/**
 * Errors as notifications. The same error is never shown twice at a time: while a person has not answered it, another
 * only goes to the log.
 */
export class Notifications {
  private readonly unanswered = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Resolves when the notification is gone. @param retry what the *Retry* button does. */
  async error(error: unknown, retry: () => unknown): Promise<void> {
    const { text, actions } = describeError(error);
    const safe = this.log.safe(text);
    if (this.unanswered.has(safe)) return;
    this.unanswered.add(safe);
    const showLog = vscode.l10n.t('Show Log');
    try {
      const answer = await vscode.window.showErrorMessage(safe, ...actions.map(({ title }) => title), showLog);
      if (answer === showLog) return void this.log.channel.show(true);
      const action = actions.find(({ title }) => title === answer);
      if (action === undefined) return;
      if (action.does === 'retry') return void retry();
      const { command, argument } = action.does;
      await vscode.commands.executeCommand(command, ...(argument === undefined ? [] : [argument]));
    } finally {
      this.unanswered.delete(safe);
    }
  }
}
