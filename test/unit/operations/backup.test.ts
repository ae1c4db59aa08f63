import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { KongBackupError } from '../../../src/core/errors.js';
import type { PartDriver } from '../../../src/core/partDriver.js';
import { backup } from '../../../src/operations/backup.js';
import { findSnapshot } from '../../../src/operations/findSnapshot.js';
import {
  basicAuth,
  consumer,
  operationsFixture,
  service,
  targetOf,
  vault,
  watchedContext,
} from './operationsFixture.js';

const toolFailed = () => {
  throw new KongBackupError('tool-failed', { place: 'deck', reason: 'It broke.', remedy: '' });
};

describe('a backup', () => {
  it('holds every entity, says by whom it was taken and what it does not hold', async () => {
    const { gateway, store, parts } = await operationsFixture(service(1), consumer(2));
    gateway.workspaces.set('team/a', [service(3)]);
    const { context, reports } = watchedContext();
    const manifest = await backup(parts, { target: targetOf({ group: 'live' }), label: 'first' }, context);
    expect(manifest).toMatchObject({
      environment: { id: 'e1', name: 'production', group: 'live' },
      gateway: { version: '3.9.3', edition: 'community', database: 'postgres' },
      workspaces: ['default', 'team/a'],
      label: 'first',
      warnings: [],
    });
    expect(
      manifest.parts.map(({ workspace, counts, driver, files }) => [workspace, counts, driver.id, files[0]?.path]),
    ).toEqual([
      ['default', { services: 1, consumers: 1 }, 'deck', 'default.kong.yaml'],
      ['team/a', { services: 1 }, 'deck', 'team%2Fa.kong.yaml'],
    ]);
    expect(manifest.coverage.held).toContainEqual({
      part: 'entities',
      kind: 'consumers',
      workspace: 'default',
      count: 1,
      driver: 'deck',
    });
    expect(manifest.coverage.notHeld.map(({ part }) => part)).toEqual(['database', 'files']);
    expect(await store.list()).toHaveLength(1);
    await store.check(manifest.id, new AbortController().signal);
    expect(new Set(reports.map(({ step }) => step))).toEqual(
      new Set(['probe', 'read', 'count', 'validate', 'publish']),
    );
  });

  it('takes our own engine when decK is not there, and for what decK does not know', async () => {
    const { deck, parts } = await operationsFixture(service(1), vault(2));
    const { context } = watchedContext();
    deck.blind.add('vaults');
    const whole = await backup(parts, { target: targetOf() }, context);
    expect(whole.parts[0]).toMatchObject({ driver: { id: 'admin-api' }, counts: { services: 1, vaults: 1 } });
    deck.availability = { available: false, code: 'tool-missing', reason: 'No deck.', remedy: 'Install it.' };
    const without = await backup(parts, { target: targetOf() }, context);
    expect(without.parts[0]?.driver.id).toBe('admin-api');
  });

  it('names what the engine that somebody chose does not take', async () => {
    const { deck, parts } = await operationsFixture(service(1), vault(2));
    deck.blind.add('vaults');
    const { context } = watchedContext();
    const manifest = await backup(parts, { target: targetOf({ engine: 'deck' }) }, context);
    expect(manifest.coverage.notHeld[0]).toMatchObject({ kind: 'vaults', workspace: 'default', count: 1 });
    expect(manifest.warnings).toContainEqual(expect.objectContaining({ code: 'not-held', kind: 'vaults' }));
  });

  it('goes on with our own engine when decK breaks, and stops when decK was asked for', async () => {
    const { gateway, parts, store } = await operationsFixture(service(1));
    gateway.onCall = (call) => (call === 'deck dump' ? toolFailed() : undefined);
    const { context } = watchedContext();
    expect((await backup(parts, { target: targetOf() }, context)).parts[0]?.driver.id).toBe('admin-api');
    const refused = backup(parts, { target: targetOf({ engine: 'deck' }) }, context);
    await expect(refused).rejects.toMatchObject({ code: 'tool-failed' });
    expect(await store.list()).toHaveLength(1);
  });

  it('refuses a file that holds less than the gateway counts', async () => {
    const { gateway, parts, root } = await operationsFixture(service(1), service(2));
    const whole = gateway.entities();
    // A page that gets lost on the way: the dump sees one service, the count two.
    gateway.onCall = (call) => {
      gateway.workspaces.set('default', call === 'count' ? whole : whole.slice(0, 1));
    };
    const { context } = watchedContext();
    const refused = backup(parts, { target: targetOf() }, context);
    await expect(refused).rejects.toMatchObject({ code: 'gateway-read-incomplete' });
    await expect(refused).rejects.toThrow('1 of 2 services');
    expect(await readdir(root)).toEqual(['.gitignore']);
  });

  it('reads again what changed meanwhile', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    let counts = 0;
    gateway.onCall = (call) => {
      if (call === 'count' && ++counts === 1) gateway.workspaces.set('default', [service(1), service(2)]);
    };
    const manifest = await backup(parts, { target: targetOf({ engine: 'admin-api' }) }, watchedContext().context);
    expect(manifest.parts[0]?.counts).toEqual({ services: 2 });
  });

  it('makes a kind that can not be read a gap, not an empty list', async () => {
    const { gateway, parts } = await operationsFixture(service(1), vault(2));
    gateway.unreadable.add('vaults');
    const { parts: taken, coverage, warnings } = await backup(parts, { target: targetOf() }, watchedContext().context);
    expect(taken[0]?.counts).toEqual({ services: 1 });
    expect(coverage.notHeld[0]).toMatchObject({ part: 'entities', kind: 'vaults', workspace: 'default' });
    expect(warnings.map(({ code, kind }) => [code, kind])).toEqual([['not-held', 'vaults']]);
  });

  it('warns of logins that a restore would break', async () => {
    const { parts } = await operationsFixture(consumer(1), basicAuth(2, 1));
    const { warnings } = await backup(parts, { target: targetOf() }, watchedContext().context);
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'password-hashed', workspace: 'default', kind: 'basicauth_credentials' }),
    ]);
  });

  it('warns of many such logins in one line, the first by name', async () => {
    const logins = Array.from({ length: 23 }, (_, index) => basicAuth(index + 2, 1));
    const { parts } = await operationsFixture(consumer(1), ...logins);
    const { warnings } = await backup(parts, { target: targetOf() }, watchedContext().context);
    expect(warnings.map(({ code }) => code)).toEqual(['password-hashed']);
    expect(warnings[0]?.message).toMatch(
      /^The basic-auth passwords of (?:[^,]+, ){19}[^,]+ and 3 more are kept as hashes\./,
    );
  });

  it('warns of a mode that the gateway contradicts', async () => {
    const { parts } = await operationsFixture(service(1));
    const { warnings } = await backup(parts, { target: targetOf({ mode: 'dbless' }) }, watchedContext().context);
    expect(warnings).toEqual([
      {
        code: 'mode-contradicts',
        message: expect.stringMatching(/`mode: dbless`, but the gateway has a database \(postgres\)/) as string,
      },
    ]);
  });

  it('holds only what has the tags, and says so', async () => {
    const { parts } = await operationsFixture(service(1, { tags: ['a'] }), service(2));
    const { selectTags, parts: taken } = await backup(
      parts,
      { target: targetOf({ selectTags: ['a'] }) },
      watchedContext().context,
    );
    expect(selectTags).toEqual(['a']);
    expect(taken[0]?.counts).toEqual({ services: 1 });
  });

  it('holds the tagged children whose parents are tagged, and counts the others as not held', async () => {
    const tags = ['a'];
    const [mine, lost] = [basicAuth(3, 1), basicAuth(4, 2)];
    Object.assign(mine.fields, { tags });
    Object.assign(lost.fields, { tags });
    const { parts } = await operationsFixture(consumer(1, { tags }), consumer(2), mine, lost);
    const request = { target: targetOf({ selectTags: tags }) };
    const { parts: taken, coverage } = await backup(parts, request, watchedContext().context);
    expect(taken[0]?.counts).toEqual({ consumers: 1, basicauth_credentials: 1 });
    expect(coverage.notHeld[0]).toMatchObject({ kind: 'basicauth_credentials', count: 1, partial: true });
  });

  it('holds an empty gateway too', async () => {
    const { parts } = await operationsFixture();
    const { parts: taken } = await backup(parts, { target: targetOf() }, watchedContext().context);
    expect(taken[0]?.counts).toEqual({});
  });

  it('takes the workspaces asked for, and refuses one that is not there', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    gateway.workspaces.set('other', [service(2)]);
    const { context } = watchedContext();
    const { workspaces } = await backup(parts, { target: targetOf(), workspaces: ['other'] }, context);
    expect(workspaces).toEqual(['other']);
    const refused = backup(parts, { target: targetOf({ workspaces: ['default', 'nope'] }) }, context);
    await expect(refused).rejects.toMatchObject({ code: 'workspace-missing' });
  });

  it.each(['probe', 'read', 'count', 'validate'] as const)(
    'leaves nothing when it is cancelled at %s',
    async (step) => {
      const { parts, store, root } = await operationsFixture(service(1));
      const { context } = watchedContext((progress) => progress.step === step);
      await expect(backup(parts, { target: targetOf() }, context)).rejects.toMatchObject({ code: 'cancelled' });
      expect(await store.list()).toEqual([]);
      expect((await readdir(root).catch(() => [])).filter((name) => name !== '.gitignore')).toEqual([]);
    },
  );

  it.skipIf(process.platform !== 'linux')('says when the disk is full', async () => {
    const { gateway, parts, store } = await operationsFixture(service(1));
    gateway.onCall = async (call) => {
      if (call.endsWith('dump')) await writeFile('/dev/full', 'something');
    };
    const refused = backup(parts, { target: targetOf() }, watchedContext().context);
    await expect(refused).rejects.toMatchObject({ code: 'store-full' });
    expect(await store.list()).toEqual([]);
  });

  it('succeeds in two windows at once', async () => {
    const { parts, store } = await operationsFixture(service(1));
    const both = await Promise.all([1, 2].map(() => backup(parts, { target: targetOf() }, watchedContext().context)));
    expect(new Set(both.map(({ id }) => id)).size).toBe(2);
    expect(await store.list('production')).toHaveLength(2);
  });
});

