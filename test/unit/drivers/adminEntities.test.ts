import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { PartDriver, PartRestoreOptions, PartSource, TakenPart } from '../../../src/core/partDriver.js';
import { createAdminEntitiesDriver } from '../../../src/drivers/adminEntities.js';
import { createLicencesDriver } from '../../../src/drivers/licences.js';
import { sourceOf } from '../../contract/partDriverContract.js';
import { someGateway } from '../../helpers/someGateway.js';
import {
  type EnterpriseGateway,
  enterpriseText,
  fillEnterprise,
  operatorToken,
  startEnterpriseGateway,
} from '../../helpers/enterpriseGateway.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const yes = (): Promise<boolean> => Promise.resolve(true);
const gateway = { ...someGateway, edition: 'enterprise' as const };

async function start(): Promise<EnterpriseGateway> {
  const started = await startEnterpriseGateway();
  onTestFinished(() => started.close());
  return started;
}

interface Bench {
  driver: PartDriver;
  take(from: EnterpriseGateway): Promise<{ taken: TakenPart; source: PartSource; directory: string }>;
  plan(
    to: EnterpriseGateway,
    source: PartSource,
    choices?: PartRestoreOptions['choices'],
  ): ReturnType<PartDriver['planRestore']>;
  restore(
    to: EnterpriseGateway,
    source: PartSource,
    choices?: PartRestoreOptions['choices'],
  ): ReturnType<PartDriver['restore']>;
  /** Everything that was logged. */
  said: string[];
}

async function bench(): Promise<Bench> {
  const root = await temporaryFolder();
  const driver = createAdminEntitiesDriver({ requestTimeout: 5000, undoFolder: path.join(root, 'undo') });
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const context = { ...quietContext(), log: { debug: say, info: say, warn: say, error: say } };
  let count = 0;
  return {
    driver,
    said,
    async take({ target }) {
      const directory = path.join(root, String(++count), 'rbac');
      await mkdir(directory, { recursive: true });
      const taken = await driver.backup(target, { gateway, workspaces: ['default', 'payments'], directory }, context);
      return { taken, source: await sourceOf(driver, taken, directory), directory };
    },
    plan: ({ target }, source, choices = {}) => driver.planRestore(target, source, { choices }, context),
    restore: ({ target }, source, choices = {}) => driver.restore(target, source, { choices, confirm: yes }, context),
  };
}

const codes = (list: { code: string }[]): string[] => list.map(({ code }) => code);

