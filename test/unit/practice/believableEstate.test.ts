import { expect, it } from 'vitest';
import { itemsOf, practiceClient } from '../../helpers/practiceClient.js';

const credentials = ['key-auths', 'basic-auths', 'hmac-auths', 'jwts', 'oauth2', 'acls'];

it('is a shop worth backing up', async () => {
  const { ask } = await practiceClient({ estate: 'believable' });
  const all = (path: string) => itemsOf(ask('GET', `${path}?size=1000`));
  expect(all('/services').length).toBeGreaterThanOrEqual(8);
  expect(all('/routes').length).toBeGreaterThanOrEqual(15);
  expect(all('/plugins').length).toBeGreaterThanOrEqual(12);
  expect(new Set(all('/plugins').map(({ name }) => name)).size).toBeGreaterThanOrEqual(8);
  expect(all('/consumers').length).toBeGreaterThanOrEqual(6);
  for (const kind of credentials) expect(all(`/${kind}`).length, kind).toBeGreaterThanOrEqual(1);
  expect(all('/upstreams')).toHaveLength(2);
  for (const { name } of all('/upstreams')) expect(all(`/upstreams/${String(name)}/targets`).length).toBeGreaterThan(1);
  for (const kind of ['certificates', 'snis', 'ca_certificates', 'vaults', 'keys', 'key-sets']) {
    expect(all(`/${kind}`).length, kind).toBeGreaterThanOrEqual(1);
  }
  expect(all('/tags').length).toBeGreaterThan(10);
  expect(
    itemsOf(ask('GET', '/workspaces'))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['default', 'payments']);
  expect(all('/payments/services')).toHaveLength(2);
});

it('has the same ids at every start', async () => {
  const ids = async (): Promise<unknown[]> => {
    const { ask } = await practiceClient({ estate: 'believable' });
    return ['/plugins', '/routes', '/payments/acls'].map((path) => itemsOf(ask('GET', path)).map(({ id }) => id));
  };
  expect(await ids()).toEqual(await ids());
});

it('is there without a database too', async () => {
  const { ask } = await practiceClient({ estate: 'believable', mode: 'dbless' });
  expect(itemsOf(ask('GET', '/services')).length).toBeGreaterThanOrEqual(8);
  const text = String(ask('GET', '/config').body['config']);
  expect(ask('POST', '/config', text, 'text/yaml').status).toBe(201);
});
