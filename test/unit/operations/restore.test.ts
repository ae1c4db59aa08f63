import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import { backup } from '../../../src/operations/backup.js';
import { planRestore } from '../../../src/operations/planRestore.js';
import { restore } from '../../../src/operations/restore.js';
import type { Entity } from '../../../src/estate/entity.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import {
  basicAuth,
  certificateAuthority,
  consumer,
  operationsFixture,
  plugin,
  service,
  targetOf,
  vault,
  watchedContext,
} from './operationsFixture.js';

/** A snapshot of these entities, the gateway empty again. */
async function withSnapshot(...entities: Entity[]) {
  const fixture = await operationsFixture(...entities);
  const { context } = watchedContext();
  const { id: snapshot, parts } = await backup(fixture.parts, { target: targetOf() }, context);
  fixture.gateway.workspaces.set('default', []);
  fixture.gateway.calls.length = 0;
  const target = targetOf();
  const plan = (more = {}) => planRestore(fixture.parts, { snapshot, target, ...more }, context);
  const run = async (watched = watchedContext().context) => {
    const { plan: confirmed } = await plan();
    return restore(fixture.parts, { snapshot, target, plan: confirmed }, watched);
  };
  const file = fixture.store.pathOf(snapshot, parts[0]?.files[0]?.path)!;
  return { ...fixture, snapshot, target, plan, run, file, context };
}

