import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/operations/backup.js';
import { planRestore } from '../../../src/operations/planRestore.js';
import { restore } from '../../../src/operations/restore.js';
import { watchRestores } from '../../../src/operations/restoreBetween.js';
import { readRuns } from '../../../src/operations/restoreRuns.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

describe('a backup in the middle of a restore', () => {
  it('says so while one runs or lies unfinished, and nothing once it came to its end', async () => {
    const fixture = await operationsFixture(service(1), service(2));
    const { parts, gateway } = fixture;
    const { context } = watchedContext();
    const target = targetOf();
    const { id: snapshot } = await backup(parts, { target }, context);
    gateway.workspaces.set('default', []);
    const { plan } = await planRestore(parts, { snapshot, target }, context);
    const began = new Date(0);
    const during: Promise<unknown>[] = [];
    const watched = watchedContext(({ step }) => {
      if (step === 'apply') during.push(backup(parts, { target }, context));
      return step === 'apply';
    });
    await expect(restore(parts, { snapshot, target, plan }, watched.context)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await Promise.all(during);
    const [stopped] = await readRuns(parts.journals);
    const left = await backup(parts, { target }, context);
    const told = left.warnings.filter(({ code }) => code === 'restore-unfinished');
    expect([stopped?.run.state, told.length]).toEqual(['unfinished', 1]);
    expect(told[0]?.message).toContain(stopped?.run.id);
    // Into another environment it is none.
    const other = await backup(parts, { target: targetOf({ id: 'e2', name: 'staging' }) }, context);
    expect(other.warnings).toEqual([]);

    gateway.workspaces.set('default', []);
    const again = await planRestore(parts, { snapshot, target }, context);
    await restore(parts, { snapshot, target, plan: again.plan }, context);
    expect((await backup(parts, { target }, context)).warnings).toEqual([]);
    // One that began and ended while the gateway was read.
    const since = await watchRestores(parts.journals, target.environment, began);
    expect(await since()).toMatchObject([{ code: 'restore-unfinished' }]);
  });
});
