import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deckNew } from '../../scripts/tools/deckNew.js';
import { deckOld } from '../../scripts/tools/deckOld.js';
import { quietContext } from '../../src/core/context.js';
import { createAdminEntitiesDriver } from '../../src/drivers/adminEntities.js';
import { createDeckRbac } from '../../src/drivers/deckRbac.js';
import { sourceOf } from '../contract/partDriverContract.js';
import { someGateway } from '../helpers/someGateway.js';
import {
  type EnterpriseGateway,
  fillEnterprise,
  operatorToken,
  startEnterpriseGateway,
} from '../helpers/enterpriseGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

const current = await requireTool(deckNew);
const old = await requireTool(deckOld);

async function start(): Promise<EnterpriseGateway> {
  const gateway = await startEnterpriseGateway();
  onTestFinished(() => gateway.close());
  return gateway;
}

const rbac = (deckPath: string) => createDeckRbac({ deckPath, requestTimeout: 10_000 });

current.describeTool('decK 1.55.0', () => {
  it('writes the roles of each workspace beside ours', async () => {
    const gateway = await start();
    await fillEnterprise(gateway);
    const directory = path.join(await temporaryFolder(), 'rbac');
    await mkdir(directory);
    const undoFolder = path.join(directory, '..', 'undo');
    const driver = createAdminEntitiesDriver({ requestTimeout: 5000, undoFolder, deck: rbac(current.path) });
    const request = { gateway: someGateway, workspaces: ['default', 'payments'], directory };
    const taken = await driver.backup(gateway.target, request, quietContext());
    expect(taken.details).toMatchObject({ deck: '1.55.0' });
    expect(taken.warnings.map(({ code }) => code)).toEqual(['secrets-to-recreate']);
    const text = await readFile(path.join(directory, 'deck/payments.yaml'), 'utf8');
    expect(text).toContain('payers');
    expect(text).not.toContain(operatorToken);
  });

  it('brings the roles of a workspace to another gateway', async () => {
    const [from, to] = [await start(), await start()];
    await fillEnterprise(from);
    const file = path.join(await temporaryFolder(), 'payments.yaml');
    const deck = rbac(current.path);
    const counts = await deck.dump(from.target, 'payments', file, quietContext());
    expect(counts).toEqual({ rbac_roles: 1, rbac_endpoint_permissions: 2 });
    await deck.sync(to.target, 'payments', file, quietContext());
    expect(await to.status('/payments/rbac/roles/payers')).toBe(200);
    expect((await to.ask('GET', '/payments/rbac/roles/payers/endpoints'))['data']).toHaveLength(2);
  });

  it('restores roles by its own files when that is chosen, and by no token that could lock itself out', async () => {
    const gateway = await start();
    const { ask, target } = gateway;
    await fillEnterprise(gateway);
    await ask('POST', '/rbac/roles', { name: 'boss' });
    await ask('POST', '/rbac/roles/boss/endpoints', { endpoint: '*', workspace: '*', actions: '*' });
    await ask('POST', '/rbac/users', { name: 'operator', user_token: operatorToken });
    await ask('POST', '/rbac/users/operator/roles', { roles: 'boss' });
    const directory = path.join(await temporaryFolder(), 'rbac');
    await mkdir(directory);
    const undoFolder = path.join(directory, '..', 'undo');
    const driver = createAdminEntitiesDriver({ requestTimeout: 5000, undoFolder, deck: rbac(current.path) });
    const request = { gateway: someGateway, workspaces: ['default', 'payments'], directory };
    const source = await sourceOf(driver, await driver.backup(target, request, quietContext()), directory);
    await ask('DELETE', '/payments/rbac/roles/payers');
    await ask('POST', '/rbac/roles', { name: 'extra' });
    await ask('POST', '/rbac/users/ops-bot/roles', { roles: 'extra' });
    await ask('PATCH', '/rbac/roles/ops/endpoints/default/services/*', { actions: 'delete' });
    const options = { choices: { by: 'deck' } };
    const plan = await driver.planRestore(target, source, options, quietContext());
    expect(plan.steps.map(({ id }) => id)).toEqual(['keep', 'deck:default', 'deck:payments', 'read-back']);
    const confirm = () => Promise.resolve(true);
    const result = await driver.restore(target, source, { ...options, confirm }, quietContext());
    expect(result).toMatchObject({ verified: true, done: plan.steps.map(({ id }) => id) });
    expect(await gateway.status('/rbac/roles/extra')).toBe(404);
    const said = result.warnings.find(({ code }) => code === 'undo-kept')?.message ?? '';
    const undo = said.slice(said.indexOf('"undo": ') + 8);
    const back = await driver.restore(target, source, { choices: { undo }, confirm }, quietContext());
    expect(back).toMatchObject({ verified: true });
    expect((await ask('GET', '/rbac/users/ops-bot/roles'))['roles']).toHaveLength(2);
    await driver.restore(target, source, { ...options, confirm }, quietContext());
    await ask('PATCH', '/rbac/roles/boss/endpoints/*/*', { negative: true });
    const locking = await driver.planRestore(target, source, options, quietContext());
    expect(locking.refused?.reason).toContain('token in use');
    const restoring = driver.restore(target, source, { ...options, confirm }, quietContext());
    await expect(restoring).rejects.toMatchObject({ name: 'KongBackupError' });
  });

  it('says why the roles of a workspace could not be dumped, and takes the rest all the same', async () => {
    const gateway = await start();
    await fillEnterprise(gateway);
    const directory = path.join(await temporaryFolder(), 'rbac');
    await mkdir(directory);
    const undoFolder = path.join(directory, '..', 'undo');
    const driver = createAdminEntitiesDriver({ requestTimeout: 5000, undoFolder, deck: rbac(current.path) });
    const request = { gateway: someGateway, workspaces: ['default', 'none'], directory };
    const taken = await driver.backup(gateway.target, request, quietContext());
    expect(taken.warnings).toMatchObject([{}, { code: 'deck-rbac-failed', workspace: 'none' }]);
    expect(taken.counts['rbac_roles']).toBe(1);
  });
});

old.describeTool('decK 1.4.0', () => {
  it('has no word for roles, and is left out', async () => {
    const gateway = await start();
    expect(await rbac(old.path).version(gateway.target, quietContext())).toBeUndefined();
  });
});

it('does without decK where there is none', async () => {
  const gateway = await start();
  expect(await rbac('no-such-deck').version(gateway.target, quietContext())).toBeUndefined();
});