describe('the plan of a restore', () => {
  it('counts what would change, and writes nothing', async () => {
    const { gateway, plan } = await withSnapshot(service(1), service(2));
    gateway.workspaces.set('default', [service(1, { retries: 3 }), service(3)]);
    const { plan: made, warnings } = await plan();
    expect(made.workspaces[0]?.changes.map(({ action, label }) => [action, label]).sort()).toEqual([
      ['create', 'service-2'],
      ['delete', 'service-3'],
      ['update', 'service-1'],
    ]);
    expect(warnings).toEqual([]);
    expect(gateway.calls).toEqual(['probe', 'read']);
  });

  it('contacts nobody when a file of the snapshot changed', async () => {
    const { gateway, plan, file } = await withSnapshot(service(1));
    await writeFile(file, '_format_version: "3.0"\n');
    await expect(plan()).rejects.toMatchObject({ code: 'snapshot-damaged' });
    expect(gateway.calls).toEqual([]);
  });

  it('names the line of a part that can not be read as YAML, and contacts nobody', async () => {
    const { gateway, store, parts, context } = await operationsFixture(service(1)).then((fixture) => ({
      ...fixture,
      ...watchedContext(),
    }));
    const torn = '_format_version: "3.0"\nservices:\n- name: [a\n';
    const { id: snapshot } = await publishSnapshot(store, 'production', { 'default.kong.yaml': torn });
    await expect(planRestore(parts, { snapshot, target: targetOf() }, context)).rejects.toMatchObject({
      code: 'file-invalid',
      place: expect.stringMatching(/default\.kong\.yaml:[34]/) as string,
    });
    expect(gateway.calls).toEqual([]);
  });

  it('refuses an environment that is read-only, and a gateway without a database', async () => {
    const { gateway, plan } = await withSnapshot(service(1));
    const readOnly = plan({ target: targetOf({ readOnly: true }) });
    await expect(readOnly).rejects.toMatchObject({ code: 'environment-read-only' });
    expect(gateway.calls).toEqual([]);
    gateway.info = { ...gateway.info, mode: 'dbless', database: 'off' };
    await expect(plan()).rejects.toMatchObject({ code: 'gateway-read-only-mode' });
  });

  it('refuses plugins that the gateway does not have', async () => {
    const { gateway, plan } = await withSnapshot(plugin(1, 'key-auth'));
    gateway.info = { ...gateway.info, plugins: ['cors'] };
    await expect(plan()).rejects.toMatchObject({
      code: 'gateway-rejected',
      reason: expect.stringContaining('key-auth') as string,
    });
  });

  it('refuses workspaces that an open-source gateway can not be given', async () => {
    const { gateway, parts, context } = await withSnapshot(service(1));
    gateway.workspaces.set('team', [service(2)]);
    const { id: snapshot } = await backup(parts, { target: targetOf() }, context);
    gateway.workspaces.delete('team');
    const refused = planRestore(parts, { snapshot, target: targetOf() }, context);
    await expect(refused).rejects.toMatchObject({ code: 'workspace-missing' });
    gateway.info = { ...gateway.info, edition: 'enterprise' };
    const { plan } = await planRestore(parts, { snapshot, target: targetOf() }, context);
    expect(plan.workspaces.map(({ workspace, exists }) => [workspace, exists])).toEqual([
      ['default', true],
      ['team', false],
    ]);
  });

  it('refuses a workspace that the snapshot does not hold', async () => {
    const { plan } = await withSnapshot(service(1));
    await expect(plan({ workspaces: ['nope'] })).rejects.toMatchObject({ code: 'snapshot-without-part' });
  });

  it('warns when the gateway is another one, when logins would break, and when much would go', async () => {
    const { gateway, plan } = await withSnapshot(consumer(1), basicAuth(2, 1));
    gateway.info = { ...gateway.info, version: '3.4.0' };
    gateway.workspaces.set(
      'default',
      Array.from({ length: 12 }, (_, index) => service(index + 10)),
    );
    const target = targetOf({ id: 'e2', name: 'staging', adminUrl: 'http://other:8001' });
    expect((await plan({ target })).warnings.map(({ code }) => code)).toEqual([
      'other-environment',
      'other-address',
      'other-version',
      'password-hashed',
      'many-deletes',
    ]);
  });

  it('leaves alone what the snapshot does not hold, and what can not be read', async () => {
    const { deck, own, gateway, parts, context } = await withSnapshot();
    gateway.workspaces.set('default', [service(1), vault(2)]);
    deck.blind.add('vaults');
    own.blind.add('vaults');
    const target = targetOf();
    const { id: snapshot } = await backup(parts, { target }, context);
    const { plan, warnings } = await planRestore(parts, { snapshot, target }, context);
    expect(plan.workspaces[0]?.changes).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['not-held']);
    gateway.unreadable.add('services');
    gateway.workspaces.set('default', [vault(2)]);
    expect((await planRestore(parts, { snapshot, target }, context)).plan.workspaces[0]?.changes).toEqual([]);
  });

  it('deletes what belongs to the whole gateway only when all workspaces are restored, and says what stays', async () => {
    const { gateway, plan } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(1), certificateAuthority(5)]);
    const { plan: whole } = await plan();
    expect(whole.workspaces[0]?.changes.map(({ action, kind }) => [action, kind])).toEqual([
      ['delete', 'ca_certificates'],
    ]);
    gateway.workspaces.set('another', []);
    const { plan: one, warnings } = await plan();
    expect(one.workspaces[0]?.changes).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['workspaces-left', 'gateway-wide-kept']);
  });

  it('deletes nothing outside the tags of the snapshot', async () => {
    const { gateway, parts, context } = await withSnapshot();
    gateway.workspaces.set('default', [service(1, { tags: ['a'] }), service(2)]);
    const tagged = targetOf({ selectTags: ['a'] });
    const { id: snapshot } = await backup(parts, { target: tagged }, context);
    gateway.workspaces.set('default', [service(2), service(3, { tags: ['a'] })]);
    const { plan } = await planRestore(parts, { snapshot, target: targetOf() }, context);
    expect(plan.workspaces[0]?.changes.map(({ action, label }) => [action, label]).sort()).toEqual([
      ['create', 'service-1'],
      ['delete', 'service-3'],
    ]);
  });
});

