import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type App, createApp, type RestorePlan } from '../../src/app.js';
import { type OperationContext, quietContext, type Step } from '../../src/core/context.js';
import type { Environment } from '../../src/core/environment.js';
import type { Fault } from '../../src/practice/faults.js';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import { diffCommand } from '../../src/cli/commands/diff.js';
import type { CommandCall } from '../../src/cli/commandSpec.js';
import { admin, practiceGateway, schemas } from '../helpers/cli.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const context = quietContext();

/** Kinds, where they are listed, and the kind that Kong deletes them with. */
const kinds = [
  { kind: 'plugins', address: /^\/plugins$/, parent: 'services' },
  { kind: 'keyauth_credentials', address: /^\/key-auths$/, parent: 'consumers' },
  { kind: 'targets', address: /^\/upstreams\/[^/]+\/targets$/, parent: 'upstreams' },
];

type Trouble = Pick<Fault, 'after' | 'effect'>;
const troubles: [string, Trouble][] = [
  ['403', { effect: { status: 403, body: { message: 'forbidden' } } }],
  ['404', { effect: { status: 404, body: { message: 'no Route matched with those values' } } }],
  ['500', { effect: { status: 500, body: { message: 'An unexpected error occurred' } } }],
];
const table = [
  ...kinds.flatMap((each) => troubles.map(([name, trouble]) => ({ ...each, name, trouble }))),
  // Half of a kind: its second list breaks, the first was fine.
  { ...kinds[2]!, name: '500 at the second page', trouble: { after: 1, effect: { status: 500 } } },
];

interface Scene {
  gateway: PracticeGateway;
  app: App;
  environment: Environment;
  /** Holds all of the gateway as it was. */
  snapshot: string;
}

/** A gateway that got more of each kind, with its parent, since the snapshot. */
async function drifted(): Promise<Scene> {
  const gateway = await practiceGateway();
  const folder = await temporaryFolder();
  const app = createApp({
    environmentsFile: path.join(folder, 'kong-environments.yaml'),
    snapshotRoot: path.join(folder, '.kong-snapshots'),
    schemaFolder: schemas,
    version: '0.0.0',
    deckPath: 'no-such-deck',
    requestTimeout: 5000,
    storedToken: () => Promise.resolve(undefined),
  });
  const environment = await app.addEnvironment({ name: 'shop', adminUrl: gateway.url, mode: 'traditional' });
  for (const name of ['older', 'old']) await family(gateway, name);
  const { id: snapshot } = await app.backup(environment, {}, context);
  await family(gateway, 'new');
  return { gateway, app, environment, snapshot };
}

async function family(gateway: PracticeGateway, name: string): Promise<void> {
  await admin(gateway, 'POST', '/services', { name, host: 'a.internal' });
  await admin(gateway, 'POST', `/services/${name}/plugins`, { name: 'cors' });
  await admin(gateway, 'POST', '/consumers', { username: name });
  await admin(gateway, 'POST', `/consumers/${name}/key-auth`, { key: `key-of-${name}` });
  await admin(gateway, 'POST', '/upstreams', { name });
  await admin(gateway, 'POST', `/upstreams/${name}/targets`, { target: '10.0.0.1:80' });
}

/** How many there are of what this suite is about, asked directly. */
async function census(gateway: PracticeGateway): Promise<number[]> {
  const addresses = ['/services', '/plugins', '/consumers', '/key-auths', '/upstreams', '/upstreams/new/targets'];
  const lists = await Promise.all(addresses.map((address) => admin(gateway, 'GET', address)));
  return lists.map(({ body }) => ((body.data ?? []) as unknown[]).length);
}

/** Trouble from one step to the next. */
function during(gateway: PracticeGateway, step: Step, fault: Fault): OperationContext {
  let end: (() => void) | undefined;
  return {
    ...context,
    report(progress) {
      if (progress.step === step) end ??= gateway.faults.add(fault);
      else if (progress.step === 'apply') end?.();
    },
  };
}

const deletedKinds = ({ plan }: Pick<RestorePlan, 'plan'>): string[] =>
  plan.workspaces.flatMap(({ changes }) => changes.flatMap(({ action, kind }) => (action === 'delete' ? kind : [])));
