import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { GatewayInfo } from '../../../src/core/environment.js';
import type { KongSection } from '../../../src/core/environmentSections.js';
import type { PartStep } from '../../../src/core/partDriver.js';
import type { Counts } from '../../../src/core/snapshot.js';
import { createKongConfigDriver } from '../../../src/drivers/kongConfig.js';
import { startPracticeGateway } from '../../../src/practice/practiceGateway.js';
import { sourceOf } from '../../contract/partDriverContract.js';
import { someGateway } from '../../helpers/someGateway.js';
import {
  aroundKong,
  countsOf,
  type KongState,
  kongTarget,
  shippedFacts,
  someDatabase,
  standInKong,
} from '../../helpers/kongStandIn.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

interface Options {
  state?: Partial<KongState>;
  gateway?: GatewayInfo | undefined;
  counts?: Counts;
  kong?: KongSection;
}

async function kong({ state = {}, counts, kong: section = {}, ...more }: Options = {}) {
  const folder = await temporaryFolder();
  const standIn = await standInKong(folder, { ready: true, entities: someDatabase(), ...state });
  const gateway = 'gateway' in more ? more.gateway : someGateway;
  const keep = path.join(folder, 'before');
  const around = aroundKong({
    keep,
    ...(gateway && { gateway }),
    counts: async () => counts ?? countsOf(await standIn.read()),
    readyTime: 300,
  });
  const driver = createKongConfigDriver(around);
  const target = kongTarget('http://127.0.0.1:9', { command: standIn.command, ...section });
  const backup = async (of: GatewayInfo = someGateway) => {
    const directory = path.join(await temporaryFolder(), 'declarative-file');
    await mkdir(directory);
    const request = { gateway: of, workspaces: of.workspaces, directory };
    const taken = await driver.backup(target, request, quietContext());
    return { taken, directory, source: await sourceOf(driver, taken, directory) };
  };
  return { driver, target, standIn, keep, backup };
}

const yes = (): Promise<boolean> => Promise.resolve(true);
const running = async (): Promise<string> => {
  const practice = await startPracticeGateway({ facts: await shippedFacts.facts('3.9') });
  onTestFinished(() => practice.close());
  return practice.url;
};

