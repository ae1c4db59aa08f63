import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/operations/backup.js';
import { entityHistory } from '../../../src/operations/entityHistory.js';
import { facts } from '../estate/shippedFacts.js';
import { operationsFixture, service, targetOf, vault, watchedContext } from './operationsFixture.js';

const { context } = watchedContext();
const target = targetOf();
const orders = { workspace: 'default', kind: 'service', name: 'service-1' };

describe('the history of an entity', () => {
  it('follows it by its id through changes, a new name, its end and its return', async () => {
    const { gateway, parts } = await operationsFixture(service(2));
    const states = [
      [service(2)],
      [service(1), service(2)],
      [service(1), service(2)],
      [service(1), service(2, { retries: 3 })],
      [service(1, { name: 'renamed', retries: 9 }), service(2)],
      [service(2)],
      [service(1), service(2)],
    ];
    for (const entities of states) {
      gateway.workspaces.set('default', entities);
      await backup(parts, { target }, context);
    }
    const history = await entityHistory(parts.store, await parts.store.list(), orders, facts, context);
    expect(history).toMatchObject({ kind: 'services', label: 'service-1' });
    expect(history.versions.map(({ change }) => change)).toEqual([
      'absent',
      'created',
      'same',
      'same',
      'updated',
      'deleted',
      'created',
    ]);
    expect(history.versions[4]?.fields).toEqual([
      { path: 'name', before: 'service-1', after: 'renamed' },
      { path: 'retries', before: 5, after: 9 },
    ]);
  });

  it('reads a file once that several snapshots hold', async () => {
    const { parts } = await operationsFixture(service(1));
    for (let n = 0; n < 4; n++) await backup(parts, { target }, context);
    const entries = await parts.store.list();
    const read: string[] = [];
    const store = { ...parts.store, read: (id: string, path: string) => (read.push(id), parts.store.read(id, path)) };
    const { versions } = await entityHistory(store, entries, orders, facts, context);
    expect(versions.map(({ change }) => change)).toEqual(['first', 'same', 'same', 'same']);
    expect(read).toHaveLength(new Set(entries.map(({ manifest }) => manifest?.parts[0]?.files[0]?.sha256)).size);
  });

  it('says where a snapshot does not tell', async () => {
    const { gateway, parts } = await operationsFixture(vault(1));
    await backup(parts, { target }, context);
    gateway.unreadable.add('vaults');
    await backup(parts, { target }, context);
    const name = String(vault(1).fields['prefix']);
    const request = { workspace: 'default', kind: 'vaults', name };
    const { versions } = await entityHistory(parts.store, await parts.store.list(), request, facts, context);
    expect(versions.map(({ change }) => change)).toEqual(['first', 'unknown']);
  });

  it('lists what is damaged or not whole as unknown, and goes on from the last one that tells', async () => {
    const { root, gateway, parts } = await operationsFixture(service(1));
    const ids: string[] = [];
    for (const retries of [1, 2, 3, 4, 5]) {
      gateway.workspaces.set('default', [service(1, { retries })]);
      ids.push((await backup(parts, { target }, context)).id);
    }
    const [, second = '', third = '', fourth = ''] = ids.map((id) => path.join(root, ...id.split('/')));
    await rm(path.join(second, 'manifest.json'));
    await writeFile(path.join(third, 'manifest.json'), '{');
    // Of the same size: only who reads it finds out.
    const dump = path.join(fourth, 'default.kong.yaml');
    await writeFile(dump, (await readFile(dump, 'utf8')).replace('retries: 4', 'retries: 9'));
    const store = { id: 'far:', store: 'far', problem: { code: 'store-unreachable', reason: 'No answer.' } } as const;
    const entries = [store, ...(await parts.store.list())];
    const { versions } = await entityHistory(parts.store, entries, orders, facts, context);
    expect(versions.map(({ change }) => change)).toEqual([
      'first',
      'unknown',
      'unknown',
      'unknown',
      'updated',
      'unknown',
    ]);
    expect(versions.map(({ snapshot }) => snapshot)).toEqual([...ids, 'far:']);
    expect(versions[1]).toEqual({
      snapshot: ids[1],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      change: 'unknown',
      reason: expect.stringContaining('manifest.json') as string,
    });
    expect(versions[3]?.reason).toContain('SHA-256');
    expect(versions[4]?.fields).toEqual([{ path: 'retries', before: 1, after: 5 }]);
    expect(versions[5]).toEqual({ snapshot: 'far:', change: 'unknown', reason: 'No answer.' });
  });

  it('refuses what no snapshot holds', async () => {
    const { parts } = await operationsFixture(service(1));
    await backup(parts, { target }, context);
    const request = { ...orders, name: 'nobody' };
    await expect(entityHistory(parts.store, await parts.store.list(), request, facts, context)).rejects.toMatchObject({
      code: 'snapshot-without-part',
    });
  });
});