const named = (kind: string) =>
  expect.arrayContaining([expect.objectContaining({ kind, workspace: 'default' })]) as object;

describe.each(table)('$kind that answer with $name', ({ kind, parent, address, trouble }) => {
  const fault: Fault = { path: address, methods: ['GET'], ...trouble };

  it('while a backup is taken: it is named, passed over, and nothing is deleted by it', async () => {
    const { gateway, app, environment, snapshot } = await drifted();
    gateway.faults.add(fault);
    const lacking = await app.backup(environment, {}, context);
    gateway.faults.clear();
    expect(lacking.coverage.notHeld).toEqual(named(kind));
    expect(lacking.parts[0]?.counts[kind]).toBeUndefined();
    expect((await app.snapshot('shop/latest')).id).toBe(snapshot);
    await admin(gateway, 'POST', '/upstreams', { name: 'childless' });
    const plan = await app.planRestore(lacking.id, environment, {}, context);
    expect(deletedKinds(plan)).toEqual(['upstreams']);
    expect((await app.compare({ live: 'shop' }, { snapshot: lacking.id }, context)).unknown).toEqual(named(kind));
  });

  it('while a restore is planned: nothing of it goes, nothing that it may belong to, and nothing is proved', async () => {
    const { gateway, app, environment, snapshot } = await drifted();
    const before = await census(gateway);
    gateway.faults.add(fault);
    const plan = await app.planRestore(snapshot, environment, {}, context);
    expect(plan.unread).toEqual(named(kind));
    expect(plan.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['not-read', 'parent-kept']));
    expect(deletedKinds(plan)).not.toContain(kind);
    expect(deletedKinds(plan)).not.toContain(parent);
    const report = await app.restore(plan, context);
    expect(report).toMatchObject({ proof: 'unproved', verified: false, unread: named(kind) });
    gateway.faults.clear();
    const at = { plugins: 1, keyauth_credentials: 3, targets: 5 }[kind] ?? 0;
    expect((await census(gateway))[at]).toBe(before[at]);
  });

  it('while the safety snapshot is taken: nothing is written that it does not hold', async () => {
    const { gateway, app, environment, snapshot } = await drifted();
    const before = await census(gateway);
    const plan = await app.planRestore(snapshot, environment, {}, context);
    expect(deletedKinds(plan)).toContain(kind);
    // What it was planned from is at hand, unless that was counted otherwise: then it has to be read.
    const unseen = { ...plan, liveCounts: new Map() };
    const refused = app.restore(unseen, during(gateway, 'safety-snapshot', fault));
    await expect(refused).rejects.toMatchObject({
      code: 'safety-snapshot-incomplete',
      reason: expect.stringContaining(kind) as string,
    });
    gateway.faults.clear();
    expect(await census(gateway)).toEqual(before);
    const { safetySnapshot = '', proof } = await app.restore(plan, during(gateway, 'safety-snapshot', fault));
    expect(proof).toBe('equal');
    expect((await app.snapshot(safetySnapshot)).parts[0]?.counts[kind]).toBeGreaterThan(0);
  });

  it('while the gateway is read back: not proved, and named', async () => {
    const { gateway, app, environment, snapshot } = await drifted();
    const plan = await app.planRestore(snapshot, environment, {}, context);
    const report = await app.restore(plan, during(gateway, 'verify', fault));
    expect(report).toMatchObject({ proof: 'unproved', verified: false, failed: [], unread: named(kind) });
  });

  it('while two sides are compared: unknown, never "No differences"', async () => {
    const { gateway, app, environment } = await drifted();
    const { id: same } = await app.backup(environment, {}, context);
    gateway.faults.add(fault);
    expect(await app.compare({ live: 'shop' }, { snapshot: same }, context)).toMatchObject({ unknown: named(kind) });
    gateway.faults.clear();
    gateway.faults.add(fault);
    const call = { app: () => Promise.resolve(app), context, workingFolder: os.tmpdir() } as unknown as CommandCall;
    const outcome = await diffCommand.run([same, 'live:shop', {}], call);
    expect(outcome).toMatchObject({
      verdict: 1,
      text: expect.stringContaining(`not compared: default ${kind}`) as string,
    });
    expect(outcome?.text).not.toContain('No differences');
  });
});
