import { describe, expect, it, vi } from 'vitest';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import { authorities } from '../helpers/certificates.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

vi.setConfig({ testTimeout: 180_000 });

const services = async (gateway: PracticeGateway, workspace: string): Promise<string[]> => {
  const { body } = await admin(gateway, 'GET', `/${workspace}/services`);
  return ((body as { data?: { name: string }[] }).data ?? []).map(({ name }) => name).sort();
};

interface Report {
  report: {
    proof: string;
    applied: { creates: number };
    failed: { workspace: string }[];
    written: { workspace: string; creates: number }[];
  };
}

/** A snapshot of two workspaces of one gateway, and another gateway that has one of them, empty. */
async function twoWorkspaces() {
  const from = await practiceGateway({ workspaces: ['default', 'payments'] });
  for (const workspace of ['default', 'payments']) {
    for (const n of [1, 2, 3]) {
      await admin(from, 'POST', `/${workspace}/services`, { name: `${workspace}-${n}`, host: 'a.test' });
    }
  }
  const to = await practiceGateway({ workspaces: ['default'] });
  const cli = await CliFolder.make([
    { name: 'shop', adminUrl: from.url, engine: 'admin-api' },
    { name: 'other', adminUrl: to.url, engine: 'admin-api' },
  ]);
  expect((await cli.run(['backup', 'shop'])).exitCode).toBe(0);
  return { from, to, cli };
}

describe('a restore of several workspaces', () => {
  it('makes those that are missing', async () => {
    const { to, cli } = await twoWorkspaces();
    const restored = await cli.run(['restore', 'shop/latest', 'other', '--yes', '--format', 'json']);
    expect([restored.exitCode, restored.json<Report>().report.applied.creates]).toEqual([0, 6]);
    expect(await services(to, 'payments')).toEqual(['payments-1', 'payments-2', 'payments-3']);
  });

  it('does not make a second time what belongs to the whole gateway, where only a new workspace is asked for', async () => {
    const { from, to, cli } = await twoWorkspaces();
    await admin(from, 'POST', '/ca_certificates', { cert: authorities[0] });
    expect((await cli.run(['backup', 'shop'])).exitCode).toBe(0);
    const restore = (workspace: string) =>
      cli.run(['restore', 'shop/latest', 'other', '--workspace', workspace, '--yes', '--format', 'json']);
    expect((await restore('default')).json<Report>().report).toMatchObject({ proof: 'equal', applied: { creates: 4 } });
    expect((await restore('payments')).json<Report>().report).toMatchObject({
      proof: 'equal',
      applied: { creates: 3, updates: 0, deletes: 0 },
    });
    const { body } = await admin(to, 'GET', '/ca_certificates');
    expect((body as { data: object[] }).data).toHaveLength(1);
  });

  it('goes on where one fails, and writes only the rest when it is resumed', async () => {
    const { to, cli } = await twoWorkspaces();
    to.faults.add({ path: /^\/payments\/services/, methods: ['POST'], effect: { status: 500 } });
    const failed = await cli.run(['restore', 'shop/latest', 'other', '--yes', '--format', 'json']);
    expect(failed.exitCode).toBe(1);
    expect(failed.json<Report>().report.failed.map(({ workspace }) => workspace)).toEqual(Array(3).fill('payments'));
    expect([await services(to, 'default'), await services(to, 'payments')]).toMatchObject([{ length: 3 }, []]);
    to.faults.clear();
    to.requests.clear();
    const again = await cli.run(['restore', 'shop/latest', 'other', '--yes', '--format', 'json']);
    expect(again.exitCode).toBe(0);
    expect(again.json<Report>().report).toMatchObject({ proof: 'equal', applied: { creates: 3 } });
    expect(await services(to, 'payments')).toEqual(['payments-1', 'payments-2', 'payments-3']);
  });

  it('resumes only the workspace that failed, and its report tells of the whole restore', async () => {
    const { to, cli } = await twoWorkspaces();
    to.faults.add({ path: /^\/payments\/services/, methods: ['POST'], effect: { status: 500 } });
    expect((await cli.run(['restore', 'shop/latest', 'other', '--yes'])).exitCode).toBe(1);
    to.faults.clear();
    to.requests.clear();
    const again = await cli.run(['restore', '--resume', '--yes', '--format', 'json']);
    expect(again.exitCode).toBe(0);
    const { report } = again.json<Report>();
    expect(report).toMatchObject({ proof: 'equal', applied: { creates: 3 } });
    expect(report.written.map(({ workspace, creates }) => [workspace, creates])).toEqual([
      ['default', 3],
      ['payments', 3],
    ]);
    expect(await services(to, 'payments')).toEqual(['payments-1', 'payments-2', 'payments-3']);
    const runs = await cli.run(['restores', '--format', 'json']);
    expect(runs.json<{ state: string }[]>()).toMatchObject([{ state: 'finished' }]);
  });
});
