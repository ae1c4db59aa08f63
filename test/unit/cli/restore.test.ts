import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSelector, selectorText } from '../../../src/core/choiceText.js';
import { authorities } from '../../helpers/certificates.js';
import { admin, CliFolder, practiceGateway } from '../../helpers/cli.js';

interface Planned {
  mode: string;
  counts: { creates: number; updates: number; deletes: number };
  added: { kind: string; label: string; why: string; for: { kind: string; label: string } }[];
  blocked: { label: string; why: string }[];
  left: number;
  overrides: { override: string; hits: number }[];
  warnings: { code: string; message: string }[];
  report?: { proof: string };
}

/** A snapshot of `source` with a service, two routes and a consumer; the gateway to restore is empty but for a stray service. */
async function prepared(settings: object = {}) {
  const [source, target] = [await practiceGateway(), await practiceGateway()];
  await admin(source, 'POST', '/services', { name: 'orders', host: 'orders.prod.test', tags: ['prod'] });
  for (const name of ['one', 'two']) {
    await admin(source, 'POST', '/services/orders/routes', { name, paths: [`/${name}`], hosts: ['api.prod.test'] });
  }
  await admin(source, 'POST', '/consumers', { username: 'ann' });
  for (let number = 0; number < 3; number++) {
    await admin(target, 'POST', '/services', { name: `stray-${number}`, host: 'stray.test' });
  }
  const cli = await CliFolder.make([
    { id: 'p', name: 'production', adminUrl: source.url, engine: 'admin-api' },
    { id: 's', name: 'staging', adminUrl: target.url, engine: 'admin-api', ...settings },
  ]);
  await cli.run(['backup', 'production']);
  const restore = async (...flags: string[]) => {
    const ran = await cli.run(['restore', 'production/latest', 'staging', '--format', 'json', ...flags]);
    return { ...ran, data: ran.exitCode === 2 ? undefined : ran.json<Planned>() };
  };
  const names = async (kind: string): Promise<string[]> => {
    const { data } = (await admin(target, 'GET', `/${kind}`)).body as { data: Record<string, string>[] };
    return data.map((entity) => entity['name'] ?? entity['username'] ?? '').sort();
  };
  return { cli, target, restore, names };
}

