import { describe, expect, it, vi } from 'vitest';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

vi.setConfig({ testTimeout: 180_000 });

const names = [...Array(12).keys()].map((n) => `wanted-${n}`);

/** A snapshot with some services, and a gateway that lost them and got another one. */
async function prepared() {
  const gateway = await practiceGateway();
  for (const name of names) await admin(gateway, 'POST', '/services', { name, host: 'one.test' });
  const limits = { maxDeletes: 1000, maxDeleteShare: 1 };
  const environment = { id: 's', name: 'shop', adminUrl: gateway.url, engine: 'admin-api', restore: limits };
  const cli = await CliFolder.make([environment]);
  await cli.run(['backup', 'shop']);
  for (const name of names) await admin(gateway, 'DELETE', `/services/${name}`);
  await admin(gateway, 'POST', '/services', { name: 'other', host: 'two.test' });
  const services = async (): Promise<string[]> => {
    const { data } = (await admin(gateway, 'GET', '/services')).body as { data: { name: string }[] };
    return data.map(({ name }) => name).sort();
  };
  /** @param onStep called once at the named step. */
  const run = (argv: string[], step?: string, onStep: () => unknown = () => undefined) => {
    let isTold = false;
    return cli.run([...argv, '--yes', '--format', 'json'], {
      onStderr: (text) => {
        if (isTold || step === undefined || !text.includes(`"step":"${step}"`)) return;
        isTold = true;
        onStep();
      },
    });
  };
  const restore = (step?: string, onStep?: () => unknown) => run(['restore', 'shop/latest', 'shop'], step, onStep);
  const states = async (): Promise<string[]> =>
    (await cli.run(['restores', '--format', 'json'])).json<{ state: string }[]>().map(({ state }) => state);
  return { gateway, cli, services, run, restore, states };
}

describe('a restore', () => {
  it('keeps another one out of the same environment', async () => {
    const { gateway, cli, restore, run, services } = await prepared();
    const stop = new AbortController();
    let second: ReturnType<typeof restore> | undefined;
    // The first one waits for an answer until the second one is gone.
    gateway.faults.add({ methods: ['POST'], effect: 'hang' });
    const first = cli.run(['restore', 'shop/latest', 'shop', '--yes', '--format', 'json', '--timeout', '20'], {
      signal: stop.signal,
      onStderr: (text) => {
        if (text.includes('"step":"apply"')) second ??= restore().finally(() => stop.abort());
      },
    });
    expect((await first).exitCode).not.toBe(0);
    expect((await second)?.exitCode).toBe(11);
    gateway.faults.clear();
    expect((await run(['restore', '--resume'])).exitCode).toBe(0);
    expect(await services()).toEqual([...names].sort());
  });

  it.each(['resume', 'undo'] as const)('whose gateway dies on the way has a way on and back: %s', async (way) => {
    const { gateway, run, restore, services, states } = await prepared();
    const died = await restore('apply', () => gateway.faults.add({ after: 6, effect: 'reset' }));
    expect(died.exitCode).not.toBe(0);
    expect(died.stderr).toContain('restore-incomplete');
    expect(await states()).toEqual(['unfinished']);
    gateway.faults.clear();
    const settled = await run(way === 'resume' ? ['restore', '--resume'] : ['undo', 'shop']);
    expect([settled.exitCode, settled.stderr.slice(-300)]).toEqual([0, expect.anything()]);
    expect(await services()).toEqual(way === 'resume' ? [...names].sort() : ['other']);
    expect((await states()).includes('unfinished')).toBe(false);
  });

  it.each([429, 503])('sends less, and again, what a gateway answers with %s', async (status) => {
    const { gateway, restore, services } = await prepared();
    gateway.faults.add({
      methods: ['POST', 'DELETE'],
      after: 2,
      times: 9,
      effect: { status, body: { message: 'busy' } },
    });
    const { exitCode } = await restore();
    expect(exitCode).toBe(0);
    expect(await services()).toEqual([...names].sort());
  });

  it('stops at what somebody else made in its place, and goes on by a new plan', async () => {
    const { gateway, cli, restore, services, states } = await prepared();
    let made: Promise<unknown> | undefined;
    const stopped = await restore('safety-snapshot', () => {
      made = admin(gateway, 'POST', '/services', { name: names[11], host: 'theirs.test' });
    });
    await made;
    expect(stopped.stderr).toContain('gateway-changed');
    expect(stopped.stderr).toContain('somebody else made it');
    expect(await states()).toEqual(['unfinished']);
    const again = await cli.run(['restore', 'shop/latest', 'shop', '--yes']);
    expect(again.exitCode).toBe(0);
    expect(await services()).toEqual([...names].sort());
    expect((await states()).includes('unfinished')).toBe(false);
  });
});
