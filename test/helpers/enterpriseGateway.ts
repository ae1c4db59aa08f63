import type { Target } from '../../src/core/environment.js';
import { isObject, type Json, type JsonObject } from '../../src/core/json.js';
import type { EnterpriseOptions } from '../../src/practice/enterprise.js';
import { type PracticeGateway, startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { kongFacts } from './practiceClient.js';

export interface EnterpriseGateway extends PracticeGateway {
  target: Target;
  /** @throws when the answer is none of 2xx. */
  ask(method: string, path: string, body?: JsonObject): Promise<JsonObject>;
  /** Whether this path exists. */
  status(path: string): Promise<number>;
}

export const operatorToken = 'the-token-of-the-operator';

/** A gateway with the workspaces default and payments, and a token that belongs to nobody yet. */
export async function startEnterpriseGateway(enterprise: EnterpriseOptions = {}): Promise<EnterpriseGateway> {
  const gateway = await startPracticeGateway({
    facts: await kongFacts(),
    workspaces: ['default', 'payments'],
    enterprise,
    token: operatorToken,
  });
  const headers = { 'Kong-Admin-Token': operatorToken };
  const send = (method: string, path: string, body?: JsonObject): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    ...gateway,
    target: {
      environment: { id: 'id-of-test', name: 'test', adminUrl: gateway.url, mode: 'traditional' },
      headers,
    },
    async ask(method, path, body) {
      const response = await send(method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      const value = text === '' ? null : (JSON.parse(text) as Json);
      return isObject(value) ? value : {};
    },
    status: async (path) => (await send('GET', path)).status,
  };
}

/** Roles with permissions, users, admins, groups, developers, hooks: a little of everything in both workspaces. */
export async function fillEnterprise({ ask }: EnterpriseGateway): Promise<void> {
  for (const [base, name] of [
    ['', 'ops'],
    ['/payments', 'payers'],
  ] as const) {
    await ask('POST', `${base}/rbac/roles`, { name, comment: `those of ${name}` });
    await ask('POST', `${base}/rbac/roles/${name}/endpoints`, { endpoint: '/services/*', actions: 'read,update' });
    await ask('POST', `${base}/rbac/roles/${name}/endpoints`, { endpoint: '*', workspace: '*', actions: 'read' });
    await ask('POST', `${base}/rbac/roles/${name}/entities`, {
      entity_id: '8a9d5a0e-6a0c-4f7e-9d2f-0c1a1e8f1111',
      entity_type: 'services',
      actions: 'delete',
      negative: true,
    });
    await ask('POST', `${base}/rbac/users`, { name: `${name}-bot`, user_token: `token-of-${name}`, comment: 'a bot' });
    await ask('POST', `${base}/rbac/users/${name}-bot/roles`, { roles: name });
    await ask('POST', `${base}/developers`, { email: `dev@${name}.example`, meta: '{"full_name":"Dev"}' });
    await ask('POST', `${base}/event-hooks`, {
      source: 'crud',
      event: 'consumers',
      handler: 'webhook',
      config: { url: `https://hooks.example/${name}` },
    });
  }
  await ask('POST', '/admins', { username: 'ann', email: 'ann@example.com' });
  await ask('POST', '/admins/ann/roles', { roles: 'ops' });
  await ask('PATCH', '/admins/ann/workspaces/payments');
  await ask('POST', '/payments/admins/ann/roles', { roles: 'payers' });
  await ask('POST', '/groups', { name: 'staff', comment: 'by single sign-on' });
  const role = await ask('GET', '/payments/rbac/roles/payers');
  const workspace = await ask('GET', '/workspaces/payments');
  await ask('POST', '/groups/staff/roles', {
    rbac_role_id: role['id'] ?? null,
    workspace_id: workspace['id'] ?? null,
  });
  await ask('PATCH', '/workspaces/payments', { config: { portal: true, portal_auth: 'basic-auth' }, comment: 'money' });
}

/** All of it as text, without ids, times and secrets. */
export async function enterpriseText({ ask }: EnterpriseGateway): Promise<string> {
  const found: JsonObject = {};
  const rows = async (path: string, key = 'data'): Promise<JsonObject[]> =>
    ((await ask('GET', `${path}?size=1000`))[key] ?? []) as JsonObject[];
  const keep = (path: string, list: readonly JsonObject[]): void => {
    found[path] = list.map((row) => JSON.stringify(bare(row))).sort();
  };
  for (const base of ['/default', '/payments']) {
    for (const kind of ['developers', 'event-hooks', 'admins', 'rbac/users', 'rbac/roles']) {
      keep(`${base}/${kind}`, await rows(`${base}/${kind}`));
    }
    for (const { name } of await rows(`${base}/rbac/roles`)) {
      for (const kind of ['endpoints', 'entities']) {
        const path = `${base}/rbac/roles/${String(name)}/${kind}`;
        keep(path, await rows(path));
      }
    }
    for (const { username } of await rows(`${base}/admins`)) {
      keep(`${base}/admins/${String(username)}/roles`, await rows(`${base}/admins/${String(username)}/roles`, 'roles'));
    }
    for (const { name } of await rows(`${base}/rbac/users`)) {
      const path = `${base}/rbac/users/${String(name)}/roles`;
      keep(path, await rows(path, 'roles'));
    }
  }
  for (const { name } of await rows('/groups')) {
    keep(`/groups/${String(name)}`, [await ask('GET', `/groups/${String(name)}`)]);
    keep(`/groups/${String(name)}/roles`, await rows(`/groups/${String(name)}/roles`));
  }
  keep('/workspaces', await rows('/workspaces'));
  // In order of names: that of the lists is by ids, which are never the same.
  const names = Object.keys(found).sort();
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, found[name] ?? null])), null, 1);
}

const unsteady = ['id', 'created_at', 'updated_at', 'user_token', 'user_token_ident'];

function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map(bare);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !unsteady.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, bare(inner)]),
  );
}
