import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import { backup } from '../../../src/operations/backup.js';
import { resumeBackup } from '../../../src/operations/resumeBackup.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

async function partial() {
  const fixture = await operationsFixture(service(1));
  const { gateway, parts } = fixture;
  gateway.workspaces.set('team', [service(3)]);
  gateway.onCall = (call, workspace) => {
    if (call !== 'probe' && workspace === 'team') {
      throw new KongBackupError('gateway-forbidden', { place: 'team', reason: 'The token may not.', remedy: 'Ask.' });
    }
  };
  const { context } = watchedContext();
  const before = await backup(parts, { target: targetOf(), label: 'nightly' }, context);
  return { ...fixture, context, before, fail: gateway.onCall };
}

describe('a partial snapshot', () => {
  it('is completed by what failed alone; the rest is carried over as it was', async () => {
    const { gateway, parts, context, before, root, store } = await partial();
    gateway.onCall = () => undefined;
    gateway.workspaces.set('default', [service(1), service(2)]);
    const after = await resumeBackup(parts, { target: targetOf(), snapshot: before.id }, context);
    expect(after).toMatchObject({ completes: before.id, label: 'nightly', workspaces: ['default', 'team'] });
    expect(after.failures).toBeUndefined();
    expect(after.parts.map(({ workspace, counts }) => [workspace, counts.services])).toEqual([
      ['default', 1],
      ['team', 1],
    ]);
    expect(after.coverage.notHeld.some(({ workspace }) => workspace === 'team')).toBe(false);
    expect(after.warnings.map(({ code }) => code)).toContain('taken-apart');
    const file = before.parts[0]?.files[0]?.path ?? '';
    expect(await readFile(`${root}/${after.id}/${file}`, 'utf8')).toBe(
      await readFile(`${root}/${before.id}/${file}`, 'utf8'),
    );
    await store.check(after.id, context.signal);
    const again = resumeBackup(parts, { target: targetOf(), snapshot: after.id }, context);
    await expect(again).rejects.toMatchObject({ code: 'snapshot-without-part' });
  });

  it('stays the only one when all of it fails again', async () => {
    const { parts, context, before, store } = await partial();
    const again = resumeBackup(parts, { target: targetOf(), snapshot: before.id }, context);
    await expect(again).rejects.toMatchObject({ code: 'step-failed' });
    expect(await store.list()).toHaveLength(1);
  });

  it('is not completed from another environment', async () => {
    const { parts, context, before } = await partial();
    const other = resumeBackup(parts, { target: targetOf({ id: 'e2', name: 'b' }), snapshot: before.id }, context);
    await expect(other).rejects.toMatchObject({ code: 'snapshot-without-part' });
  });
});
