import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type App, createApp, type Validation } from '../../src/app.js';
import { quietContext } from '../../src/core/context.js';
import type { PracticeGatewayOptions } from '../../src/practice/practiceGateway.js';
import { admin, practiceGateway, schemas } from '../helpers/cli.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const context = quietContext();

/** The app as the editor builds it, with a stored token. */
async function appIn(folder: string, stored?: string): Promise<App> {
  return createApp({
    environmentsFile: path.join(folder, 'kong-environments.yaml'),
    snapshotRoot: path.join(folder, '.kong-snapshots'),
    schemaFolder: schemas,
    version: '0.0.0',
    deckPath: 'no-such-deck',
    requestTimeout: 5000,
    storedToken: () => Promise.resolve(stored),
  });
}

async function appWith(options: Omit<PracticeGatewayOptions, 'facts'>) {
  const gateway = await practiceGateway(options);
  const folder = await temporaryFolder();
  const app = await appIn(folder, options.token);
  const environment = await app.addEnvironment({ name: 'shop', adminUrl: gateway.url, mode: 'traditional' });
  return { gateway, folder, app, environment };
}

describe('the app', () => {
  it('probes with the token that was typed, and with the one that is stored', async () => {
    const { gateway, app, environment } = await appWith({ token: 'right-token' });
    expect(await app.probe(environment, context)).toMatchObject({ version: '3.9.3', workspaces: ['default'] });
    const typed = { name: 'new', adminUrl: gateway.url, mode: 'traditional' } as const;
    await expect(app.probe(typed, context, 'wrong-token')).rejects.toMatchObject({ code: 'gateway-unauthorized' });
    expect(await app.probe(typed, context, 'right-token')).toMatchObject({ edition: 'community' });
  });

  it('goes on without decK, and says that it is missing', async () => {
    const { app, environment } = await appWith({ estate: 'believable' });
    expect(await app.deck(context)).toMatchObject({ available: false, code: 'tool-missing' });
    const { counts } = await app.counts(environment, 'default', context);
    expect(counts.services).toBeGreaterThanOrEqual(8);
    const manifest = await app.backup(environment, { note: 'nightly' }, context);
    expect(manifest).toMatchObject({ note: 'nightly', workspaces: ['default', 'payments'] });
    expect(manifest.parts.map(({ driver }) => driver.id)).toEqual(['admin-api', 'admin-api']);
    for (const [kind, count] of Object.entries(counts)) expect(manifest.parts[0]?.counts[kind] ?? 0).toBe(count);
  });

  it('gives parts of a snapshot as text and by path', async () => {
    const { app, environment } = await appWith({ estate: 'believable' });
    const { id, parts } = await app.backup(environment, {}, context);
    const file = parts[0]!.files[0]!.path;
    const text = await app.readPart(id, file);
    expect(text).toMatch(/^_format_version: "3\.0"\n/);
    expect(await readFile(app.pathOf(id, file)!, 'utf8')).toBe(text);
    expect(await app.snapshots('shop')).toEqual([{ id, manifest: await app.snapshot('shop/latest') }]);
    await app.deleteSnapshot(id, context);
    expect(await app.snapshots()).toEqual([]);
  });

  it('takes snapshots that its own validation finds nothing wrong with', async () => {
    const { app, environment } = await appWith({ estate: 'believable' });
    const { id, parts, warnings } = await app.backup(environment, {}, context);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(['password-hashed']));
    const files = parts.map((part) => app.pathOf(id, part.files[0]!.path)!);
    const verdicts = await app.validate(files, { kind: 'auto' }, context);
    const errors = (verdict: Validation) => verdict.diagnostics.filter(({ severity }) => severity === 'error');
    expect(verdicts.map((verdict) => [verdict.kind, verdict.valid, errors(verdict)])).toEqual([
      ['deck', true, []],
      ['deck', true, []],
    ]);
  });

  it('brings a whole believable estate back, and proves it', async () => {
    const { gateway, app, environment } = await appWith({ estate: 'believable' });
    const { id } = await app.backup(environment, {}, context);
    const all = (await (await fetch(`${gateway.url}/plugins?size=1000`)).json()) as { data: { id: string }[] };
    for (const plugin of all.data) await admin(gateway, 'DELETE', `/plugins/${plugin.id}`);
    await admin(gateway, 'POST', '/services', { name: 'intruder', host: 'x.internal' });
    const plan = await app.planRestore(id, environment, {}, context);
    expect(plan.counts).toEqual({ creates: all.data.length, updates: 0, deletes: 1 });
    const report = await app.restore(plan, context);
    expect(report).toMatchObject({ verified: true, failed: [], applied: plan.counts });
    const difference = await app.compare({ live: 'shop' }, { snapshot: id }, context);
    expect(difference).toMatchObject({ unknown: [], notCompared: [], warnings: [] });
    expect(difference.plan.workspaces.flatMap(({ changes }) => changes)).toEqual([]);
    // What was confirmed once is not confirmed for ever.
    await admin(gateway, 'DELETE', '/consumers/ada');
    await expect(app.restore(plan, context)).rejects.toMatchObject({ code: 'plan-stale' });
  });

  it('writes no environment that was marked read-only after the plan was made', async () => {
    const { gateway, app, environment } = await appWith({});
    await admin(gateway, 'POST', '/services', { name: 'a', host: 'a.internal' });
    const { id } = await app.backup(environment, {}, context);
    await admin(gateway, 'DELETE', '/services/a');
    const plan = await app.planRestore(id, environment, {}, context);
    const { id: _id, ...fields } = environment;
    await app.updateEnvironment('shop', { ...fields, readOnly: true });
    await expect(app.restore(plan, context)).rejects.toMatchObject({ code: 'environment-read-only' });
    await app.updateEnvironment('shop', { ...fields, protected: true });
    await expect(app.restore(plan, context)).rejects.toMatchObject({ code: 'plan-stale' });
    expect((await admin(gateway, 'GET', '/services/a')).status).toBe(404);
  });

  it('keeps the snapshots of an environment that is renamed', async () => {
    const { app, environment } = await appWith({});
    const { id } = await app.backup(environment, {}, context);
    await app.updateEnvironment('shop', { name: 'market', adminUrl: environment.adminUrl, mode: 'traditional' });
    expect((await app.snapshots('market')).map((entry) => entry.id)).toEqual([id]);
    await app.removeEnvironment('market');
    expect((await app.environments()).environments).toEqual([]);
  });

  it('lists nothing and breaks nothing where there is nothing yet', async () => {
    const app = await appIn(path.join(await temporaryFolder(), 'not', 'there'));
    expect(await app.environments()).toEqual({ environments: [], problems: [] });
    expect(await app.snapshots()).toEqual([]);
    await expect(app.environment('x')).rejects.toMatchObject({ code: 'environment-missing' });
    await expect(app.snapshot('x/latest')).rejects.toMatchObject({ code: 'snapshot-missing' });
  });
});