describe('a restore', () => {
  it('takes a safety snapshot, applies, and proves itself by an empty difference', async () => {
    const { gateway, run, store, snapshot } = await withSnapshot(service(1), consumer(2));
    gateway.workspaces.set('default', [service(3)]);
    const { context, reports } = watchedContext();
    const report = await run(context);
    expect(report).toMatchObject({ verified: true, failed: [], applied: { creates: 2, updates: 0, deletes: 1 } });
    const guard = await store.manifest(report.safetySnapshot!);
    expect(guard.guards).toBe(snapshot);
    expect(guard.parts[0]?.counts).toEqual({ services: 1 });
    expect(
      gateway
        .entities()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['consumers', 'services']);
    const steps = ['plan', 'safety-snapshot', 'apply', 'verify'];
    const order = reports.map(({ step }) => step).filter((step) => steps.includes(step));
    expect([...new Set(order)]).toEqual(steps);
  });

  it('counts the memberships of consumer groups before and after', async () => {
    const group: Entity = {
      kind: 'consumer_groups',
      fields: { id: '00000000-0000-4000-8000-00000000000a', name: 'gold' },
    };
    const joined = (n: number): Entity => ({
      kind: 'consumer_group_consumers',
      fields: {
        id: `${String(group.fields.id)} ${String(consumer(n).fields.id)}`,
        consumer_group: { id: group.fields.id ?? null },
        consumer: { id: consumer(n).fields.id ?? null },
      },
    });
    const all = [consumer(1), consumer(2), group, joined(1), joined(2)];
    const { gateway, run } = await withSnapshot(...all);
    gateway.workspaces.set('default', all.slice(0, 4));
    expect(await run()).toMatchObject({ proof: 'equal', memberships: { before: 1, after: 2 } });
  });

  it('keeps for the way back what the plan was made from, where it was counted before as it is now', async () => {
    const { gateway, parts, plan, snapshot, target, context, store } = await withSnapshot(service(1), service(2));
    const counted = async (liveCounts: ReadonlyMap<string, Record<string, number>>): Promise<number> => {
      gateway.workspaces.set('default', [service(3)]);
      const planned = await plan();
      gateway.calls.length = 0;
      const report = await restore(parts, { snapshot, target, plan: planned.plan, liveCounts }, context);
      expect((await store.manifest(report.safetySnapshot!)).parts[0]?.counts).toEqual({ services: 1 });
      return gateway.calls.filter((call) => call.startsWith('count')).length;
    };
    expect(await counted(new Map([['default', { services: 1 }]]))).toBe(0);
    expect(await counted(new Map([['default', { services: 2 }]]))).toBe(1);
    expect(await counted(new Map())).toBe(1);
  });

  it('does nothing, and takes no snapshot, when nothing differs', async () => {
    const { gateway, run, store } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(1)]);
    const report = await run();
    expect(report).toMatchObject({ verified: true, applied: { creates: 0, updates: 0, deletes: 0 } });
    expect(report.safetySnapshot).toBeUndefined();
    expect(await store.list()).toHaveLength(1);
  });

  it('refuses a plan that the gateway has moved away from, before it writes', async () => {
    const { gateway, parts, plan, snapshot, target, context } = await withSnapshot(service(1));
    const { plan: confirmed } = await plan();
    gateway.workspaces.set('default', [service(9)]);
    const refused = restore(parts, { snapshot, target, plan: confirmed }, context);
    await expect(refused).rejects.toMatchObject({ code: 'plan-stale' });
    expect(gateway.entities()).toEqual([service(9)]);
  });

  it('writes nothing when the safety snapshot fails', async () => {
    const { gateway, run } = await withSnapshot(service(1));
    gateway.onCall = (call) => {
      if (call.endsWith('dump')) {
        throw new KongBackupError('gateway-timeout', { place: 'memory', reason: 'Slow.', remedy: '' });
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'gateway-timeout' });
    expect(gateway.entities()).toEqual([]);
  });

  it('reports what was refused, and what still differs', async () => {
    const { own, deck, run } = await withSnapshot(service(1), service(2));
    deck.availability = { available: false, code: 'tool-missing', reason: '', remedy: '' };
    own.refuses = ({ label }) => label === 'service-2';
    const report = await run();
    expect(report).toMatchObject({ verified: false, applied: { creates: 1 } });
    expect(report.failed.map(({ reason }) => reason)).toEqual(['refused']);
    expect(report.remaining.workspaces[0]?.changes.map(({ label }) => label)).toEqual(['service-2']);
  });

  it('names the safety snapshot when it breaks half-way', async () => {
    const { gateway, run } = await withSnapshot(service(1), service(2));
    let applied = 0;
    gateway.onCall = (call) => {
      if (!call.endsWith('apply') || ++applied < 2) return;
      throw new KongBackupError('gateway-unreachable', { place: 'memory', reason: 'Gone.', remedy: 'Start it.' });
    };
    await expect(run()).rejects.toMatchObject({
      code: 'restore-incomplete',
      reason: expect.stringContaining('Gone.') as string,
      remedy: expect.stringMatching(
        /The safety snapshot production\/\S+ holds the state before.* kong-backup restores look \S+\.$/,
      ) as string,
    });
  });

  it('names the safety snapshot when it is cancelled half-way, and only then', async () => {
    const { gateway, run } = await withSnapshot(service(1), service(2));
    const early = watchedContext(({ step }) => step === 'safety-snapshot');
    await expect(run(early.context)).rejects.toMatchObject({ code: 'cancelled', remedy: '' });
    expect(gateway.entities()).toEqual([]);
    const late = watchedContext();
    gateway.onCall = (call) => {
      if (!call.endsWith('apply')) return;
      late.stop.abort();
      throw new KongBackupError('cancelled', { place: 'memory', reason: 'Cancelled.', remedy: '' });
    };
    await expect(run(late.context)).rejects.toMatchObject({
      code: 'cancelled',
      remedy: expect.stringMatching(/The safety snapshot production\//) as string,
    });
  });

  it('can be undone by its safety snapshot', async () => {
    const { gateway, run, parts, target, context } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(2)]);
    const { safetySnapshot } = await run();
    const { plan } = await planRestore(parts, { snapshot: safetySnapshot!, target }, context);
    await restore(parts, { snapshot: safetySnapshot!, target, plan }, context);
    expect(gateway.entities().map(({ fields }) => fields.name)).toEqual(['service-2']);
  });

  it('lets decK apply only what decK would do by the plan', async () => {
    const { gateway, target, run } = await withSnapshot(service(1));
    target.environment.engine = 'deck';
    expect((await run()).verified).toBe(true);
    expect(gateway.calls).toContain('deck apply');
    gateway.calls.length = 0;
    // Not in the file, so decK would delete it; the plan does not.
    gateway.workspaces.set('default', [certificateAuthority(7)]);
    gateway.workspaces.set('another', []);
    expect((await run()).verified).toBe(true);
    expect(gateway.calls).not.toContain('deck apply');
    expect(gateway.calls).toContain('admin-api apply');
  });
});

