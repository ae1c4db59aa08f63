import { createHash } from 'node:crypto';
import { defaultTokenHeader, type Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { OperationContext } from '../core/context.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import type { Entry } from './adminEntitiesKinds.js';

/** Whom the token in use belongs to, and what a restore must leave alone so that it goes on working. */
export interface Operator {
  /** `none`: no token is sent, so nobody can be locked out. */
  who: 'none' | 'known' | 'unknown';
  /** `workspace/name` of users, admins and roles. */
  people: ReadonlySet<string>;
  /** Where nobody knows who it is, every role that the target has: any of them may be theirs. */
  roles: ReadonlySet<string>;
}

/** Whom nothing is kept back for: what was planned without them is looked at as it is. */
export const nobody: Operator = { who: 'none', people: new Set(), roles: new Set() };

const place = (workspace: string, name: string | undefined): string => `${workspace}/${name ?? ''}`;

/** Roles that Kong ships with and that operators have, where nobody knows who the operator is. */
const powerfulRoles = ['super-admin', 'admin'];

/**
 * Kong tells nobody whom a token belongs to: of its hash the first five digits of a digest are shown, and `/userinfo` answers
 * for admins. Everybody who fits is spared.
 */
export async function findOperator(
  client: GatewayClient,
  target: Target,
  entries: readonly Entry[],
  context: OperationContext,
): Promise<Operator> {
  const token = tokenOf(target);
  if (token === undefined) return nobody;
  const idents = ['sha1', 'sha256'].map((hash) => createHash(hash).update(token).digest('hex').slice(0, 5));
  const names = await namesByGateway(client, context);
  const isOperator = ({ kind, key, ident }: Entry): boolean =>
    (kind === 'rbac_users' && ident !== undefined && idents.includes(ident)) ||
    (['rbac_users', 'admins'].includes(kind) && names.has(key[0] ?? ''));
  const found = entries.filter(isOperator);
  if (found.length > 0) return { who: 'known', ...withRoles(found, entries) };
  const powerful = entries.filter(
    ({ kind, key }) => ['rbac_user_roles', 'admin_roles'].includes(kind) && powerfulRoles.includes(key[1] ?? ''),
  );
  const people = new Set(powerful.map(({ workspace, key }) => place(workspace, key[0])));
  const roles = entries.filter(({ kind }) => kind === 'rbac_roles');
  return { who: 'unknown', people, roles: new Set(roles.map(({ workspace, key }) => place(workspace, key[0]))) };
}

function tokenOf({ environment, headers }: Target): string | undefined {
  const wanted = (environment.tokenHeader ?? defaultTokenHeader).toLowerCase();
  const [, token] = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return token === undefined || token === '' ? undefined : token;
}

/** What the gateway itself says, where it does. */
async function namesByGateway(client: GatewayClient, { signal }: OperationContext): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    const { body } = await client.request('GET', '/userinfo', { signal });
    const of = isObject(body) ? body : {};
    for (const [who, field] of [
      ['admin', 'username'],
      ['rbac_user', 'name'],
    ] as const) {
      const found = of[who];
      if (isObject(found) && typeof found[field] === 'string') names.add(found[field]);
    }
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
  }
  return names;
}

function withRoles(found: readonly Entry[], entries: readonly Entry[]): Pick<Operator, 'people' | 'roles'> {
  const people = new Set(found.map(({ workspace, key }) => place(workspace, key[0])));
  const names = new Set(found.map(({ key }) => key[0]));
  const links = entries.filter(
    ({ kind, key }) => ['rbac_user_roles', 'admin_roles'].includes(kind) && names.has(key[0]),
  );
  return { people, roles: new Set(links.map(({ workspace, key }) => place(workspace, key[1]))) };
}

/** Whether a change could take rights from whoever makes it. */
export function touchesOperator(
  { who, people, roles }: Operator,
  op: 'create' | 'update' | 'delete',
  { kind, workspace, key, fields }: Entry,
): boolean {
  if (who === 'none') return false;
  const isUnknown = who === 'unknown';
  const isPerson = people.has(place(workspace, key[0]));
  const isRole = roles.has(place(workspace, key[0]));
  switch (kind) {
    case 'rbac_users':
    case 'admins':
      if (op === 'create') return false;
      return isPerson || (isUnknown && (op === 'delete' || isShutOut(fields)));
    case 'rbac_user_roles':
    case 'admin_roles':
      return op === 'delete' && (isPerson || isUnknown);
    case 'rbac_roles':
      return op === 'delete' && isRole;
    case 'rbac_endpoint_permissions':
    case 'rbac_entity_permissions':
      return isRole && (op !== 'create' || fields['negative'] === true);
    // By their groups people get roles when they log in elsewhere.
    case 'groups':
    case 'group_roles':
      return op === 'delete' && isUnknown;
    default:
      return false;
  }
}

const isShutOut = (fields: Entry['fields']): boolean =>
  fields['enabled'] === false || fields['rbac_token_enabled'] === false;
