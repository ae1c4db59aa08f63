import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/core/change.js';
import type { LineFile, LineFiles } from '../../../src/core/lineFiles.js';
import { RestoreJournal } from '../../../src/operations/restoreJournal.js';
import { takenBack } from '../../../src/operations/takenBack.js';

/** Journals in memory, of one process. */
function memoryFiles(): LineFiles {
  const texts = new Map<string, string>();
  const open = (name: string): LineFile => ({
    append: (lines) => {
      texts.set(name, [texts.get(name) ?? '', ...lines.map((line) => `${line}\n`)].join(''));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  return {
    ...{ location: 'memory', owner: 'this', by: 'me@here' },
    names: () => Promise.resolve([...texts.keys()].sort().reverse()),
    read: (name) => Promise.resolve(texts.get(name)),
    create: (name) => Promise.resolve(open(name)),
    open: (name) => Promise.resolve(open(name)),
    remove: (name) => Promise.resolve(void texts.delete(name)),
    isGone: () => false,
  };
}

const member = (consumer: string, group: string) => ({ consumer: { id: consumer }, consumer_group: { id: group } });

const create = (kind: string, id: string, after: NonNullable<Change['after']>): Change => ({
  ...{ action: 'create', workspace: 'default', kind, label: id, id, after },
});

describe('what a restore made', () => {
  it('is told by its journal: done or about to be, and not what failed', async () => {
    const files = memoryFiles();
    const changes = [
      create('services', 's1', { id: 's1' }),
      create('services', 's2', { id: 's2' }),
      create('services', 's3', { id: 's3' }),
      // Its id is another each time it is read.
      create('consumer_group_consumers', 'made-up', member('ann', 'gold')),
    ];
    const plan = { workspace: 'default', exists: true, changes, unchanged: 0 };
    const environment = { id: 'e', name: 'shop', adminUrl: 'http://a.test' };
    const journal = await RestoreJournal.begin(files, { snapshot: 's', environment, scope: {}, workspaces: [plan] });
    const steps = journal.stepsOf(plan);
    await steps.begin();
    await steps.before([0, 1, 2, 3]);
    await steps.after([
      { change: 0, done: true },
      { change: 2, done: false },
      { change: 3, done: true },
    ]);
    const { made } = await takenBack(files, journal.id);
    const isMade = (id: string): boolean => made({ kind: 'services', fields: { id } });
    expect(['s1', 's2', 's3', 'other'].map(isMade)).toEqual([true, true, false, false]);
    const isMember = (consumer: string, group: string): boolean =>
      made({ kind: 'consumer_group_consumers', fields: { id: 'another', ...member(consumer, group) } });
    expect([isMember('ann', 'gold'), isMember('ann', 'silver'), isMember('bob', 'gold')]).toEqual([true, false, false]);
  });
});