describe('the proof of a restore', () => {
  /** Forbids a kind once the plan was applied. */
  const blindAtTheEnd = (gateway: Awaited<ReturnType<typeof withSnapshot>>['gateway'], kind: string) => {
    gateway.onCall = (call) => {
      if (call.endsWith('apply')) gateway.unreadable.add(kind);
    };
  };

  it('is none when what was written can not be read back', async () => {
    const { gateway, run } = await withSnapshot(service(1), plugin(2, 'cors'));
    blindAtTheEnd(gateway, 'plugins');
    const report = await run();
    expect(report).toMatchObject({ proof: 'unproved', verified: false, unread: [{ kind: 'plugins' }] });
    expect(report.warnings.map(({ code }) => code)).toContain('not-read');
  });

  it('is none when a change failed, even if nothing differs', async () => {
    const { own, gateway, run } = await withSnapshot(service(1));
    own.refuses = () => {
      // Taken, but the answer was lost.
      gateway.workspaces.set('default', [service(1)]);
      return true;
    };
    gateway.onCall = (call) => {
      if (call === 'deck diff') throw new KongBackupError('tool-failed', { place: 'deck', reason: 'No.', remedy: '' });
    };
    const report = await run();
    expect(report.failed).toHaveLength(1);
    expect(report).toMatchObject({ proof: 'unproved', verified: false });
  });

  it('is none where nothing is to be done in what can be read', async () => {
    const { gateway, run, plan } = await withSnapshot(service(1), plugin(2, 'cors'));
    gateway.workspaces.set('default', [service(1)]);
    gateway.unreadable.add('plugins');
    expect((await plan()).unread).toMatchObject([{ kind: 'plugins', workspace: 'default' }]);
    expect(await run()).toMatchObject({ proof: 'unproved', verified: false, unread: [{ kind: 'plugins' }] });
  });

  it('says where the gateway differs', async () => {
    const { gateway, run } = await withSnapshot(service(1));
    let reads = 0;
    gateway.onCall = (call) => {
      // Somebody is quicker than the read-back.
      if (call.endsWith('apply')) reads = 1;
      else if (call === 'read' && reads === 1) gateway.workspaces.set('default', []);
    };
    expect(await run()).toMatchObject({ proof: 'differs', verified: false });
  });
});