describe('a backup of which something fails', () => {
  const broken = (call: string): undefined => {
    if (call.includes('team/a')) {
      throw new KongBackupError('gateway-forbidden', { place: 'x', reason: 'The token may not.', remedy: 'Ask.' });
    }
    return undefined;
  };

  it('keeps the other workspaces as a partial snapshot that is never the latest', async () => {
    const { gateway, parts, store } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const whole = await backup(parts, { target: targetOf() }, context);
    gateway.workspaces.set('team/a', [service(3)]);
    gateway.onCall = (call, workspace) => broken(`${call} ${workspace ?? ''}`);
    const partial = await backup(parts, { target: targetOf() }, context);
    expect(partial.parts.map(({ workspace }) => workspace)).toEqual(['default']);
    expect(partial.failures).toEqual([
      {
        part: 'entities',
        workspace: 'team/a',
        code: 'gateway-forbidden',
        reason: 'The token may not.',
        remedy: 'Ask.',
      },
    ]);
    expect(partial.coverage.notHeld).toContainEqual(expect.objectContaining({ workspace: 'team/a', absent: true }));
    const found = await findSnapshot(store, 'production/latest');
    expect(found.manifest.id).toBe(whole.id);
    expect(found.warning?.code).toBe('newer-passed-over');
  });

  it('fails as the first workspace did when there is nothing to keep, or all is wanted', async () => {
    const { gateway, parts, store } = await operationsFixture(service(1));
    gateway.workspaces.set('team/a', [service(3)]);
    gateway.onCall = (call, workspace) => broken(`${call} ${workspace ?? ''}`);
    const { context } = watchedContext();
    const only = backup(parts, { target: targetOf(), workspaces: ['team/a'] }, context);
    await expect(only).rejects.toMatchObject({ code: 'gateway-forbidden' });
    const all = backup(parts, { target: targetOf(), wholeOrNothing: true }, context);
    await expect(all).rejects.toMatchObject({ code: 'gateway-forbidden' });
    expect(await store.list()).toEqual([]);
  });
});

