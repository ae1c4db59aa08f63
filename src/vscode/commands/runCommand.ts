import * as vscode from 'vscode';
import type { OperationContext } from '../../core/context.js';
import { isKongBackupError } from '../../core/errors.js';
import { messageOf } from '../format.js';
import type { Log } from '../log.js';
import type { Notifications } from '../notifications.js';
import { progressText } from '../progressText.js';
import type { Command } from './command.js';

/** How long a message in the status bar stays. Milliseconds. */
const briefly = 4000;

/** Registers every command behind the one wrapper: trust, progress with cancel, log, errors. */
export function registerCommands(
  commands: readonly Command[],
  surroundings: { log: Log; notifications: Notifications },
): vscode.Disposable {
  const registered = commands.map((command) =>
    vscode.commands.registerCommand(command.id, (...args: unknown[]) => runCommand(command, args, surroundings)),
  );
  return vscode.Disposable.from(...registered);
}

async function runCommand(
  command: Command,
  args: unknown[],
  surroundings: { log: Log; notifications: Notifications },
): Promise<void> {
  const { log, notifications } = surroundings;
  if (!vscode.workspace.isTrusted) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Kong Backup: trust this workspace first.'), briefly);
    return;
  }
  log.debug(`${command.id}: started`);
  try {
    await command.run({ withProgress: (title, job) => withProgress(log, title, job) }, ...args);
    log.debug(`${command.id}: done`);
  } catch (error) {
    // With a way out to read it is more than a job that stopped: something was written before.
    if (isKongBackupError(error, 'cancelled') && error.remedy === '') {
      log.info(`${command.id}: cancelled`);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Kong Backup: cancelled.'), briefly);
      return;
    }
    log.error(`${command.id}: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
    // Not awaited: a notification may stay for as long as a person likes, the command is over.
    void notifications.error(error, () => runCommand(command, args, surroundings));
  }
}

function withProgress<T>(log: Log, title: string, job: (context: OperationContext) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      try {
        return await job({
          signal: abort.signal,
          log,
          report: (step) => progress.report({ message: progressText(step) }),
        });
      } finally {
        subscription.dispose();
      }
    }),
  );
}