describe('the safety snapshot', () => {
  it('stops the restore when it lacks a kind that would be deleted', async () => {
    const { gateway, run } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(1), vault(2)]);
    gateway.onCall = (call) => {
      if (call.endsWith('dump')) gateway.unreadable.add('vaults');
      else if (call === 'count') gateway.unreadable.clear();
    };
    await expect(run()).rejects.toMatchObject({
      code: 'safety-snapshot-incomplete',
      reason: expect.stringContaining('vaults') as string,
    });
    expect(gateway.entities()).toHaveLength(2);
    expect(gateway.calls.some((call) => call.endsWith('apply'))).toBe(false);
  });

  it('stops the restore when an entity went missing meanwhile', async () => {
    const { gateway, run } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(1), service(2)]);
    gateway.onCall = (call) => {
      if (call.endsWith('dump')) gateway.workspaces.set('default', [service(1)]);
    };
    await expect(run()).rejects.toMatchObject({ code: 'safety-snapshot-incomplete' });
  });

  it('is taken by our own engine, whatever the environment asks for', async () => {
    const { deck, gateway, parts, snapshot, store, context } = await withSnapshot(service(1));
    deck.blind.add('vaults');
    gateway.workspaces.set('default', [service(1), vault(2)]);
    const target = targetOf({ engine: 'deck' });
    const { plan } = await planRestore(parts, { snapshot, target }, context);
    const { safetySnapshot, verified } = await restore(parts, { snapshot, target, plan }, context);
    expect(verified).toBe(true);
    const guard = await store.manifest(safetySnapshot!);
    expect(guard.parts[0]).toMatchObject({ driver: { id: 'admin-api' }, counts: { services: 1, vaults: 1 } });
  });

  it('brings back an entity whose tag was changed, and deletes nothing', async () => {
    const { gateway, parts, context } = await withSnapshot();
    const target = targetOf({ selectTags: ['a'] });
    gateway.workspaces.set('default', [service(1, { tags: ['a'] }), service(2, { tags: ['a'] })]);
    const { id: snapshot } = await backup(parts, { target }, context);
    const before = [service(1, { tags: ['other'], retries: 1 }), service(2, { tags: ['a'] })];
    gateway.workspaces.set('default', before);
    const there = await planRestore(parts, { snapshot, target }, context);
    const { safetySnapshot, verified } = await restore(parts, { snapshot, target, plan: there.plan }, context);
    expect(verified).toBe(true);
    // What others make meanwhile is none of its business.
    gateway.workspaces.set('default', [...gateway.entities(), service(7)]);
    for (const undone of [target, targetOf()]) {
      const { plan } = await planRestore(parts, { snapshot: safetySnapshot!, target: undone }, context);
      expect(plan.workspaces[0]?.changes.map(({ action, label }) => [action, label])).toEqual([
        ['update', 'service-1'],
      ]);
    }
    const { plan } = await planRestore(parts, { snapshot: safetySnapshot!, target }, context);
    await restore(parts, { snapshot: safetySnapshot!, target, plan }, context);
    const byName = gateway.entities().filter(({ fields }) => fields.name !== 'service-7');
    expect(byName.map(({ fields }) => [fields.name, fields.tags, fields.retries]).sort()).toEqual([
      ['service-1', ['other'], 1],
      ['service-2', ['a'], 5],
    ]);
  });
});

