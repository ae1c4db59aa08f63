import { ErrorNode } from '../tree/errorNode.js';
import type { Command } from './command.js';

/** Reads what could not be read below a row again. */
export const retry = (): Command => ({
  id: 'kongBackup.retry',
  async run(_call, arg) {
    if (arg instanceof ErrorNode) arg.retry();
  },
});
