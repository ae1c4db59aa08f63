import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/core/change.js';
import type { LineFile, LineFiles } from '../../../src/core/lineFiles.js';
import { RestoreJournal } from '../../../src/operations/restoreJournal.js';
import { readRun } from '../../../src/operations/restoreRuns.js';
import { settledEntries } from '../../../src/operations/journalLines.js';
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

describe('a restore that was killed and gone on with', () => {
  it('counts each change once: what nobody knew of was there, when nothing differs in the end', async () => {
    const files = memoryFiles();
    const changes = ['s1', 's2', 's3'].map((id) => create('services', id, { id }));
    const plan = { workspace: 'default', exists: true, changes, unchanged: 0 };
    const environment = { id: 'e', name: 'shop', adminUrl: 'http://a.test' };
    const killed = await RestoreJournal.begin(files, { snapshot: 's', environment, scope: {}, workspaces: [plan] });
    const steps = killed.stepsOf(plan);
    await steps.begin();
    await steps.before([0, 1, 2]);
    await steps.after([{ change: 0, done: true }]);
    expect((await readRun(files, killed.id)).run.counts).toEqual({ planned: 3, written: 1, failed: 0, unknown: 2 });
    const resumed = await RestoreJournal.resume(files, killed.id, undefined);
    const rest = { ...plan, changes: changes.slice(2) };
    await resumed.stepsOf(rest).begin();
    await resumed.stepsOf(rest).before([0]);
    await resumed.stepsOf(rest).after([{ change: 0, done: true }]);
    await resumed.end('equal', 0);
    const { run, content } = await readRun(files, killed.id);
    expect(run.counts).toEqual({ planned: 3, written: 3, failed: 0, unknown: 0 });
    expect(settledEntries(content).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['s1', 'written'],
      ['s2', 'written'],
      ['s3', 'written'],
    ]);
  });
});