describe('the scope of a restore', () => {
  it('is no wider than the tags of the environment', async () => {
    const { gateway, plan, run } = await withSnapshot(service(1, { tags: ['a'] }), service(2, { tags: ['b'] }));
    gateway.workspaces.set('default', [service(3, { tags: ['b'] })]);
    const { plan: made, warnings } = await plan({ target: targetOf({ selectTags: ['a'] }) });
    expect(made.workspaces[0]?.changes.map(({ action, label }) => [action, label])).toEqual([['create', 'service-1']]);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'tags-left-out' }));
    gateway.workspaces.set('default', []);
    expect((await run()).verified).toBe(true);
  });

  it('is no wider than the workspaces of the environment', async () => {
    const { gateway, parts, context } = await withSnapshot(service(1));
    gateway.workspaces.set('team', [service(2)]);
    const { id: snapshot } = await backup(parts, { target: targetOf() }, context);
    const target = targetOf({ workspaces: ['team'] });
    const { plan, warnings } = await planRestore(parts, { snapshot, target }, context);
    expect(plan.workspaces.map(({ workspace }) => workspace)).toEqual(['team']);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'workspaces-left-out' }));
    const other = planRestore(parts, { snapshot, target, workspaces: ['default'] }, context);
    await expect(other).rejects.toMatchObject({ code: 'workspace-missing' });
  });

  it('leaves alone what belongs to the whole gateway when its workspaces are not listed', async () => {
    const { gateway, plan } = await withSnapshot(service(1));
    gateway.workspaces.set('default', [service(1), certificateAuthority(5)]);
    gateway.info = { ...gateway.info, workspacesKnown: false };
    const { plan: made, warnings } = await plan();
    expect(made.workspaces[0]?.changes).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['gateway-wide-kept']);
  });

  it('keeps what has children that the gateway does not show', async () => {
    const { gateway, plan } = await withSnapshot();
    gateway.workspaces.set('default', [
      service(1),
      plugin(2, 'cors', { service: { id: service(1).fields.id ?? null } }),
    ]);
    gateway.unreadable.add('plugins');
    const { plan: made, warnings } = await plan();
    expect(made.workspaces[0]?.changes).toEqual([]);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'parent-kept' }));
  });
});

describe('a plan', () => {
  it('is not stale because the lifetime of a key runs on', async () => {
    const { gateway, parts, plan, snapshot, target, context } = await withSnapshot(consumer(1));
    const key = (ttl: number): Entity => ({
      kind: 'keyauth_credentials',
      fields: { id: service(9).fields.id ?? null, key: 'k', ttl, consumer: { id: consumer(1).fields.id ?? null } },
    });
    gateway.workspaces.set('default', [consumer(1), key(3600)]);
    const { plan: confirmed } = await plan();
    gateway.workspaces.set('default', [consumer(1), key(3598)]);
    expect(await restore(parts, { snapshot, target, plan: confirmed }, context)).toMatchObject({ verified: true });
  });

  it('leaves no file behind, and has none outside the store', async () => {
    const { gateway, run, root } = await withSnapshot(service(1));
    let staged: string[] = [];
    gateway.onCall = async (call) => {
      if (call.endsWith('apply')) staged = (await readdir(root)).filter((name) => name.startsWith('.staging-'));
    };
    await run();
    expect(staged).toHaveLength(1);
    expect((await readdir(root)).filter((name) => name.startsWith('.staging-'))).toEqual([]);
  });

  it('takes text of our own snapshots that looks like a template as it stands', async () => {
    const text = 'see ${{ env "DECK_HOST" }}';
    const { gateway, deck, parts, target, context } = await withSnapshot();
    gateway.workspaces.set('default', [consumer(1, { custom_id: text })]);
    const { id: snapshot, parts: taken, warnings } = await backup(parts, { target }, context);
    expect([taken[0]?.driver.id, warnings]).toEqual(['admin-api', []]);
    gateway.workspaces.set('default', []);
    const { plan } = await planRestore(parts, { snapshot, target }, context);
    expect((await restore(parts, { snapshot, target, plan }, context)).verified).toBe(true);
    expect(gateway.calls).not.toContain('deck apply');
    expect(gateway.entities()[0]?.fields.custom_id).toBe(text);
    deck.availability = { available: true, version: '1.0.0' };
    const byDeck = await backup(parts, { target: targetOf({ engine: 'deck' }) }, context);
    expect(byDeck.warnings).toContainEqual(expect.objectContaining({ code: 'not-restorable' }));
  });
});
