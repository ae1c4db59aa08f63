import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckChange } from '../../src/core/smokeChecks.js';
import { admin, CliFolder, practiceGateway } from '../helpers/cli.js';

interface RestoreData {
  report: { checks?: CheckChange[]; proof: string; warnings: { code: string; message: string }[]; restore: string };
}

/**
 * A gateway and what stands in for its proxy: `/NAME` is there while the gateway has a service of that name, `/hang` never answers
 * once the gateway has the service `slow`. The snapshot has `new` and `slow`, the gateway now has `old` in their place.
 */
async function prepared(checks: object[], onHang: () => void = () => undefined) {
  const gateway = await practiceGateway();
  const has = async (name: string): Promise<boolean> =>
    (await admin(gateway, 'GET', `/services/${name}`)).status === 200;
  const server = createServer((request, response) => {
    void (async () => {
      const name = (request.url ?? '/').slice(1);
      if (name === 'hang' && (await has('slow'))) return onHang();
      response.writeHead(name === 'hang' || (await has(name)) ? 200 : 404).end();
    })();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const proxyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['new', 'slow']) await admin(gateway, 'POST', '/services', { name, host: 'one.test' });
  const environment = { id: 's', name: 'shop', adminUrl: gateway.url, engine: 'admin-api', proxyUrl, checks };
  const cli = await CliFolder.make([environment]);
  await cli.run(['backup', 'shop']);
  for (const name of ['new', 'slow']) await admin(gateway, 'DELETE', `/services/${name}`);
  await admin(gateway, 'POST', '/services', { name: 'old', host: 'one.test' });
  const restore = (...flags: string[]) => cli.run(['restore', 'shop/latest', 'shop', '--yes', ...flags]);
  return { cli, gateway, restore };
}

const check = (name: string, more: object = {}) => ({ name, path: `/${name}`, ...more });

describe('the smoke checks of a restore', () => {
  it('name first what passed before and fails after, with the way back', { timeout: 300_000 }, async () => {
    const { cli, restore } = await prepared([
      check('new'),
      check('old'),
      check('hang', { timeout: '1s' }),
      check('none'),
      check('absent', { status: 404 }),
    ]);
    const report = path.join(cli.folder, 'report.md');
    const done = await restore('--format', 'json', '--report', report);
    const { report: found } = done.json<RestoreData>();
    expect([done.exitCode, found.proof]).toEqual([1, 'equal']);
    expect(found.checks?.map(({ name, change }) => `${change} ${name}`)).toEqual([
      'broken old',
      'broken hang',
      'failing none',
      'mended new',
      'passing absent',
    ]);
    expect(found.checks?.map(({ after }) => after.problems[0])).toEqual([
      'It answered 404 instead of one from 200 to 399.',
      'Nothing answered within 1 s.',
      'It answered 404 instead of one from 200 to 399.',
      undefined,
      undefined,
    ]);
    const [, , first] = (await readFile(report, 'utf8')).split('\n');
    expect(first).toContain('**old**, **hang** passed before the restore and fail after it.');
    expect(first).toContain(`kong-backup undo ${found.restore}`);

    // The way back mends it.
    const text = (await cli.run(['undo', 'shop', '--yes'])).stdout;
    expect(text).toMatch(
      /^BROKEN: check new: passed before and fails after: It answered 404 .*\nUndo it: kong-backup undo /,
    );
    expect(text).toContain('\ncheck: old: failed before and passes after\n');
  });

  it('stand in the way of nothing when they can not be sent', { timeout: 120_000 }, async () => {
    const { restore } = await prepared([check('old', { headers: { apikey: '${env:KONG_BACKUP_TEST_NOT_SET}' } })]);
    const done = await restore('--format', 'json');
    const { report } = done.json<RestoreData>();
    expect([done.exitCode, report.proof, report.checks]).toEqual([0, 'equal', undefined]);
    expect(report.warnings).toContainEqual({
      code: 'checks-not-sent',
      message: expect.stringContaining('could not be sent before the restore') as string,
    });
  });

  it('leave a restore that is done as it is when they are cancelled', { timeout: 120_000 }, async () => {
    const stop = new AbortController();
    const { cli } = await prepared([check('hang', { timeout: '60s' })], () => stop.abort());
    const argv = ['restore', 'shop/latest', 'shop', '--yes', '--format', 'json'];
    const done = await cli.run(argv, { signal: stop.signal });
    expect(done.json<RestoreData>().report.warnings).toContainEqual(
      expect.objectContaining({ code: 'checks-not-sent' }),
    );
  });
});
