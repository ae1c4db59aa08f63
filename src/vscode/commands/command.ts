import type { OperationContext } from '../../core/context.js';
import type { CommandId } from './commandIds.js';

/** What the wrapper gives a command that runs. */
export interface Call {
  /**
   * Runs `job` behind a notification with the step's name and count, and a way to cancel.
   * @throws KongBackupError `cancelled` and whatever `job` throws.
   */
  withProgress<T>(title: string, job: (context: OperationContext) => Promise<T>): Promise<T>;
}

export interface Command {
  readonly id: CommandId;
  /** @param args what the menu, the tree or a caller passed; nothing when called from the palette. */
  run(call: Call, ...args: unknown[]): Promise<void>;
}
