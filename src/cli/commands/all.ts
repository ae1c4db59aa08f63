import type { CommandSpec } from '../commandSpec.js';
import { backupCommand } from './backup.js';
import { beforeUpgradeCommand } from './beforeUpgrade.js';
import { coverageCommand } from './coverage.js';
import { deleteCommand } from './delete.js';
import { checkCommand } from './check.js';
import { diffCommand } from './diff.js';
import { drillCommand } from './drill.js';
import { driftCommand } from './drift.js';
import { environmentsCommand } from './environments.js';
import { forgetCommand, pinCommand, rememberCommand, unpinCommand } from './keep.js';
import { historyCommand } from './history.js';
import { importCommand } from './importFile.js';
import { keptCommand } from './kept.js';
import { keyCommand } from './key.js';
import { migrateCommand } from './migrate.js';
import { planCommand } from './plan.js';
import { practiceCommand } from './practice.js';
import { pruneCommand } from './prune.js';
import { recoverCommand } from './recover.js';
import { restoreCommand } from './restore.js';
import { restoresCommand } from './restores.js';
import { snapshotsCommand } from './snapshots.js';
import { scheduleCommand } from './schedule.js';
import { copyCommand, exportCommand, moveCommand } from './transfer.js';
import { undoCommand } from './undo.js';
import { unlockCommand } from './unlock.js';
import { validateCommand } from './validate.js';
import { verifyCommand } from './verify.js';

/** Every command, in the order in which the help lists them. */
export const commands: readonly CommandSpec[] = [
  environmentsCommand,
  planCommand,
  backupCommand,
  beforeUpgradeCommand,
  coverageCommand,
  snapshotsCommand,
  validateCommand,
  diffCommand,
  driftCommand,
  checkCommand,
  historyCommand,
  restoreCommand,
  recoverCommand,
  keptCommand,
  undoCommand,
  drillCommand,
  restoresCommand,
  migrateCommand,
  verifyCommand,
  pruneCommand,
  forgetCommand,
  rememberCommand,
  pinCommand,
  unpinCommand,
  copyCommand,
  moveCommand,
  exportCommand,
  importCommand,
  deleteCommand,
  unlockCommand,
  scheduleCommand,
  keyCommand,
  practiceCommand,
];
