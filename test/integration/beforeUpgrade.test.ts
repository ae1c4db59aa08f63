import { describe, expect, it, onTestFinished } from 'vitest';
import type { BeforeUpgradeReport, UpgradePlan } from '../../src/app.js';
import { admin, CliFolder, practiceGateway, schemas } from '../helpers/cli.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';

async function shop(more: object = {}) {
  const gateway = await practiceGateway();
  const cli = await CliFolder.make([{ id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional', ...more }]);
  return { gateway, cli };
}

describe('a backup before an upgrade', () => {
  it('says what it would take, and which method is missing, before it takes anything', async () => {
    const { cli } = await shop();
    const result = await cli.run(['before-upgrade', 'shop', '--to', '3.12', '--dry-run', '--format', 'json']);
    expect(result.exitCode).toBe(3);
    expect(result.json<UpgradePlan>()).toMatchObject({
      to: '3.12',
      parts: ['entities'],
      missing: [{ method: 'database' }],
    });
    expect((await cli.run(['snapshots', '--format', 'json'])).json<object[]>()).toEqual([]);
  });

  it('takes it, pins it, verifies it deep, and says that migrations can not be undone', async () => {
    const { gateway, cli } = await shop();
    await admin(gateway, 'POST', '/services', { name: 'one', host: 'example.com' });
    const result = await cli.run(['before-upgrade', 'shop', '--to', '3.12', '--format', 'json']);
    expect(result.exitCode).toBe(3);
    const report = result.json<BeforeUpgradeReport>();
    expect(report).toMatchObject({
      result: 'partial',
      snapshot: { label: 'before upgrade to 3.12', pinned: true },
      verification: { result: 'whole', depth: 'deep' },
      findings: [],
    });
    expect(report.reminders.join(' ')).toMatch(/kong migrations up.*can not be undone.*change the gateway back to/);
    expect((await cli.run(['delete', report.snapshot.id, '--yes'])).stderr).toContain('pinned');
  });

  it('names what the version to come does not take', async () => {
    const gateway = await startPracticeGateway({ facts: await schemaFolder(schemas).facts('2.8'), version: '2.8.5' });
    onTestFinished(() => gateway.close());
    const cli = await CliFolder.make([
      { id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional', engine: 'admin-api' },
    ]);
    const { body } = await admin(gateway, 'POST', '/services', { name: 'one', host: 'example.com' });
    await admin(gateway, 'POST', '/routes', { name: 'r', service: { id: body['id'] }, paths: ['/one/\\d+'] });
    const result = await cli.run(['before-upgrade', 'shop', '--to', '3.4', '--format', 'json']);
    const { findings } = result.json<BeforeUpgradeReport>();
    expect(findings).toMatchObject([{ part: 'entities', workspace: 'default' }]);
    expect(findings[0]?.diagnostics.map(({ path }) => path)).toContain('_format_version');
  });

  it('names both methods as missing where the gateway does not answer', async () => {
    const gateway = await practiceGateway();
    const cli = await CliFolder.make([
      { name: 'shop', adminUrl: gateway.url, mode: 'traditional', files: [{ name: 'own', paths: ['notes.txt'] }] },
    ]);
    await cli.write('notes.txt', 'a note');
    await gateway.close();
    const result = await cli.run(['before-upgrade', 'shop', '--to', '3.12', '--dry-run', '--format', 'json']);
    expect(result.exitCode, result.stderr).toBe(3);
    expect(result.json<UpgradePlan>().missing.map(({ method }) => method)).toEqual(['database', 'declarative']);
  });

  it('refuses what is no version, and says when it is no upgrade', async () => {
    const { cli } = await shop();
    expect((await cli.run(['before-upgrade', 'shop', '--to', 'newest'])).stderr).toContain('gateway-version-unknown');
    const older = await cli.run(['before-upgrade', 'shop', '--to', '2.8', '--dry-run']);
    expect(older.stdout).toContain('no upgrade');
  });
});
