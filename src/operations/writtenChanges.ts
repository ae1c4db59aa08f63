import type { Change, ChangeCounts, Plan } from '../core/change.js';
import type { FailedChange } from '../core/driver.js';
import type { LineFiles } from '../core/lineFiles.js';
import { settledEntries } from './journalLines.js';
import type { RestoreOutcome } from './restoreOutcome.js';
import { readRun } from './restoreRuns.js';

type Written = RestoreOutcome['written'];

const none: ChangeCounts = { creates: 0, updates: 0, deletes: 0 };

/** Changes that were applied are those of the plan that did not fail. */
export function writtenBy({ workspaces }: Plan, failed: readonly FailedChange[]): Written {
  const lost = new Set(failed.map(({ change }) => change));
  return grouped(workspaces.flatMap(({ changes }) => changes.filter((change) => !lost.has(change))));
}

/**
 * What a restore wrote in all, however often it was gone on with: what stands in its journal.
 * @throws KongBackupError `restore-missing`, `journal-unreadable`.
 */
export async function writtenInAll(journals: LineFiles, id: string): Promise<Written> {
  const { content } = await readRun(journals, id);
  return grouped(
    settledEntries(content).flatMap(({ outcome, workspace, kind, action }) =>
      outcome === 'written' && isAction(action) ? { workspace, kind, action } : [],
    ),
  );
}

const isAction = (text: string): text is Change['action'] => text in counters;

const counters: Readonly<Record<Change['action'], keyof ChangeCounts>> = {
  create: 'creates',
  update: 'updates',
  delete: 'deletes',
};

/** How many of each, by workspace and kind. */
function grouped(changes: readonly Pick<Change, 'workspace' | 'kind' | 'action'>[]): Written {
  const groups = new Map<string, Written[number]>();
  for (const { workspace, kind, action } of changes) {
    const key = `${workspace} ${kind}`;
    const group = groups.get(key) ?? { workspace, kind, ...none };
    group[counters[action]]++;
    groups.set(key, group);
  }
  return [...groups.values()];
}
