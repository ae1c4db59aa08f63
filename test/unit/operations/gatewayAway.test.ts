import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import type { PartDriver } from '../../../src/core/partDriver.js';
import { backup } from '../../../src/operations/backup.js';
import { planBackup } from '../../../src/operations/planBackup.js';
import { resumeBackup } from '../../../src/operations/resumeBackup.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

const database: PartDriver = {
  id: 'postgres',
  part: 'database',
  probe: () => Promise.resolve({ present: true, availability: { available: true, version: '15' } }),
  async backup(_target, { directory }) {
    await writeFile(path.join(directory, 'dump'), 'rows');
    return { format: 'pg_dump', driverVersion: '15', counts: { services: 2 }, gaps: [], warnings: [] };
  },
  verify: () => Promise.resolve([]),
  planRestore: () => Promise.reject(new Error('not asked')),
  restore: () => Promise.reject(new Error('not asked')),
};

async function down() {
  const { parts, gateway } = await operationsFixture(service(1));
  gateway.workspaces.set('team', [service(2)]);
  const { context } = watchedContext();
  const reason = 'Nothing listens at this address.';
  const place = 'GET http://memory:8001/';
  const probe = () =>
    Promise.reject(new KongBackupError('gateway-unreachable', { place, reason, remedy: 'Start it.' }));
  const up = { ...parts, partDrivers: [database] };
  return { up, away: { ...up, probe: { probe } }, target: targetOf(), context };
}

describe('a backup of a gateway that does not answer', () => {
  it('takes what is there without it, and says that the entities failed', async () => {
    const { away, target, context } = await down();
    const taken = await backup(away, { target }, context);
    expect(taken.parts.map(({ kind }) => kind)).toEqual(['database']);
    expect(taken.failures).toMatchObject([{ part: 'entities', code: 'gateway-unreachable' }]);
    expect(taken.coverage.notHeld).toContainEqual(expect.objectContaining({ part: 'entities', absent: true }));
    expect(taken.warnings.map(({ code }) => code)).toEqual(['gateway-not-asked']);
  });

  it('is whole where nothing else was asked for, and knows the version from the snapshot before', async () => {
    const { up, away, target, context } = await down();
    const before = await backup(up, { target }, context);
    const taken = await backup(away, { target, parts: ['database'] }, context);
    expect(taken.failures).toBeUndefined();
    expect(taken.gateway.version).toBe(before.gateway.version);
    const given = targetOf({ gatewayVersion: '3.4.2' });
    expect((await backup(away, { target: given, parts: ['database'] }, context)).gateway.version).toBe('3.4.2');
  });

  it('is planned, with what can not be taken', async () => {
    const { away, target, context } = await down();
    const { parts } = await planBackup(away, target, context);
    expect(parts.map(({ part, availability }) => [part, availability.available])).toEqual([
      ['entities', false],
      ['database', true],
    ]);
  });

  it('fails where there is nothing else, and where all is wanted', async () => {
    const { away, target, context } = await down();
    const code = 'gateway-unreachable';
    await expect(backup({ ...away, partDrivers: [] }, { target }, context)).rejects.toMatchObject({ code });
    await expect(backup(away, { target, parts: ['entities'] }, context)).rejects.toMatchObject({ code });
    await expect(backup(away, { target, wholeOrNothing: true }, context)).rejects.toMatchObject({ code });
    expect(await away.store.list()).toEqual([]);
  });

  it('says what stands in the way of the part that was asked for', async () => {
    const { away, target, context } = await down();
    const availability = {
      available: false,
      code: 'database-denied',
      reason: 'Wrong password.',
      remedy: 'Ask.',
    } as const;
    const denied = { ...database, probe: () => Promise.resolve({ present: true as const, availability }) };
    const taking = backup({ ...away, partDrivers: [denied] }, { target, parts: ['database'] }, context);
    await expect(taking).rejects.toMatchObject({ code: 'database-denied' });
  });

  it('is completed by all workspaces when it answers again', async () => {
    const { up, away, target, context } = await down();
    const before = await backup(away, { target }, context);
    const after = await resumeBackup(up, { target, snapshot: before.id }, context);
    expect(after).toMatchObject({ completes: before.id, workspaces: ['default', 'team'] });
    expect(after.failures).toBeUndefined();
    expect(after.parts.map(({ kind, workspace }) => workspace ?? kind)).toEqual(['database', 'default', 'team']);
    expect(after.coverage.notHeld.some(({ part }) => part === 'entities')).toBe(false);
    expect(after.warnings.map(({ code }) => code)).toEqual(['taken-apart']);
  });
});