describe('backing up by kong config', () => {
  it('keeps the export to itself, with what it holds', async () => {
    const { backup } = await kong();
    const { taken, directory } = await backup();
    expect(taken).toMatchObject({ format: 'db_export', driverVersion: '3.9.3', counts: { services: 2, routes: 1 } });
    expect(taken.warnings).toEqual([]);
    expect(await readdir(directory)).toEqual(['kong-export.yaml']);
    if (process.platform === 'win32') return;
    expect((await stat(path.join(directory, 'kong-export.yaml'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['refused', 'database-unreachable'],
    ['absent', 'database-unreachable'],
    ['denied', 'database-denied'],
    ['conf', 'environment-invalid'],
  ] as const)('says what stands in its way: %s', async (fault, code) => {
    const { backup } = await kong({ state: { fault } });
    await expect(backup()).rejects.toMatchObject({ code });
  });

  it('finds what a full disk cut, though kong ended well', async () => {
    const { backup } = await kong({ state: { fault: 'full' } });
    await expect(backup()).rejects.toMatchObject({ code: 'dump-damaged' });
  });

  it('finds that nothing was written, though kong ended well', async () => {
    const { backup } = await kong({ state: { fault: 'nowhere' } });
    await expect(backup()).rejects.toMatchObject({ code: 'tool-failed', remedy: expect.stringContaining('kong.copy') });
  });

  it('names the workspaces that the export mixes', async () => {
    const { backup } = await kong({ counts: { services: 1 } });
    const { taken } = await backup({ ...someGateway, workspaces: ['default', 'team'] });
    const warning = taken.warnings.find(({ code }) => code === 'workspaces-merged');
    expect(warning?.message).toContain('default, team');
  });

  it('names keys whose expiry would be lost', async () => {
    const entities = someDatabase();
    const [key] = entities['keyauth_credentials'] ?? [];
    if (key) key['ttl'] = 600;
    const { backup } = await kong({ state: { entities } });
    const { taken } = await backup();
    expect(taken.warnings).toMatchObject([{ code: 'expiry-lost', message: expect.stringContaining('alice') }]);
    expect(JSON.stringify(taken)).not.toContain('key-of-alice');
  });

  it('is not there without a kong, in a gateway without a database, and unavailable where the program is missing', async () => {
    const { driver, target } = await kong();
    const without = { ...target, environment: { ...target.environment, kong: {} } };
    expect(await driver.probe(without, someGateway, quietContext())).toEqual({ present: false });
    const gateway: GatewayInfo = { ...someGateway, mode: 'dbless' };
    expect(await driver.probe(target, gateway, quietContext())).toEqual({ present: false });
    const missing = kongTarget('http://127.0.0.1:9', { command: ['no-such-program'] });
    const found = await driver.probe(missing, someGateway, quietContext());
    expect(found).toMatchObject({ present: true, availability: { available: false, code: 'tool-missing' } });
  });
});

describe('bringing back by kong config', () => {
  it('makes the tables of an empty database first, restarts, and compares', async () => {
    const url = await running();
    const { driver, target: nowhere, standIn, backup } = await kong();
    const { source } = await backup();
    const target = { ...nowhere, environment: { ...nowhere.environment, adminUrl: url } };
    await standIn.change((state) => Object.assign(state, { ready: false, entities: {} }));
    const plan = await driver.planRestore(target, source, {}, quietContext());
    expect(plan.steps.map(({ id }) => id)).toEqual(['bootstrap', 'keep', 'import', 'restart', 'compare']);
    // Nothing is there that could be taken away.
    expect(plan.steps.filter(({ destroys }) => destroys)).toEqual([]);
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ verified: true, counts: { services: 2 } });
    const after = await standIn.read();
    expect(after).toMatchObject({ ready: true, restarts: 1 });
    expect(after.entities).toEqual(someDatabase());
  });

  it('keeps what was there, and lists what it creates and writes over', async () => {
    const url = await running();
    const { driver, target: nowhere, standIn, backup, keep } = await kong();
    const { source } = await backup();
    const target = { ...nowhere, environment: { ...nowhere.environment, adminUrl: url } };
    await standIn.change(({ entities }) => void (entities['routes'] = []));
    await driver.restore(target, source, { confirm: yes }, quietContext());
    const [folder = ''] = (await readdir(keep)).filter((name) => !name.startsWith('.'));
    const list = JSON.parse(await readFile(path.join(keep, folder, 'import.json'), 'utf8')) as { created: unknown[] };
    expect(list.created).toEqual([{ kind: 'routes', id: '7b000000-0000-4000-8000-000000000004' }]);
    expect(await readFile(path.join(keep, folder, 'before.yaml'), 'utf8')).toContain('orders.internal');
  });

  it('refuses a target that holds the same name under another id, by name', async () => {
    const { driver, target, standIn, backup } = await kong();
    const { source } = await backup();
    await standIn.change(({ entities }) => {
      const [first] = entities['services'] ?? [];
      if (first) first['id'] = '7b000000-0000-4000-8000-000000000099';
    });
    const before = await standIn.read();
    const plan = await driver.planRestore(target, source, {}, quietContext());
    expect(plan.refused?.reason).toContain('services orders');
    const restoring = driver.restore(target, source, { confirm: yes }, quietContext());
    await expect(restoring).rejects.toMatchObject({ code: 'database-not-empty' });
    expect(await standIn.read()).toEqual(before);
  });

  it('stops where workspaces would be mixed, unless that is wanted', async () => {
    const { driver, target, backup } = await kong({ counts: {} });
    const { source } = await backup({ ...someGateway, workspaces: ['default', 'team'] });
    const plan = await driver.planRestore(target, source, {}, quietContext());
    expect(plan.refused?.reason).toContain('default, team');
    const wanted = { choices: { mergeWorkspaces: true } };
    expect((await driver.planRestore(target, source, wanted, quietContext())).refused).toBeUndefined();
  });

  it('puts what kong refuses at its line', async () => {
    const { driver, target, standIn, backup } = await kong();
    const { source } = await backup();
    await standIn.change((state) => void (state.refuses = 'stock'));
    const plan = await driver.planRestore(target, source, {}, quietContext());
    expect(plan.refused?.reason).toMatch(/\d+:\d+: .*host/);
  });

  it('names what a failed import created before, and how to go back', async () => {
    const { driver, target, standIn, backup, keep } = await kong();
    const { source } = await backup();
    await standIn.change((state) => Object.assign(state, { entities: {}, breaksAt: 'stock' }));
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: ['keep'], verified: false, failed: { step: 'import' } });
    expect(result.failed?.reason).toContain('UNIQUE violation');
    expect(result.failed?.remedy).toContain('2 entities were created before (consumers alice, services orders)');
    const [folder = ''] = (await readdir(keep)).filter((name) => !name.startsWith('.'));
    expect(existsSync(path.join(keep, folder, 'created.json'))).toBe(true);
  });

  it('finds that not all arrived', async () => {
    const url = await running();
    const { driver, target: nowhere, standIn, backup } = await kong();
    const { source } = await backup();
    const target = { ...nowhere, environment: { ...nowhere.environment, adminUrl: url } };
    await standIn.change((state) => void (state.fault = 'forgets'));
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ verified: false, failed: { step: 'compare' } });
    expect(result.failed?.reason).toContain('routes orders-list is not there');
  });

  it.each([
    [4, 'half done'],
    [5, 'older version'],
  ])('refuses a database whose migrations end with %i', async (migrations, words) => {
    const { driver, target, standIn, backup } = await kong();
    const { source } = await backup();
    await standIn.change((state) => void (state.migrations = migrations));
    expect((await driver.planRestore(target, source, {}, quietContext())).refused?.reason).toContain(words);
  });

  it('says so when the gateway is not ready in time', async () => {
    const { driver, target, backup } = await kong();
    const { source } = await backup();
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: ['keep', 'import'], failed: { step: 'restart' } });
  });

  it('goes on from a step', async () => {
    const { driver, target, standIn, backup } = await kong({ gateway: undefined });
    const { source } = await backup();
    const asked: PartStep[] = [];
    const confirm = (step: PartStep): Promise<boolean> => Promise.resolve(asked.push(step) > 0);
    const result = await driver.restore(target, source, { confirm, from: 'compare' }, quietContext());
    expect(result).toMatchObject({ done: ['compare'], verified: true });
    expect(asked).toEqual([]);
    expect((await standIn.read()).restarts).toBeUndefined();
  });
});
