import { expect, it } from 'vitest';
import { itemsOf, practiceClient } from '../../helpers/practiceClient.js';

const enterprise = { workspaces: ['default', 'payments'], enterprise: { keyring: {} } };

it('plays only what it is told to', async () => {
  const { ask } = await practiceClient({ workspaces: ['default'] });
  for (const path of ['/rbac/roles', '/admins', '/licenses', '/keyring']) expect(ask('GET', path).status).toBe(404);
  const without = await practiceClient({ workspaces: ['default'], enterprise: {} });
  expect(without.ask('GET', '/rbac/roles').status).toBe(200);
  expect(without.ask('GET', '/keyring').status).toBe(404);
});

it('keeps roles and their permissions apart by workspace', async () => {
  const { ask } = await practiceClient(enterprise);
  expect(ask('POST', '/payments/rbac/roles', { name: 'ops', comment: 'all' }).status).toBe(201);
  expect(ask('GET', '/rbac/roles/ops').status).toBe(404);
  expect(ask('POST', '/payments/rbac/roles', { name: 'ops' })).toMatchObject({ status: 409, body: { code: 5 } });
  const permission = { endpoint: '/services/*/plugins', actions: 'read,create' };
  expect(ask('POST', '/payments/rbac/roles/ops/endpoints', permission).body).toMatchObject({
    workspace: 'payments',
    endpoint: '/services/*/plugins',
    actions: ['create', 'read'],
    negative: false,
  });
  const one = '/payments/rbac/roles/ops/endpoints/payments/services/*/plugins';
  expect(ask('PATCH', one, { negative: true }).body).toMatchObject({ negative: true });
  expect(ask('DELETE', '/payments/rbac/roles/ops').status).toBe(204);
  expect(ask('GET', '/payments/rbac/roles/ops/endpoints').status).toBe(404);
});

it('pages lists', async () => {
  const { ask } = await practiceClient(enterprise);
  ask('POST', '/rbac/roles', { name: 'many' });
  for (let at = 0; at < 130; at++) ask('POST', '/rbac/roles/many/endpoints', { endpoint: `/a/${at}` });
  const first = ask('GET', '/rbac/roles/many/endpoints');
  expect(itemsOf(first)).toHaveLength(100);
  const second = ask('GET', String(first.body['next']));
  expect(itemsOf(second)).toHaveLength(30);
  expect(second.body['next']).toBeNull();
});

it('gives no token and no password back', async () => {
  const { ask } = await practiceClient(enterprise);
  expect(ask('POST', '/rbac/users', { name: 'bob' }).status).toBe(400);
  const made = ask('POST', '/rbac/users', { name: 'bob', user_token: 'clear-text' });
  expect(made.body['user_token']).toMatch(/^\$2b\$09\$.{53}$/);
  expect(made.body['user_token_ident']).toMatch(/^[0-9a-f]{5}$/);
  ask('POST', '/developers', { email: 'dev@example.com', password: 'clear-text' });
  const admin = ask('POST', '/admins', { username: 'ann', email: 'ann@example.com', password: 'clear-text' });
  expect(JSON.stringify([made.body, admin.body, ask('GET', '/developers').body])).not.toContain('clear-text');
});

it('gives roles to users and takes them by names', async () => {
  const { ask } = await practiceClient(enterprise);
  for (const name of ['a', 'b']) ask('POST', '/rbac/roles', { name });
  ask('POST', '/rbac/users', { name: 'bob', user_token: 't' });
  expect(ask('POST', '/rbac/users/bob/roles', { roles: 'a,b' }).body['roles']).toHaveLength(2);
  expect(ask('POST', '/rbac/users/bob/roles', { roles: 'c' }).status).toBe(404);
  expect(ask('DELETE', '/rbac/users/bob/roles', { roles: 'a' }).status).toBe(204);
  expect(ask('GET', '/rbac/users/bob/roles').body['roles']).toMatchObject([{ name: 'b' }]);
});

it('has one admin in several workspaces', async () => {
  const { ask } = await practiceClient(enterprise);
  const ann = { username: 'ann', email: 'ann@example.com' };
  expect(ask('POST', '/admins', ann).body).toMatchObject({ admin: ann });
  expect(ask('GET', '/payments/admins/ann').status).toBe(404);
  expect(ask('POST', '/payments/admins', ann).status).toBe(409);
  expect(ask('PATCH', '/admins/ann/workspaces/payments').status).toBe(200);
  expect(ask('GET', '/payments/admins/ann').status).toBe(200);
  expect(itemsOf(ask('GET', '/admins/ann/workspaces'))).toHaveLength(2);
  ask('DELETE', '/payments/admins/ann');
  expect(itemsOf(ask('GET', '/admins'))).toEqual([]);
});

it('keeps settings of workspaces', async () => {
  const { ask } = await practiceClient(enterprise);
  ask('PATCH', '/workspaces/payments', { config: { portal: true, portal_auth: 'basic-auth' } });
  expect(ask('GET', '/workspaces/payments').body['config']).toMatchObject({ portal: true, portal_auth: 'basic-auth' });
  expect(ask('PATCH', '/workspaces/payments', { config: { nonsense: 1 } }).status).toBe(400);
});

it('exports, imports and recovers its keyring, and starts anew on reset', async () => {
  const { ask, fill } = await practiceClient({ ...enterprise, enterprise: { keyring: { recoveryPrivateKey: 'pem' } } });
  const { ids, active } = ask('GET', '/keyring').body as { ids: string[]; active: string };
  expect(ids).toEqual([active]);
  const { data } = ask('POST', '/keyring/export').body;
  ask('POST', '/keyring/remove', { key: active });
  expect(ask('GET', '/keyring').body).toEqual({ ids: [], active: null });
  expect(ask('POST', '/keyring/import', { data: 'bm9uc2Vuc2U=' }).status).toBe(400);
  expect(ask('POST', '/keyring/import', { data: data ?? null }).status).toBe(201);
  expect(ask('POST', '/keyring/activate', { key: active }).status).toBe(204);
  ask('POST', '/keyring/remove', { key: active });
  expect(ask('POST', '/keyring/recover', { recovery_private_key: 'other' }).status).toBe(400);
  expect(ask('POST', '/keyring/recover', { recovery_private_key: 'pem' }).body).toMatchObject({ recovered: [active] });
  fill();
  expect((ask('GET', '/keyring').body['ids'] as string[])[0]).not.toBe(active);
});