it('brings all of it to an empty gateway, both workspaces, and has nothing left to do', async () => {
  const [from, to, { take, restore, plan }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { taken, source } = await take(from);
  expect(taken.gaps).toEqual([]);
  expect(taken.counts).toEqual({
    workspaces: 2,
    rbac_roles: 2,
    rbac_endpoint_permissions: 4,
    rbac_entity_permissions: 2,
    rbac_users: 2,
    rbac_user_roles: 2,
    groups: 1,
    group_roles: 1,
    admins: 2,
    admin_roles: 2,
    developers: 2,
    event_hooks: 2,
  });
  const result = await restore(to, source);
  expect(result).toMatchObject({ verified: true, counts: taken.counts });
  expect(await enterpriseText(to)).toBe(await enterpriseText(from));
  expect((await plan(to, source)).steps.map(({ id }) => id)).toEqual(['read-back']);
});

it('makes a workspace that the target lacks before what is in it', async () => {
  const [from, to, { take, restore }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  await to.ask('DELETE', '/workspaces/payments');
  const { source } = await take(from);
  expect(await restore(to, source)).toMatchObject({ verified: true });
  expect(await to.status('/payments/rbac/roles/payers')).toBe(200);
});

it('follows pages to their end', async () => {
  const [from, { take }] = [await start(), await bench()];
  await from.ask('POST', '/rbac/roles', { name: 'many' });
  for (let at = 0; at < 1005; at++) {
    await from.ask('POST', '/rbac/roles/many/endpoints', { endpoint: `/services/${at}`, actions: 'read' });
  }
  expect((await take(from)).taken.counts['rbac_endpoint_permissions']).toBe(1005);
});

it('names what the token may not read, and never deletes it', async () => {
  const [from, { take, plan }] = [await start(), await bench()];
  await fillEnterprise(from);
  from.faults.add({ methods: ['GET'], path: /^\/payments\/rbac\/users$/, effect: { status: 403 } });
  const { taken, source } = await take(from);
  expect(taken.gaps.map(({ kind, workspace }) => `${workspace}/${kind}`)).toEqual([
    'payments/rbac_users',
    'payments/rbac_user_roles',
  ]);
  expect(taken.counts['rbac_users']).toBe(1);
  from.faults.clear();
  const planned = await plan(from, source, { deleteOthers: true });
  expect(planned.steps.map(({ id }) => id)).toEqual(['read-back']);
});

it('leaves alone what it can not read of the target, and says so', async () => {
  const [from, to, { take, plan }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  to.faults.add({ methods: ['GET'], path: /^\/groups$/, effect: { status: 403 } });
  const planned = await plan(to, source);
  expect(codes(planned.warnings)).toContain('target-unread');
  expect(planned.steps.map(({ id }) => id)).not.toContain('groups');
});

it('is not there on open source, and can not be taken where every address is forbidden', async () => {
  const [from, { driver }] = [await start(), await bench()];
  expect(await driver.probe(from.target, someGateway, quietContext())).toEqual({ present: false });
  for (const at of ['/rbac/roles', '/rbac/users', '/groups', '/admins', '/developers', '/event-hooks']) {
    from.faults.add({ path: new RegExp(`^${at}$`), effect: { status: 403 } });
  }
  const found = await driver.probe(from.target, gateway, quietContext());
  expect(found).toMatchObject({ present: true, availability: { available: false, code: 'gateway-forbidden' } });
});

it('keeps no token or password, lists whose are lost, and lets nobody else read the files', async () => {
  const [from, to, { take, restore, said }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { taken, source, directory } = await take(from);
  const texts: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const place = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) texts.push(await readFile(place, 'utf8'));
    if (process.platform !== 'win32') expect((await stat(place)).mode & 0o077).toBe(0);
  }
  const all = texts.join('\n');
  expect(all).not.toMatch(/user_token|\$2b\$|token-of-/);
  const lost = JSON.parse(await readFile(path.join(directory, 'to-recreate.json'), 'utf8')) as { entries: object[] };
  expect(lost.entries).toHaveLength(6);
  expect(codes(taken.warnings)).toEqual(['secrets-to-recreate']);
  expect(taken.details?.['toRecreate']).toContain('payments/rbac_users/payers-bot');
  const result = await restore(to, source);
  expect(codes(result.warnings)).toContain('secrets-to-recreate');
  expect([...said, JSON.stringify(result)].join('\n')).not.toMatch(/user_token|password":"|the-token-of/);
});

it('spares the user that the token belongs to, its roles and their permissions', async () => {
  const [from, to, { take, plan, restore }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  await fillEnterprise(to);
  await to.ask('POST', '/rbac/roles', { name: 'boss' });
  await to.ask('POST', '/rbac/roles/boss/endpoints', { endpoint: '*', workspace: '*', actions: '*' });
  await to.ask('POST', '/rbac/users', { name: 'operator', user_token: operatorToken });
  await to.ask('POST', '/rbac/users/operator/roles', { roles: 'boss' });
  await to.ask('POST', '/rbac/roles', { name: 'other' });
  const planned = await plan(to, source, { deleteOthers: true });
  expect(codes(planned.warnings)).toContain('operator-spared');
  expect(await restore(to, source, { deleteOthers: true })).toMatchObject({ verified: true });
  expect(await to.status('/rbac/users/operator')).toBe(200);
  expect(await to.status('/rbac/roles/boss')).toBe(200);
  expect((await to.ask('GET', '/rbac/roles/boss/endpoints'))['data']).toHaveLength(1);
  expect(((await to.ask('GET', '/rbac/users/operator/roles'))['roles'] as object[]).length).toBe(1);
  expect(await to.status('/rbac/roles/other')).toBe(404);
});

it('takes no user or role away where nobody knows whose the token is', async () => {
  const [from, to, { take, plan }] = [await start(), await start(), await bench()];
  const { source } = await take(from);
  await fillEnterprise(to);
  const planned = await plan(to, source, { deleteOthers: true });
  expect(codes(planned.warnings)).toContain('operator-unknown');
  const [removal] = planned.steps.filter(({ destroys }) => destroys);
  expect(removal?.destroys).not.toMatch(/roles|users|admins|groups/);
  expect(removal?.destroys).toMatch(/developers/);
});

it('changes no permission of a role that could be that of an unknown token, and disables nobody', async () => {
  const [from, to, { take, plan, restore }] = [await start(), await start(), await bench()];
  for (const each of [from, to]) await fillEnterprise(each);
  await from.ask('PATCH', '/rbac/roles/ops/endpoints/*/*', { negative: true });
  await from.ask('POST', '/rbac/roles/ops/endpoints', { endpoint: '/rbac', actions: 'read', negative: true });
  await from.ask('POST', '/rbac/roles/ops/endpoints', { endpoint: '/plugins', actions: 'read' });
  await from.ask('PATCH', '/rbac/users/ops-bot', { enabled: false });
  const { source } = await take(from);
  const planned = await plan(to, source);
  expect(codes(planned.warnings)).toContain('operator-unknown');
  expect(planned.steps.map(({ id }) => id)).toEqual(['keep', 'rbac_endpoint_permissions', 'read-back']);
  await restore(to, source);
  expect(await to.status('/rbac/roles/ops/endpoints/default/plugins')).toBe(200);
  expect(await to.status('/rbac/roles/ops/endpoints/default/rbac')).toBe(404);
  expect(await to.ask('GET', '/rbac/users/ops-bot')).toMatchObject({ enabled: true });
});

it('deletes only when told so, and never an admin that another workspace wants', async () => {
  const [from, to, { take, plan, restore }] = [await start(), await start(), await bench()];
  for (const each of [from, to]) {
    await each.ask('POST', '/rbac/users', { name: 'operator', user_token: operatorToken });
    await each.ask('POST', '/payments/admins', { username: 'ann', email: 'ann@example.com' });
  }
  await to.ask('PATCH', '/admins/ann/workspaces/default');
  await to.ask('POST', '/developers', { email: 'extra@example.com' });
  const { source } = await take(from);
  expect((await plan(to, source)).steps.some(({ destroys }) => destroys)).toBe(false);
  expect(await restore(to, source, { deleteOthers: true })).toMatchObject({ verified: true });
  expect(await to.status('/payments/admins/ann')).toBe(200);
  expect(await to.status('/developers/extra@example.com')).toBe(404);
});

it('goes back on request: what was made goes, what was changed and taken comes back', async () => {
  const [from, to, { take, restore }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  await to.ask('POST', '/rbac/users', { name: 'operator', user_token: operatorToken });
  await to.ask('POST', '/rbac/roles', { name: 'ops', comment: 'of the target' });
  await to.ask('POST', '/rbac/roles', { name: 'extra' });
  await to.ask('POST', '/rbac/roles/extra/endpoints', { endpoint: '/routes', actions: 'read' });
  const before = await enterpriseText(to);
  const result = await restore(to, source, { deleteOthers: true });
  expect(result.verified).toBe(true);
  expect(await enterpriseText(to)).not.toBe(before);
  const said = result.warnings.find(({ code }) => code === 'undo-kept')?.message ?? '';
  const undo = said.slice(said.indexOf('"undo": ') + 8);
  if (process.platform !== 'win32') expect((await stat(undo)).mode & 0o077).toBe(0);
  expect(await restore(to, source, { undo })).toMatchObject({ verified: true });
  expect(await enterpriseText(to)).toBe(before);
  await expect(restore(to, source, { undo: `${undo}.not` })).rejects.toMatchObject({ code: 'file-unreadable' });
});

it('goes back where nobody knows whose the token is, too', async () => {
  const [from, to, { take, restore }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  const before = await enterpriseText(to);
  const { warnings } = await restore(to, source);
  const said = warnings.find(({ code }) => code === 'undo-kept')?.message ?? '';
  await restore(to, source, { undo: said.slice(said.indexOf('"undo": ') + 8) });
  expect(await enterpriseText(to)).toBe(before);
});

it('goes on with the other entries of a kind when one is refused, says which, and does only that one again', async () => {
  const [from, to, { take, plan, restore }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  to.faults.add({
    methods: ['POST'],
    path: /^\/payments\/developers$/,
    effect: { status: 400, body: { message: 'no' } },
  });
  const result = await restore(to, source);
  expect(result).toMatchObject({ verified: false, failed: { step: 'developers' } });
  expect(result.failed?.reason).toContain('payments/dev@payers.example');
  expect(result.failed?.remedy).toContain('restore again');
  expect(await to.status('/developers/dev@ops.example')).toBe(200);
  to.faults.clear();
  const ids = (await plan(to, source)).steps.map(({ id }) => id);
  expect(ids).toEqual(['keep', 'developers', 'event_hooks', 'read-back']);
  expect(await restore(to, source)).toMatchObject({ verified: true });
});

it('stops in the middle when the gateway is gone, with a note to go back by', async () => {
  const [from, to, { take, restore, said }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  to.faults.add({ methods: ['POST'], path: /^\/rbac\/users$/, effect: 'reset' });
  await expect(restore(to, source)).rejects.toMatchObject({ code: 'gateway-unreachable' });
  const [, note = ''] = /"undo": (.+)/.exec(said.join('\n')) ?? [];
  expect(await readFile(note, 'utf8')).toContain('"changes"');
  to.faults.clear();
  expect(await restore(to, source)).toMatchObject({ verified: true });
});

it('tells a gateway without a kind from one without entries of it', async () => {
  const [from, to, { take, plan }] = [await start(), await start(), await bench()];
  await fillEnterprise(from);
  const { source } = await take(from);
  to.faults.add({ methods: ['GET'], path: /^\/developers$/, effect: { status: 404, body: { message: 'Not found' } } });
  to.faults.add({
    methods: ['GET'],
    path: /^\/payments\/developers$/,
    effect: { status: 404, body: { message: 'Not found' } },
  });
  const planned = await plan(to, source);
  expect(codes(planned.warnings)).toContain('target-without-kind');
  expect(planned.steps.map(({ id }) => id)).not.toContain('developers');
});

it('shows no payload of a licence in what a person reads', async () => {
  const from = await start();
  const root = await temporaryFolder();
  await from.ask('POST', '/licenses', { payload: 'signature-of-the-licence' });
  const driver = createLicencesDriver({ requestTimeout: 5000, undoFolder: path.join(root, 'undo') });
  const directory = path.join(root, 'licences');
  await mkdir(directory);
  const taken = await driver.backup(from.target, { gateway, workspaces: ['default'], directory }, quietContext());
  expect(taken.counts).toEqual({ licenses: 1 });
  const source = await sourceOf(driver, taken, directory);
  const to = await start();
  const planned = await driver.planRestore(to.target, source, {}, quietContext());
  expect(planned.steps.map(({ id }) => id)).toEqual(['keep', 'licenses', 'read-back']);
  expect(JSON.stringify([taken, planned])).not.toContain('signature-of-the-licence');
});
