import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/core/snapshot.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

interface DriftData {
  result: string;
  snapshot: string;
  counts: object;
}

async function backedUp() {
  const gateway = await practiceGateway();
  await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.internal' });
  const away = { name: 'away', adminUrl: 'http://127.0.0.1:9' };
  const cli = await CliFolder.make([{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api' }, away]);
  const { id } = (await cli.run(['backup', 'shop', '--format', 'json'])).json<Manifest>();
  return { gateway, cli, id };
}

describe('kong-backup drift', () => {
  it('tells what changed in a gateway since its last snapshot', async () => {
    const { gateway, cli, id } = await backedUp();
    const equal = await cli.run(['drift', 'shop', '--format', 'json']);
    expect([equal.exitCode, equal.json<DriftData>()]).toEqual([
      0,
      expect.objectContaining({ result: 'equal', snapshot: id }),
    ]);

    await admin(gateway, 'PATCH', '/services/orders', { retries: 1 });
    await admin(gateway, 'POST', '/consumers', { username: 'ada' });
    const drifted = await cli.run(['drift', 'shop', '--format', 'json']);
    expect([drifted.exitCode, drifted.json<DriftData>()]).toEqual([
      1,
      expect.objectContaining({ result: 'drifted', counts: { creates: 1, updates: 1, deletes: 0 } }),
    ]);
    const text = (await cli.run(['drift', 'shop'])).stdout;
    expect(text).toMatch(
      /^shop has changed since shop\/.*:\n[^]*\+ consumers ada[^]*~ services orders\n.*retries: 5 → 1/,
    );
  });

  it('is asked of all environments, one that is away in the way of no other', async () => {
    const { cli } = await backedUp();
    const all = await cli.run(['drift', '--all', '--format', 'json']);
    expect(all.json<{ environment: string; result: string }[]>()).toMatchObject([
      { environment: 'shop', result: 'equal' },
      { environment: 'away', result: 'failed', code: 'snapshot-missing' },
    ]);
    expect(all.exitCode).toBe(3);
  });

  it('has nothing to compare with before the first snapshot', async () => {
    const { cli } = await backedUp();
    const result = await cli.run(['drift', 'away']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('snapshot-missing')]);
    expect((await cli.run(['drift'])).exitCode).toBe(2);
  });
});
