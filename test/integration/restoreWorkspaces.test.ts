import { describe, expect, it, vi } from 'vitest';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
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
});
