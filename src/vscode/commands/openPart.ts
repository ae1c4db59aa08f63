import { openSnapshotFile } from '../documents/snapshotDocuments.js';
import { PartFileNode } from '../tree/partFileNode.js';
import type { Command } from './command.js';

/** Opens a file of a snapshot, read-only. */
export const openPart = (): Command => ({
  id: 'kongBackup.openPart',
  async run(_call, arg) {
    if (arg instanceof PartFileNode) await openSnapshotFile(arg.snapshotId, arg.file.path);
  },
});