describe('kong-backup restore', () => {
  it('deletes nothing in mode add-and-update, and proves it', async () => {
    const { restore, names } = await prepared();
    const { data } = await restore('--mode', 'add-and-update', '--yes');
    expect(data).toMatchObject({ mode: 'add-and-update', counts: { deletes: 0 }, left: 3, report: { proof: 'equal' } });
    expect(await names('services')).toEqual(['orders', 'stray-0', 'stray-1', 'stray-2']);
    const again = await restore('--mode', 'add-and-update', '--dry-run');
    expect(again.exitCode).toBe(0);
  });

  it('restores only what is named, and what that needs', async () => {
    const { restore, names } = await prepared();
    const { data } = await restore('--only', 'routes/one', '--yes');
    expect(data).toMatchObject({
      mode: 'only',
      counts: { creates: 2, updates: 0, deletes: 0 },
      report: { proof: 'equal' },
    });
    expect(data?.added).toEqual([
      expect.objectContaining({
        kind: 'services',
        label: 'orders',
        why: 'reference',
        for: expect.objectContaining({ label: 'one' }),
      }),
    ]);
    expect(await names('routes')).toEqual(['one']);
    expect(await names('consumers')).toEqual([]);
    expect(await names('services')).toHaveLength(4);
  });

  it('leaves out what is excepted', async () => {
    const { restore } = await prepared();
    const { data } = await restore('--except', 'services/orders', '--except', 'services/stray-0', '--dry-run');
    expect(data?.counts).toEqual({ creates: 1, updates: 0, deletes: 2 });
    expect(data?.blocked.map(({ label, why }) => [label, why])).toEqual([
      ['one', 'needs'],
      ['two', 'needs'],
    ]);
  });

  it('says when a selector names nothing, and refuses one that is none', async () => {
    const { cli, restore } = await prepared();
    const { exitCode, stderr } = await restore('--only', 'routes/nope', '--dry-run');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('routes/nope names nothing that differs')]);
    for (const wrong of [
      ['--only', '/x'],
      ['--mode', 'all'],
      ['--accept-deletes', 'x'],
    ]) {
      const ran = await cli.run(['restore', 'production/latest', 'staging', ...wrong]);
      expect([wrong, ran.exitCode]).toEqual([wrong, 2]);
    }
  });

  it('writes nothing by --yes where a selector names nothing that is there, and names what is close', async () => {
    const { restore, names } = await prepared();
    for (const [wrong, words] of [
      ['services/stray-00', 'services/stray-0'],
      ['workspace:defalt/services', 'workspace:default/services'],
      ['servces', 'services'],
    ] as const) {
      const { exitCode, stderr } = await restore('--except', wrong, '--yes');
      expect([wrong, exitCode, stderr]).toEqual([wrong, 2, expect.stringContaining('selector-unknown')]);
      expect(stderr).toMatch(new RegExp(`Did you mean .*${words}`));
    }
    expect(await names('services')).toHaveLength(3);
    // Even to look at: no plan can be meant by a kind that there is not.
    expect((await restore('--only', 'servces', '--dry-run')).exitCode).toBe(2);
    // What is there and equal is no mistake: the same command may be run again.
    await restore('--only', 'routes/one', '--yes');
    const again = await restore('--only', 'routes/one', '--except', 'plugins', '--yes');
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('routes/one names nothing')]);
  });

  it('deletes more than the environment lets pass only when their exact number is given', async () => {
    const { restore, names } = await prepared({ restore: { maxDeletes: 2 } });
    for (const flags of [[], ['--accept-deletes', '2']]) {
      const { exitCode, stderr } = await restore('--yes', ...flags);
      expect([flags, exitCode, stderr]).toEqual([flags, 2, expect.stringContaining('deletes-not-accepted')]);
      expect(stderr).toContain('--accept-deletes 3');
    }
    expect(await names('services')).toHaveLength(3);
    const { data } = await restore('--yes', '--accept-deletes', '3');
    expect(data).toMatchObject({ counts: { deletes: 3 }, report: { proof: 'equal' } });
    expect(await names('services')).toEqual(['orders']);
  });

  it('asks a person for their number', async () => {
    const { cli, names } = await prepared({ restore: { maxDeleteShare: 0.5 } });
    const run = (answer: string) =>
      cli.run(['restore', 'production/latest', 'staging', '--yes'], { answers: [answer] });
    expect((await run('yes')).exitCode).toBe(2);
    expect((await run('3')).exitCode).toBe(0);
    expect(await names('services')).toEqual(['orders']);
  });

  it('overrides what is other in the environment, says how often, and proves it', async () => {
    const { target, restore } = await prepared({
      overrides: [
        { hosts: { 'orders.prod.test': 'orders.staging.test', 'api.prod.test': 'api.staging.test' } },
        { select: { kind: 'services', name: 'ord*' }, set: { retries: 2 } },
        { tags: { prod: 'staging' } },
        { targets: { '10.0.0.1': '10.1.0.1' } },
      ],
    });
    const { data } = await restore('--yes');
    expect(data?.overrides.map(({ hits }) => hits)).toEqual([3, 1, 1, 0]);
    expect(data?.warnings).toContainEqual({
      code: 'override-idle',
      message: 'The override "targets 10.0.0.1 → 10.1.0.1" of staging fits nothing in the snapshot.',
    });
    expect(data?.report).toMatchObject({ proof: 'equal' });
    expect((await admin(target, 'GET', '/services/orders')).body).toMatchObject({
      host: 'orders.staging.test',
      retries: 2,
      tags: ['staging'],
    });
    expect((await admin(target, 'GET', '/routes/one')).body).toMatchObject({ hosts: ['api.staging.test'] });
  });

  it('brings a snapshot that the environment took itself back as it is', async () => {
    const { cli, target } = await prepared({ overrides: [{ hosts: { 'stray.test': 'other.test' } }] });
    await cli.run(['backup', 'staging']);
    await admin(target, 'PATCH', '/services/stray-0', { host: 'changed.test' });
    await cli.run(['restore', 'staging/latest', 'staging', '--yes']);
    expect((await admin(target, 'GET', '/services/stray-0')).body).toMatchObject({ host: 'stray.test' });
  });

  it('deletes nothing by a snapshot of some tags where others are in use, unless asked to', async () => {
    const { cli, target } = await prepared();
    await cli.write(
      'kong-environments.yaml',
      JSON.stringify({
        environments: [{ id: 's', name: 'staging', adminUrl: target.url, engine: 'admin-api', selectTags: ['team-a'] }],
      }),
    );
    await admin(target, 'POST', '/services', { name: 'a', host: 'a.test', tags: ['team-a'] });
    await cli.run(['backup', 'staging']);
    await admin(target, 'POST', '/services', { name: 'a2', host: 'a.test', tags: ['team-a'] });
    const plan = async (...flags: string[]) =>
      (
        await cli.run(['restore', 'staging/latest', 'staging', '--dry-run', '--format', 'json', ...flags])
      ).json<Planned>();
    expect(await plan()).toMatchObject({ mode: 'exact', counts: { deletes: 1 } });
    await admin(target, 'POST', '/services', { name: 'b', host: 'b.test', tags: ['team-b'] });
    expect(await plan()).toMatchObject({
      mode: 'add-and-update',
      counts: { deletes: 0 },
      left: 1,
      warnings: [expect.objectContaining({ code: 'change-left-out' })],
    });
    expect(await plan('--mode', 'exact')).toMatchObject({ counts: { deletes: 1 } });
  });

  it('writes a plan for a pull request', async () => {
    const { cli } = await prepared();
    const flags = ['--only', 'routes/one', '--dry-run', '--format', 'markdown'];
    const { stdout } = await cli.run(['restore', 'production/latest', 'staging', ...flags]);
    expect(stdout).toMatch(/^### Restore staging to production\//);
    expect(stdout).toContain('**2 to create, 0 to update, 0 to delete**');
    expect(stdout).toMatch(/services "orders" is added: routes "one" needs it/);
  });
});

