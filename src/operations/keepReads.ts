import type { EntityReader, LiveEntities } from '../core/driver.js';
import type { Counts } from '../core/snapshot.js';
import type { SeenWorkspace } from './takeWorkspace.js';

/** A reader that keeps what it read of whole workspaces, for who wants to write it down. */
export interface KeptReads {
  reader: EntityReader;
  /**
   * What was read, with what an earlier reading counted: two that say the same need no third.
   * @param counts of the earlier one, by workspace. @returns only the workspaces that it knows.
   */
  seenBefore(counts: ReadonlyMap<string, Counts> | undefined): Map<string, SeenWorkspace>;
}

export function keepReads(reader: EntityReader): KeptReads {
  const reads = new Map<string, LiveEntities>();
  return {
    reader: {
      count: (...call) => reader.count(...call),
      async read(target, workspace, scope, context) {
        const live = await reader.read(target, workspace, scope, context);
        if (!scope.selectTags) reads.set(workspace, live);
        return live;
      },
    },
    seenBefore(counts) {
      const seen = new Map<string, SeenWorkspace>();
      for (const [workspace, live] of reads) {
        const before = counts?.get(workspace);
        if (before) seen.set(workspace, { live, counts: before });
      }
      return seen;
    },
  };
}