describe('the parts beside the entities', () => {
  const database = (more: Partial<PartDriver> = {}): PartDriver => ({
    id: 'postgres',
    part: 'database',
    probe: () => Promise.resolve({ present: true, availability: { available: true, version: '15.18' } }),
    async backup(_target, { directory }) {
      await writeFile(`${directory}/toc.dat`, 'rows');
      return {
        format: 'pg_dump',
        counts: { services: 1 },
        driverVersion: '15.18',
        gaps: [],
        warnings: [{ code: 'noted', message: 'Something to know.' }],
      };
    },
    verify: () => Promise.resolve([]),
    planRestore: () => Promise.resolve({ steps: [], warnings: [] }),
    restore: () => Promise.resolve({ done: [], verified: true, warnings: [] }),
    ...more,
  });
  const isDatabase = ({ part }: { part: string }): boolean => part === 'database';

  it('are taken into folders of their own, hashed, and said to be held', async () => {
    const { parts, store } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const manifest = await backup({ ...parts, partDrivers: [database()] }, { target: targetOf() }, context);
    expect(manifest.parts.find(({ kind }) => kind === 'database')).toMatchObject({
      format: 'pg_dump',
      driver: { id: 'postgres', version: '15.18' },
      files: [{ path: 'database/toc.dat', bytes: 4 }],
    });
    expect(manifest.coverage.held).toContainEqual({ part: 'database', kind: 'services', count: 1, driver: 'postgres' });
    expect(manifest.coverage.notHeld.some(isDatabase)).toBe(false);
    expect(manifest.warnings).toContainEqual({ code: 'noted', message: 'Something to know.' });
    await store.check(manifest.id, new AbortController().signal);
  });

  it('are left out when somebody chose others, and the snapshot says so', async () => {
    const { parts } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const sources = { ...parts, partDrivers: [database()] };
    const manifest = await backup(sources, { target: targetOf({ parts: ['entities'] }) }, context);
    expect(manifest.parts.map(({ kind }) => kind)).toEqual(['entities']);
    expect(manifest.coverage.notHeld.find(isDatabase)?.reason).toBe('It was not chosen.');
    expect(manifest.failures).toBeUndefined();
  });

  it('leave nothing behind when they fail, and the rest is kept', async () => {
    const { parts, root } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const failing = database({
      async backup(_target, { directory }) {
        await writeFile(`${directory}/half.dat`, 'ro');
        throw new KongBackupError('tool-failed', { place: 'pg_dump', reason: 'It stopped.', remedy: 'Look.' });
      },
    });
    const manifest = await backup({ ...parts, partDrivers: [failing] }, { target: targetOf() }, context);
    expect(manifest.failures).toEqual([
      { part: 'database', code: 'tool-failed', reason: 'It stopped.', remedy: 'Look.' },
    ]);
    expect(await readdir(`${root}/${manifest.id}`)).toEqual(expect.not.arrayContaining(['database']));
  });

  it('that a driver fails to tell of do not stop the backup', async () => {
    const { parts } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const probe = () =>
      Promise.reject(new KongBackupError('gateway-timeout', { place: 'db', reason: 'It hangs.', remedy: 'Look.' }));
    const sources = { ...parts, partDrivers: [database({ probe })] };
    const manifest = await backup(sources, { target: targetOf() }, context);
    expect(manifest.parts.map(({ kind }) => kind)).toEqual(['entities']);
    expect(manifest.coverage.notHeld.find(isDatabase)?.reason).toBe('It hangs.');
  });

  it('that can not be taken are a gap, and a failure where somebody described them', async () => {
    const { parts } = await operationsFixture(service(1));
    const { context } = watchedContext();
    const missing = database({
      probe: () =>
        Promise.resolve({
          present: true,
          availability: { available: false, code: 'tool-missing', reason: 'No pg_dump.', remedy: 'Install it.' },
        }),
    });
    const sources = { ...parts, partDrivers: [missing] };
    const plain = await backup(sources, { target: targetOf() }, context);
    expect(plain.failures).toBeUndefined();
    expect(plain.coverage.notHeld.find(isDatabase)).toEqual({
      part: 'database',
      reason: 'No pg_dump.',
      remedy: 'Install it.',
    });
    const described = await backup(sources, { target: targetOf({ database: { host: 'db' } }) }, context);
    expect(described.failures).toMatchObject([{ part: 'database', code: 'tool-missing' }]);
    expect(described.coverage.notHeld.filter(isDatabase)).toHaveLength(1);
  });
});
