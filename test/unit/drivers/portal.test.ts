import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { Target } from '../../../src/core/environment.js';
import type { PartDriver, PartRestoreOptions, PartSource, TakenPart } from '../../../src/core/partDriver.js';
import { createPortalDriver } from '../../../src/drivers/portal.js';
import { fetchedFiles, portalVersion, portalWords } from '../../../src/drivers/portalCommand.js';
import { sourceOf } from '../../contract/partDriverContract.js';
import { someGateway } from '../../helpers/someGateway.js';
import { operatorToken } from '../../helpers/enterpriseGateway.js';
import { portalText, standInPortal } from '../../helpers/portalStandIn.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const yes = (): Promise<boolean> => Promise.resolve(true);

async function serve(): Promise<{ served: string; target: Target; driver: PartDriver }> {
  const served = await temporaryFolder();
  for (const workspace of ['default', 'payments']) {
    await mkdir(path.join(served, workspace, 'content'), { recursive: true });
    await writeFile(path.join(served, workspace, 'portal.conf.yaml'), `name: ${workspace}\n`);
    await writeFile(path.join(served, workspace, 'content/index.txt'), `welcome to ${workspace}`);
  }
  const undoFolder = path.join(await temporaryFolder(), 'undo');
  return { served, target: standInPortal(served), driver: createPortalDriver({ requestTimeout: 5000, undoFolder }) };
}

async function take(
  driver: PartDriver,
  target: Target,
  workspaces = ['default', 'payments'],
): Promise<{ taken: TakenPart; source: PartSource }> {
  const directory = path.join(await temporaryFolder(), 'portal');
  await mkdir(directory);
  const taken = await driver.backup(target, { gateway: someGateway, workspaces, directory }, quietContext());
  return { taken, source: await sourceOf(driver, taken, directory) };
}

const restore = (
  driver: PartDriver,
  target: Target,
  source: PartSource,
  choices: PartRestoreOptions['choices'] = {},
): ReturnType<PartDriver['restore']> => driver.restore(target, source, { choices, confirm: yes }, quietContext());

it('puts no secret among its words, and reads what the program says', () => {
  expect(portalWords('fetch', 'payments')).toEqual(['fetch', 'payments']);
  expect(portalWords('deploy', 'default', { tls: { skipVerify: true } })).toEqual([
    'deploy',
    'default',
    '--disable-ssl-verification',
  ]);
  expect(portalVersion('Kong Portal CLI Tool, version 3.6.0\n')).toBe('3.6.0');
  expect(portalVersion('portal 1.0')).toBeUndefined();
  expect(fetchedFiles('\t Added: content/index.txt\n\t Fetched 12 files\n\nDone.\n')).toBe(12);
  expect(fetchedFiles('StatusCodeError: 403\n')).toBeUndefined();
});

it('fetches each workspace into its folder, without settings or tokens in the part', async () => {
  const { served, target, driver } = await serve();
  const { taken, source } = await take(driver, target);
  expect(taken).toMatchObject({ counts: { portal_files: 4 }, driverVersion: '3.6.0', gaps: [] });
  expect(source.record.files.map(({ path: file }) => file)).toEqual([
    'portal/portal.json',
    'portal/workspaces/default/content/index.txt',
    'portal/workspaces/default/portal.conf.yaml',
    'portal/workspaces/payments/content/index.txt',
    'portal/workspaces/payments/portal.conf.yaml',
  ]);
  expect(await readFile(path.join(served, 'calls.log'), 'utf8')).not.toContain(operatorToken);
});

it('keeps the other workspaces when one fails, and names it', async () => {
  const { served, target, driver } = await serve();
  await writeFile(path.join(served, 'payments.fails'), '');
  const { taken, source } = await take(driver, target);
  expect(taken.gaps).toMatchObject([{ part: 'portal', workspace: 'payments', absent: true }]);
  expect(taken.gaps[0]?.reason).toContain('403');
  expect(taken.warnings).toMatchObject([{ code: 'portal-workspace-failed', workspace: 'payments' }]);
  expect(taken.details).toEqual({ workspaces: ['default'], failed: ['payments'] });
  expect(await driver.verify(source, quietContext())).toEqual([]);
  await expect(take(driver, target, ['payments'])).rejects.toMatchObject({ code: 'tool-failed' });
});

