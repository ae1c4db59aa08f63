import type { CommandSpec } from '../commandSpec.js';
import { backupCommand } from './backup.js';
import { deleteCommand } from './delete.js';
import { diffCommand } from './diff.js';
import { environmentsCommand } from './environments.js';
import { practiceCommand } from './practice.js';
import { restoreCommand } from './restore.js';
import { snapshotsCommand } from './snapshots.js';
import { validateCommand } from './validate.js';

/** Every command, in the order in which the help lists them. */
export const commands: readonly CommandSpec[] = [
  environmentsCommand,
  backupCommand,
  snapshotsCommand,
  validateCommand,
  diffCommand,
  restoreCommand,
  deleteCommand,
  practiceCommand,
];
