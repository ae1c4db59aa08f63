import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type OperationContext, quietContext } from '../../../src/core/context.js';
import type { PartDriver, PartRestoreOptions, PartSource, TakenPart } from '../../../src/core/partDriver.js';
import { createKeyringDriver } from '../../../src/drivers/keyring.js';
import type { KeyringProtection } from '../../../src/drivers/keyringFile.js';
import type { KeyringPlayOptions } from '../../../src/practice/enterpriseKeyring.js';
import { sourceOf } from '../../contract/partDriverContract.js';
import { someGateway } from '../../helpers/someGateway.js';
import { type EnterpriseGateway, startEnterpriseGateway } from '../../helpers/enterpriseGateway.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const gateway = { ...someGateway, edition: 'enterprise' as const };
const yes = (): Promise<boolean> => Promise.resolve(true);
const acknowledged = { choices: { acknowledged: true } };
const byStore: KeyringProtection = { by: 'store' };

async function start(keyring?: KeyringPlayOptions): Promise<EnterpriseGateway> {
  const started = await startEnterpriseGateway(keyring ? { keyring } : {});
  onTestFinished(() => started.close());
  return started;
}

const driverWith = (protection: KeyringProtection | undefined): PartDriver =>
  createKeyringDriver({ requestTimeout: 5000, protection: () => Promise.resolve(protection) });

async function take(
  driver: PartDriver,
  { target }: Pick<EnterpriseGateway, 'target'>,
): Promise<{ taken: TakenPart; source: PartSource; file: string }> {
  const directory = path.join(await temporaryFolder(), 'keyring');
  await mkdir(directory);
  const taken = await driver.backup(target, { gateway, workspaces: ['default'], directory }, quietContext());
  return { taken, source: await sourceOf(driver, taken, directory), file: path.join(directory, 'keyring.json') };
}

const restore = (
  driver: PartDriver,
  { target }: Pick<EnterpriseGateway, 'target'>,
  source: PartSource,
  options: PartRestoreOptions = acknowledged,
  context: OperationContext = quietContext(),
): ReturnType<PartDriver['restore']> => driver.restore(target, source, { ...options, confirm: yes }, context);

const codes = (list: { code: string }[]): string[] => list.map(({ code }) => code);

it('is not there where the keyring is off, unless somebody described it', async () => {
  const off = await start();
  const driver = driverWith(byStore);
  expect(await driver.probe(off.target, gateway, quietContext())).toEqual({ present: false });
  const described = { ...off.target, environment: { ...off.target.environment, keyring: {} } };
  const found = await driver.probe(described, gateway, quietContext());
  expect(found).toMatchObject({ present: true, availability: { available: false, code: 'environment-invalid' } });
});

it('takes nothing where nothing encrypts it, and says the way out', async () => {
  const on = await start({});
  const driver = driverWith(undefined);
  const found = await driver.probe(on.target, gateway, quietContext());
  expect(found).toMatchObject({ present: true, availability: { available: false, code: 'key-missing' } });
  expect(JSON.stringify(found)).toContain('encryption');
  await expect(take(driver, on)).rejects.toMatchObject({ code: 'key-missing' });
});

it('can not export what Vault holds, and may be forbidden to look', async () => {
  const vault = await start({ strategy: 'vault' });
  await expect(take(driverWith(byStore), vault)).rejects.toMatchObject({ code: 'gateway-rejected' });
  vault.faults.add({ path: /^\/keyring$/, effect: { status: 403 } });
  const found = await driverWith(byStore).probe(vault.target, gateway, quietContext());
  expect(found).toMatchObject({ present: true, availability: { available: false, code: 'gateway-forbidden' } });
});

it("keeps Kong's own encryption, pairs itself with the database and warns", async () => {
  const on = await start({});
  const key = await on.ask('POST', '/keyring/generate');
  const { taken, file } = await take(driverWith(byStore), on);
  expect(await readFile(file, 'utf8')).not.toContain(String(key['key']));
  expect(codes(taken.warnings)).toEqual(['keyring-keep-safe', 'keyring-without-database']);
  expect(taken.details).toMatchObject({ protectedBy: 'store', pairedWith: null });
  const paired = { ...on.target, environment: { ...on.target.environment, database: {} } };
  const again = await take(driverWith(byStore), { target: paired });
  expect(codes(again.taken.warnings)).toEqual(['keyring-keep-safe']);
  const read = { ...on.target, environment: { ...paired.environment, keyring: { acknowledged: true } } };
  expect((await take(driverWith(byStore), { target: read })).taken.warnings).toEqual([]);
  expect(again.taken.details).toMatchObject({ pairedWith: 'database', active: expect.any(String) as string });
});