describe('a selector', () => {
  it.each([
    ['routes', { kind: 'routes' }],
    ['key-sets/a/b', { kind: 'key_sets', name: 'a/b' }],
    ['workspace:team a', { workspace: 'team a' }],
    ['workspace:w/routes', { workspace: 'w', kind: 'routes' }],
    ['workspace:w/routes/one', { workspace: 'w', kind: 'routes', name: 'one' }],
  ])('%s', (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
    expect(parseSelector(selectorText(selector))).toEqual(selector);
  });

  it.each(['', '/x', 'routes/', 'workspace:', 'workspace:w/', 'two words', 'kind:x'])('is not %j', (text) => {
    expect(parseSelector(text)).toBeUndefined();
  });
});

describe('what a restore leaves as it is', () => {
  it('is named in plan, report and proof, and not called equal', async () => {
    const gateway = await practiceGateway({ workspaces: ['ws2'] });
    await admin(gateway, 'POST', '/services', { name: 'a', host: 'one.test' });
    const cli = await CliFolder.make([{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api' }]);
    await cli.run(['backup', 'shop', '--workspace', 'default']);
    await admin(gateway, 'POST', '/ca_certificates', { cert: authorities[0] ?? '' });
    const left = 'Workspaces left as they are, not in the snapshot: ws2.';
    const nothing = await cli.run(['restore', 'shop/latest', 'shop', '--dry-run']);
    expect(nothing.stdout).toMatch(/^What was compared of shop is what .* says, apart from what the warnings name\./);
    expect(nothing.stdout).toContain(left);
    expect(nothing.stdout).toContain('gateway-wide-kept');
    const markdown = await cli.run(['restore', 'shop/latest', 'shop', '--dry-run', '--format', 'markdown']);
    expect(markdown.stdout).toContain('No differences in what was compared.');
    await admin(gateway, 'PATCH', '/services/a', { host: 'two.test' });
    const nowhere = await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--report', 'nodir/report.md']);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('or name another file') as string]);
    expect((await cli.run(['restore', 'shop/latest', 'shop', '--dry-run'])).exitCode).toBe(1);
    const restored = await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--report', 'report.md']);
    expect([restored.exitCode, restored.stdout]).toEqual([0, expect.stringContaining(left)]);
    expect(restored.stdout).toContain('what was compared is equal to the snapshot, apart from what the warnings name.');
    const proof = await readFile(path.join(cli.folder, 'report.md'), 'utf8');
    expect(proof).toContain('What was compared is equal to the snapshot');
    expect(proof).not.toContain('nothing differs');
    expect(proof).toContain(left);
  });
});