it('says what is missing or can not be used, and is not there on open source', async () => {
  const { target, driver } = await serve();
  const withPortal = (command: [string, ...string[]]): Target => ({
    ...target,
    environment: { ...target.environment, portal: { command } },
  });
  const none = await driver.probe(withPortal(['no-such-portal-program']), someGateway, quietContext());
  expect(none).toMatchObject({ present: true, availability: { available: false, code: 'tool-missing' } });
  expect(JSON.stringify(none)).toContain('kong-portal-cli');
  const other = await driver.probe(withPortal([process.execPath]), someGateway, quietContext());
  expect(other).toMatchObject({ availability: { code: 'tool-missing' } });
  const header = { ...target, environment: { ...target.environment, tokenHeader: 'X-Other' } };
  const unusable = await driver.probe(header, someGateway, quietContext());
  expect(unusable).toMatchObject({ availability: { code: 'environment-invalid' } });
  const { portal: _portal, ...bare } = target.environment;
  expect(await driver.probe({ ...target, environment: bare }, someGateway, quietContext())).toEqual({ present: false });
});

it('deploys the others when one workspace fails, and then only that one again', async () => {
  const { served, target, driver } = await serve();
  const before = await portalText(served);
  const { source } = await take(driver, target);
  for (const workspace of ['default', 'payments']) await rm(path.join(served, workspace, 'content/index.txt'));
  const { steps } = await driver.planRestore(target, source, {}, quietContext());
  expect(steps.map(({ id }) => id)).toEqual(['keep', 'deploy:default', 'deploy:payments', 'read-back']);
  const confirm = async ({ id }: { id: string }): Promise<boolean> => {
    if (id === 'deploy:default') await writeFile(path.join(served, 'default.fails'), '');
    return true;
  };
  const result = await driver.restore(target, source, { confirm }, quietContext());
  expect(result).toMatchObject({ done: ['keep', 'deploy:payments'], verified: false });
  expect(result.failed).toMatchObject({ step: 'deploy:default' });
  expect(result.failed?.reason).toContain('403');
  await rm(path.join(served, 'default.fails'));
  const again = await driver.planRestore(target, source, {}, quietContext());
  expect(again.steps.map(({ id }) => id)).toEqual(['keep', 'deploy:default', 'read-back']);
  expect(await restore(driver, target, source)).toMatchObject({ verified: true });
  expect(await portalText(served)).toBe(before);
});

it('brings back only the workspaces that were chosen, and goes back on request', async () => {
  const { served, target, driver } = await serve();
  const { source } = await take(driver, target);
  for (const workspace of ['default', 'payments']) {
    await writeFile(path.join(served, workspace, 'content/index.txt'), 'changed');
  }
  const before = await portalText(served);
  const result = await restore(driver, target, source, { workspaces: 'payments' });
  expect(result.done).toEqual(['keep', 'deploy:payments', 'read-back']);
  expect(await readFile(path.join(served, 'payments/content/index.txt'), 'utf8')).toBe('welcome to payments');
  expect(await readFile(path.join(served, 'default/content/index.txt'), 'utf8')).toBe('changed');
  const said = result.warnings.find(({ code }) => code === 'undo-kept')?.message ?? '';
  const undo = said.slice(said.indexOf('"undo": ') + 8);
  expect(await restore(driver, target, source, { undo })).toMatchObject({ verified: true });
  expect(await portalText(served)).toBe(before);
});

it('finds a changed file by itself', async () => {
  const { target, driver } = await serve();
  const { source } = await take(driver, target);
  await writeFile(path.join(source.directory, 'workspaces/default/content/index.txt'), 'cut');
  expect(await driver.verify(source, quietContext())).toEqual(['default/content/index.txt is not what was fetched.']);
  const planned = await driver.planRestore(target, source, {}, quietContext());
  expect(planned.refused).toBeDefined();
});
