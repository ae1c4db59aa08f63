import { describe, expect, it } from 'vitest';
import type { BackupPlan } from '../../src/core/backupPlan.js';
import type { CoverageMatrix } from '../../src/core/coverageMatrix.js';
import { CliFolder, practiceGateway } from '../helpers/cli.js';

async function shop() {
  const gateway = await practiceGateway({ estate: 'believable' });
  const cli = await CliFolder.make([{ id: 'e1', name: 'shop', adminUrl: gateway.url, mode: 'traditional' }]);
  return { gateway, cli };
}

describe('the plan and the coverage, on the command line', () => {
  it('say the same before and after a backup, and which logins the entities alone do not bring back', async () => {
    const { cli } = await shop();
    const plan = (await cli.run(['plan', 'shop', '--format', 'json'])).json<BackupPlan>();
    expect(plan.parts[0]).toMatchObject({ part: 'entities', selected: true });
    const before = await cli.run(['coverage', 'shop', '--format', 'json']);
    await cli.run(['backup', 'shop', '--parts', 'entities']);
    const after = await cli.run(['coverage', 'shop/latest', '--format', 'json']);
    const states = (text: { json<T>(): T }) =>
      new Map(text.json<CoverageMatrix>().rows.map(({ kind, state, count }) => [kind, `${state} ${count ?? '?'}`]));
    const [planned, held] = [states(before), states(after)];
    expect(held.get('basicauth_credentials')).toMatch(/^partly [1-9]/);
    expect(held.get('services')).toMatch(/^held [1-9]/);
    expect(held.get('database')).toBe('not-held ?');
    // What nobody sees from here is said before a backup as after it.
    expect(planned.get('database')).toBe('not-held ?');
    expect(planned.get('files')).toBe('not-held ?');
    for (const [kind, state] of held)
      if (/ [1-9]/.test(state)) expect([kind, planned.get(kind)]).toEqual([kind, state]);
    expect((await cli.run(['coverage', 'shop/latest', '--format', 'markdown'])).stdout).toContain('| kind | there |');
  });
});

describe('a restore on the command line that would break logins', () => {
  it('stops before anything is written, until that is accepted', async () => {
    const { gateway, cli } = await shop();
    await cli.run(['backup', 'shop']);
    const logins = (await (await fetch(`${gateway.url}/basic-auths`)).json()) as { data: { id: string }[] };
    for (const { id } of logins.data) await fetch(`${gateway.url}/basic-auths/${id}`, { method: 'DELETE' });
    const stopped = await cli.run(['restore', 'shop/latest', 'shop', '--yes']);
    expect(stopped.exitCode).toBe(2);
    expect(stopped.stderr).toContain('credentials-would-break');
    expect(stopped.stderr).toContain('one with a database dump would');
    expect(await (await fetch(`${gateway.url}/basic-auths`)).json()).toMatchObject({ data: [] });
    await cli.run(['restore', 'shop/latest', 'shop', '--yes', '--accept-broken-credentials']);
    const back = (await (await fetch(`${gateway.url}/basic-auths`)).json()) as { data: object[] };
    expect(back.data).toHaveLength(logins.data.length);
  });
});