it('is restored only by somebody who read the warning', async () => {
  const on = await start({});
  const driver = driverWith(byStore);
  const { source } = await take(driver, on);
  const planned = await driver.planRestore(on.target, source, {}, quietContext());
  expect(planned.refused?.remedy).toContain('acknowledged');
  expect(codes(planned.warnings)).toContain('keyring-keep-safe');
  await expect(restore(driver, on, source, {})).rejects.toMatchObject({ code: 'confirmation-missing' });
});

it('fails on a gateway with another key pair, and changes nothing there', async () => {
  const [from, to] = [await start({ keyPair: 'one' }), await start({ keyPair: 'two' })];
  const driver = driverWith(byStore);
  const { source } = await take(driver, from);
  const before = await to.ask('GET', '/keyring');
  const result = await restore(driver, to, source);
  expect(result).toMatchObject({ done: [], verified: false, failed: { step: 'import' } });
  expect(await to.ask('GET', '/keyring')).toEqual(before);
});

it('brings the keys to another node of the same pair, and writes with the same one', async () => {
  const [from, to] = [await start({ keyPair: 'one' }), await start({ keyPair: 'one' })];
  const driver = driverWith(byStore);
  const { source, taken } = await take(driver, from);
  const result = await restore(driver, to, source);
  expect(result).toMatchObject({ done: ['import', 'activate', 'read-back'], verified: true });
  expect((await to.ask('GET', '/keyring'))['active']).toBe(taken.details?.['active']);
});

it('is not verified where the gateway goes on writing with another key', async () => {
  const [from, to] = [await start({ keyPair: 'one' }), await start({ keyPair: 'one' })];
  const driver = driverWith(byStore);
  const { source } = await take(driver, from);
  to.faults.add({ methods: ['POST'], path: /^\/keyring\/activate$/, effect: { status: 200, body: {} } });
  const result = await restore(driver, to, source);
  expect(result).toMatchObject({ done: ['import', 'activate'], verified: false, failed: { step: 'read-back' } });
});

it('finds before any change that there is no key to open it with', async () => {
  const on = await start({});
  const sealed: KeyringProtection = { by: 'age', encrypt: (text) => Promise.resolve(`sealed ${text.length}`) };
  const { source } = await take(driverWith(sealed), on);
  await on.ask('POST', '/keyring/generate');
  on.requests.clear();
  await expect(restore(driverWith(byStore), on, source)).rejects.toMatchObject({ code: 'key-missing' });
});

it('recovers what a restarted node lost, with the private key that the environment names', async () => {
  const recoveryPrivateKey = '-----BEGIN PRIVATE KEY-----\nMIIrecovery\n-----END PRIVATE KEY-----\n';
  const on = await start({ recoveryPrivateKey });
  const driver = driverWith(byStore);
  const { source } = await take(driver, on);
  const { id } = await on.ask('GET', '/keyring/active');
  await on.ask('POST', '/keyring/remove', { key: id ?? null });
  const options = { choices: { acknowledged: true, by: 'recover' } };
  const planned = await driver.planRestore(on.target, source, options, quietContext());
  expect(planned.refused?.remedy).toContain('recoveryPrivateKeyFile');
  const baseFolder = await temporaryFolder();
  const keyring = { recoveryPrivateKeyFile: 'recovery.pem' };
  const target = { ...on.target, baseFolder, environment: { ...on.target.environment, keyring } };
  const missing = await restore(driver, { target }, source, options);
  expect(missing.failed?.reason).toContain('private key');
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const context = { ...quietContext(), log: { debug: say, info: say, warn: say, error: say } };
  await writeFile(path.join(baseFolder, 'recovery.pem'), 'another');
  const wrong = await restore(driver, { target }, source, options, context);
  expect(wrong).toMatchObject({ done: [], failed: { step: 'recover' } });
  await writeFile(path.join(baseFolder, 'recovery.pem'), recoveryPrivateKey);
  const result = await restore(driver, { target }, source, options, context);
  expect(result).toMatchObject({ done: ['recover', 'activate', 'read-back'], verified: true });
  expect([...said, JSON.stringify([wrong, result])].join('\n')).not.toContain('MIIrecovery');
});

it('does not back up a keyring that a restart emptied', async () => {
  const on = await start({});
  const { id } = await on.ask('GET', '/keyring/active');
  await on.ask('POST', '/keyring/remove', { key: id ?? null });
  await expect(take(driverWith(byStore), on)).rejects.toMatchObject({ code: 'gateway-rejected' });
});
