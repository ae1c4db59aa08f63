import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/operations/backup.js';
import { planRestore } from '../../../src/operations/planRestore.js';
import { waysThatKeep } from '../../../src/operations/refuseBroken.js';
import { restore } from '../../../src/operations/restore.js';
import { basicAuth, consumer, operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

async function withLogins() {
  const fixture = await operationsFixture(service(1), consumer(2), basicAuth(3, 2));
  const { context } = watchedContext();
  const target = targetOf();
  const manifest = await backup(fixture.parts, { target }, context);
  return { ...fixture, context, target, manifest, snapshot: manifest.id };
}

describe('a restore that would break logins', () => {
  it('stops and names them; goes on when that is accepted', async () => {
    const { parts, gateway, context, target, snapshot, store } = await withLogins();
    gateway.workspaces.set('default', [service(1)]);
    const { plan, breaks } = await planRestore(parts, { snapshot, target }, context);
    expect(breaks).toMatchObject([{ code: 'password-hashed', label: 'login-3' }]);
    const refused = restore(parts, { snapshot, target, plan }, context);
    await expect(refused).rejects.toMatchObject({
      code: 'credentials-would-break',
      reason: expect.stringContaining('login-3') as string,
      remedy: expect.stringContaining('--accept-broken-credentials') as string,
    });
    expect(gateway.workspaces.get('default')).toHaveLength(1);
    expect(await store.list()).toHaveLength(1);
    const done = await restore(parts, { snapshot, target, plan, acceptBrokenCredentials: true }, context);
    expect(done.applied.creates).toBe(2);
  });

  it('does not stop where the logins stay as they are', async () => {
    const { parts, gateway, context, target, snapshot } = await withLogins();
    gateway.workspaces.set('default', [consumer(2), basicAuth(3, 2)]);
    const { plan, breaks } = await planRestore(parts, { snapshot, target }, context);
    expect(breaks).toEqual([]);
    expect(await restore(parts, { snapshot, target, plan }, context)).toMatchObject({ verified: true });
  });

  it('offers what of the snapshot keeps them', async () => {
    const { manifest } = await withLogins();
    const breaks = [{ kind: 'basicauth_credentials' }];
    expect(waysThatKeep(manifest, breaks)).toEqual([
      'This snapshot holds no part that keeps them: one with a database dump would.',
    ]);
    const dump = { kind: 'database', format: 'pg_dump', driver: { id: 'postgres', version: '15' } } as const;
    const parts = [...manifest.parts, { ...dump, files: [], counts: {} }];
    expect(waysThatKeep({ ...manifest, parts }, breaks)).toEqual([
      `Restore the database dump: restore ${manifest.id} --part database.`,
    ]);
    expect(waysThatKeep({ ...manifest, parts }, [])).toEqual([]);
    const without = [...manifest.parts, { ...dump, files: [], counts: { basicauth_credentials: 0 } }];
    expect(waysThatKeep({ ...manifest, parts: without }, breaks)[0]).toContain('no part that keeps them');
  });
});
