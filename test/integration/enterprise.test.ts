import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { quietContext } from '../../src/core/context.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { generateKey } from '../../src/stores/encoding/keys.js';
import { CliFolder, schemas } from '../helpers/cli.js';
import { fillEnterprise, operatorToken, startEnterpriseGateway } from '../helpers/enterpriseGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** The app over an Enterprise gateway, with this text behind the entry of its environment. */
async function backupWith(more: { stores: string; environment: string }): Promise<{ app: App; manifest: Manifest }> {
  const gateway = await startEnterpriseGateway({ keyring: {} });
  onTestFinished(() => gateway.close());
  await fillEnterprise(gateway);
  await gateway.ask('POST', '/licenses', { payload: 'a licence' });
  const folder = await temporaryFolder();
  const environmentsFile = path.join(folder, 'kong-environments.yaml');
  const entry = `  - id: id-of-test\n    name: test\n    adminUrl: ${gateway.url}\n    mode: traditional\n${more.environment}`;
  await writeFile(environmentsFile, `version: 1\n${more.stores}environments:\n${entry}`);
  const app = createApp({
    environmentsFile,
    snapshotRoot: path.join(folder, '.kong-snapshots'),
    schemaFolder: schemas,
    version: '0.0.0',
    deckPath: 'no-such-deck',
    requestTimeout: 5000,
    storedToken: () => Promise.resolve(operatorToken),
  });
  const environment = await app.environment('test');
  return { app, manifest: await app.backup(environment, {}, quietContext()) };
}

const kindsOf = ({ parts }: Manifest): string[] => [...new Set(parts.map(({ kind }) => kind))];

it('takes what only Enterprise has with each backup, and says why it leaves the keyring', async () => {
  const { manifest } = await backupWith({ stores: '', environment: '' });
  expect(kindsOf(manifest)).toEqual(['entities', 'rbac', 'licences']);
  expect(manifest.failures ?? []).toEqual([]);
  const rbac = manifest.parts.find(({ kind }) => kind === 'rbac');
  expect(rbac?.counts).toMatchObject({ rbac_roles: 2, admins: 2, workspaces: 2 });
  expect(rbac?.files.map(({ path: file }) => file)).toContain('rbac/workspaces/payments/rbac_roles.json');
  const keyring = manifest.coverage.notHeld.find(({ part }) => part === 'keyring');
  expect(keyring?.remedy).toContain('encryption');
});

it('warns of lost keys until somebody says that they read it, and remembers that', async () => {
  const gateway = await startEnterpriseGateway({ keyring: {} });
  onTestFinished(() => gateway.close());
  const { recipient } = await generateKey(new Date());
  const cli = await CliFolder.make();
  const environment = {
    name: 'shop',
    adminUrl: gateway.url,
    mode: 'traditional',
    token: '${file:token}',
    store: 'safe',
  };
  const stores = [{ name: 'safe', folder: 'safe', encryption: { recipients: [recipient] } }];
  await cli.write('token', operatorToken);
  await cli.write('kong-environments.yaml', JSON.stringify({ stores, environments: [environment] }));
  const backUp = (answers?: string[], ...more: string[]) =>
    cli.run(['backup', 'shop', '--parts', 'keyring', ...more], answers && { answers });
  expect((await backUp()).stdout).toContain('keyring-keep-safe');
  const refused = await backUp(['no']);
  expect(refused.stderr).toContain('Type yes');
  expect((await backUp(['yes'])).stdout).toContain('keyring-keep-safe');
  const after = await backUp(['no']);
  expect(after.stdout + after.stderr).not.toMatch(/keyring-keep-safe|Type yes/);
  expect(await readFile(path.join(cli.folder, 'kong-environments.yaml'), 'utf8')).toContain('acknowledged');
});

it('takes the keyring into a store that encrypts', async () => {
  const { recipient } = await generateKey(new Date());
  const stores = `stores:\n  - name: safe\n    folder: safe\n    encryption:\n      recipients: [${recipient}]\n`;
  const { app, manifest } = await backupWith({ stores, environment: '    store: safe\n' });
  expect(kindsOf(manifest)).toEqual(['entities', 'rbac', 'licences', 'keyring']);
  expect(manifest.warnings.map(({ code }) => code)).toContain('keyring-keep-safe');
  expect(JSON.stringify(await app.snapshots())).not.toContain('a licence');
});
