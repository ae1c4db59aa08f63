import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartDriver } from '../../src/core/partDriver.js';
import { createAdminEntitiesDriver } from '../../src/drivers/adminEntities.js';
import { createKeyringDriver } from '../../src/drivers/keyring.js';
import type { KeyringProtection } from '../../src/drivers/keyringFile.js';
import { createLicencesDriver } from '../../src/drivers/licences.js';
import { createPortalDriver } from '../../src/drivers/portal.js';
import { enterpriseText, fillEnterprise, startEnterpriseGateway } from '../helpers/enterpriseGateway.js';
import { portalText, standInPortal } from '../helpers/portalStandIn.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { partDriverContract, type PartUnderTest } from './partDriverContract.js';

const options = { choices: { deleteOthers: true } };

/** The suite's gateway is of open source, which has none of this: so the drivers are not told. */
const asked = (driver: PartDriver): PartDriver => ({
  ...driver,
  probe: (target, _gateway, context) => driver.probe(target, undefined, context),
});

partDriverContract('admin entities', async (): Promise<PartUnderTest> => {
  const gateway = await startEnterpriseGateway();
  await fillEnterprise(gateway);
  await gateway.ask('POST', '/rbac/users', { name: 'operator', user_token: 'the-token-of-the-operator' });
  const { ask } = gateway;
  return {
    driver: asked(
      createAdminEntitiesDriver({
        requestTimeout: 5000,
        undoFolder: path.join(await temporaryFolder(), 'undo'),
      }),
    ),
    target: gateway.target,
    options,
    read: () => enterpriseText(gateway),
    async change() {
      await ask('DELETE', '/rbac/roles/ops');
      await ask('POST', '/rbac/roles', { name: 'new' });
      await ask('POST', '/rbac/users', { name: 'newcomer', user_token: 'something' });
      await ask('POST', '/rbac/users/newcomer/roles', { roles: 'new' });
      await ask('PATCH', '/rbac/users/ops-bot', { enabled: false, comment: null });
      await ask('PATCH', '/admins/ann', { rbac_token_enabled: false });
      await ask('PATCH', '/workspaces/default', { comment: 'changed' });
      await ask('DELETE', '/groups/staff');
      await ask('POST', '/event-hooks', { source: 'balancer', handler: 'log', config: {} });
    },
    close: () => gateway.close(),
  };
});

partDriverContract('licences', async (): Promise<PartUnderTest> => {
  const gateway = await startEnterpriseGateway();
  const { ask } = gateway;
  const made = await ask('POST', '/licenses', { payload: '{"license":{"payload":{"dataplanes":"2"}}}' });
  return {
    driver: asked(
      createLicencesDriver({ requestTimeout: 5000, undoFolder: path.join(await temporaryFolder(), 'undo') }),
    ),
    target: gateway.target,
    options,
    read: async () => {
      const { data } = await ask('GET', '/licenses');
      return JSON.stringify((data as { id: string; payload: string }[]).map(({ id, payload }) => [id, payload]));
    },
    async change() {
      await ask('PATCH', `/licenses/${String(made['id'])}`, { payload: 'old' });
      await ask('POST', '/licenses', { payload: 'another' });
    },
    close: () => gateway.close(),
  };
});

partDriverContract('keyring', async (): Promise<PartUnderTest> => {
  const gateway = await startEnterpriseGateway({ keyring: { keyPair: 'pair' } });
  const { ask } = gateway;
  const first = await ask('GET', '/keyring/active');
  const second = await ask('POST', '/keyring/generate');
  const seal: KeyringProtection = {
    by: 'age',
    encrypt: (text) => Promise.resolve(Buffer.from(text).toString('hex')),
    decrypt: (text) => Promise.resolve(Buffer.from(text, 'hex').toString()),
  };
  return {
    driver: asked(createKeyringDriver({ requestTimeout: 5000, protection: () => Promise.resolve(seal) })),
    target: gateway.target,
    options: { choices: { acknowledged: true } },
    read: async () => {
      const { ids, active } = await ask('GET', '/keyring');
      return JSON.stringify([[...(ids as string[])].sort(), active]);
    },
    async change() {
      await ask('POST', '/keyring/activate', { key: second['id'] ?? null });
      await ask('POST', '/keyring/remove', { key: first['id'] ?? null });
    },
    close: () => gateway.close(),
  };
});

partDriverContract('portal', async (): Promise<PartUnderTest> => {
  const served = await temporaryFolder();
  const own = path.join(served, 'default');
  await mkdir(path.join(own, 'content'), { recursive: true });
  await mkdir(path.join(own, 'themes/base'), { recursive: true });
  await writeFile(path.join(own, 'portal.conf.yaml'), 'name: Shop\n');
  await writeFile(path.join(own, 'content/index.txt'), 'welcome to the shop, to all of it, at any time');
  await writeFile(path.join(own, 'themes/base/logo.png'), Buffer.from([0, 255, 1, 254]));
  return {
    driver: createPortalDriver({ requestTimeout: 5000, undoFolder: path.join(await temporaryFolder(), 'undo') }),
    target: standInPortal(served),
    read: () => portalText(served),
    async change() {
      await rm(path.join(own, 'content/index.txt'));
      await writeFile(path.join(own, 'portal.conf.yaml'), 'name: Other\n');
      await writeFile(path.join(own, 'content/added.txt'), 'new');
    },
  };
});
