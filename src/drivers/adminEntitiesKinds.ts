import { createHash, randomBytes } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { stableText } from './adminEntitiesCompare.js';
import type { CallOptions, GatewayResponse, Method } from '../gateway/gatewayClient.js';

/** Something that only Enterprise has, by the names that find it again on another gateway. */
export interface Entry {
  kind: string;
  /** '' for what belongs to the whole gateway. */
  workspace: string;
  /** Of something that belongs to another entry, that one's names come first. */
  key: string[];
  /** What a restore can set, without nulls. */
  fields: JsonObject;
  /** On the gateway that it was read from. */
  id?: string;
  /** By what a user's token is found, as long as it is in memory. Never written. */
  ident?: string;
}

/** Calls to the gateway, as a kind makes them. */
export interface Writer {
  call(method: Method, path: string, options?: Omit<CallOptions, 'signal'>): Promise<GatewayResponse>;
  /** @throws KongBackupError `gateway-rejected` when there is none of this name. */
  idOf(path: string, workspace?: string): Promise<string>;
}

/** What is known while rows are read. */
export interface ReadNames {
  parent?: Entry;
  /** Names of workspaces by id. */
  workspaces: ReadonlyMap<string, string>;
}

/** How one kind is read and written. */
export interface EntryKind {
  name: string;
  /** In a sentence: `3 roles`. */
  plural: string;
  scope: 'gateway' | 'workspace';
  /** The kind whose entries it belongs to. */
  parent?: string;
  /** Of the list; `{}` stands for the parent's name. */
  path: string;
  /** The key of the answer that holds the list, where it isn't `data`. */
  listKey?: string;
  /** Undefined for a row that is nobody's to restore. */
  entry(row: JsonObject, names: ReadNames): Pick<Entry, 'key' | 'fields' | 'ident'> | undefined;
  /** Fields that a change can set; all of them when absent. */
  changeable?: readonly string[];
  create(entry: Entry, writer: Writer): Promise<unknown>;
  /** Absent: an entry is all key. */
  update?(entry: Entry, changes: JsonObject, writer: Writer): Promise<unknown>;
  /** Absent: never taken away. @param entry as the target has it. */
  remove?(entry: Entry, writer: Writer): Promise<unknown>;
  /** What nobody can read back of it, in a few words. */
  secret?: string;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const part = encodeURIComponent;
/** A token or password that nobody knows: its owner gets a new one. */
const unknowable = (): string => randomBytes(24).toString('base64url');

/** The named fields of a row that say something. */
export function fieldsOf(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = row[name] ?? null;
      return value === null ? [] : [[name, Array.isArray(value) && name !== 'config' ? [...value].sort() : value]];
    }),
  );
}

const named =
  (name: string, fields: readonly string[]) =>
  (row: JsonObject): Pick<Entry, 'key' | 'fields'> => ({ key: [text(row[name])], fields: fieldsOf(row, fields) });

/** What goes with an address of a workspace's own. */
const at = (workspace: string, body?: JsonObject): { workspace: string; body?: JsonObject } => ({
  workspace,
  ...(body && { body }),
});

/** The end of an address that names an endpoint: `*` or `services/*`. */
const endpointPath = (endpoint: string): string => endpoint.replace(/^\//, '').split('/').map(part).join('/');

const permissionBody = ({ fields }: Entry): JsonObject => ({
  ...fields,
  actions: Array.isArray(fields['actions']) ? fields['actions'].join(',') : '',
});
const permissionFields = ['actions', 'negative', 'comment'];
const listed = (changes: JsonObject): JsonObject =>
  Array.isArray(changes['actions']) ? { ...changes, actions: changes['actions'].join(',') } : changes;

const workspaces: EntryKind = {
  name: 'workspaces',
  plural: 'workspaces',
  scope: 'gateway',
  path: '/workspaces',
  entry: named('name', ['comment', 'config', 'meta']),
  create: ({ key: [name = ''], fields }, { call }) => call('POST', '/workspaces', { body: { name, ...fields } }),
  update: ({ key: [name = ''] }, changes, { call }) => call('PATCH', `/workspaces/${part(name)}`, { body: changes }),
};

const roles: EntryKind = {
  name: 'rbac_roles',
  plural: 'roles',
  scope: 'workspace',
  path: '/rbac/roles',
  // The role that comes with each user by itself is Kong's own.
  entry: (row) => (row['is_default'] === true ? undefined : named('name', ['comment'])(row)),
  create: ({ workspace, key: [name = ''], fields }, { call }) =>
    call('POST', '/rbac/roles', at(workspace, { name, ...fields })),
  update: ({ workspace, key: [name = ''] }, changes, { call }) =>
    call('PATCH', `/rbac/roles/${part(name)}`, at(workspace, changes)),
  remove: ({ workspace, key: [name = ''] }, { call }) => call('DELETE', `/rbac/roles/${part(name)}`, at(workspace)),
};

const endpointPermissions: EntryKind = {
  name: 'rbac_endpoint_permissions',
  plural: 'endpoint permissions',
  scope: 'workspace',
  parent: 'rbac_roles',
  path: '/rbac/roles/{}/endpoints',
  entry: (row, { parent }) => ({
    key: [...(parent?.key ?? []), text(row['workspace']), text(row['endpoint'])],
    fields: fieldsOf(row, permissionFields),
  }),
  changeable: ['actions', 'negative'],
  create: (entry, { call }) => {
    const [role = '', workspace = '', endpoint = ''] = entry.key;
    const body = { workspace, endpoint, ...permissionBody(entry) };
    return call('POST', `/rbac/roles/${part(role)}/endpoints`, at(entry.workspace, body));
  },
  update: ({ workspace, key: [role = '', of = '', endpoint = ''] }, changes, { call }) =>
    call(
      'PATCH',
      `/rbac/roles/${part(role)}/endpoints/${part(of)}/${endpointPath(endpoint)}`,
      at(workspace, listed(changes)),
    ),
  remove: ({ workspace, key: [role = '', of = '', endpoint = ''] }, { call }) =>
    call('DELETE', `/rbac/roles/${part(role)}/endpoints/${part(of)}/${endpointPath(endpoint)}`, at(workspace)),
};

const entityPermissions: EntryKind = {
  name: 'rbac_entity_permissions',
  plural: 'entity permissions',
  scope: 'workspace',
  parent: 'rbac_roles',
  path: '/rbac/roles/{}/entities',
  entry: (row, { parent }) => ({
    key: [...(parent?.key ?? []), text(row['entity_type']), text(row['entity_id'])],
    fields: fieldsOf(row, permissionFields),
  }),
  changeable: ['actions', 'negative'],
  create: (entry, { call }) => {
    const [role = '', type = '', id = ''] = entry.key;
    const body = { entity_type: type, entity_id: id, ...permissionBody(entry) };
    return call('POST', `/rbac/roles/${part(role)}/entities`, at(entry.workspace, body));
  },
  update: ({ workspace, key: [role = '', , id = ''] }, changes, { call }) =>
    call('PATCH', `/rbac/roles/${part(role)}/entities/${part(id)}`, at(workspace, listed(changes))),
  remove: ({ workspace, key: [role = '', , id = ''] }, { call }) =>
    call('DELETE', `/rbac/roles/${part(role)}/entities/${part(id)}`, at(workspace)),
};

const users: EntryKind = {
  name: 'rbac_users',
  plural: 'users',
  scope: 'workspace',
  path: '/rbac/users',
  entry: (row) => ({ ...named('name', ['comment', 'enabled'])(row), ident: text(row['user_token_ident']) }),
  create: ({ workspace, key: [name = ''], fields }, { call }) =>
    call('POST', '/rbac/users', at(workspace, { name, user_token: unknowable(), ...fields })),
  update: ({ workspace, key: [name = ''] }, changes, { call }) =>
    call('PATCH', `/rbac/users/${part(name)}`, at(workspace, changes)),
  remove: ({ workspace, key: [name = ''] }, { call }) => call('DELETE', `/rbac/users/${part(name)}`, at(workspace)),
  secret: 'its token',
};

/** Roles that somebody has, each an entry of its own. */
const roleLinks = (name: string, plural: string, parent: string, path: string): EntryKind => ({
  name,
  plural,
  scope: 'workspace',
  parent,
  path: `${path}/{}/roles`,
  listKey: 'roles',
  entry: (row, names) =>
    row['is_default'] === true ? undefined : { key: [...(names.parent?.key ?? []), text(row['name'])], fields: {} },
  create: ({ workspace, key: [who = '', role = ''] }, { call }) =>
    call('POST', `${path}/${part(who)}/roles`, at(workspace, { roles: role })),
  remove: ({ workspace, key: [who = '', role = ''] }, { call }) =>
    call('DELETE', `${path}/${part(who)}/roles`, at(workspace, { roles: role })),
});

const groups: EntryKind = {
  name: 'groups',
  plural: 'groups',
  scope: 'gateway',
  path: '/groups',
  entry: named('name', ['comment']),
  create: ({ key: [name = ''], fields }, { call }) => call('POST', '/groups', { body: { name, ...fields } }),
  update: ({ key: [name = ''] }, changes, { call }) => call('PATCH', `/groups/${part(name)}`, { body: changes }),
  remove: ({ key: [name = ''] }, { call }) => call('DELETE', `/groups/${part(name)}`),
};

async function groupRole({ key: [, workspace = '', role = ''] }: Entry, { idOf }: Writer) {
  return {
    rbac_role_id: await idOf(`/rbac/roles/${part(role)}`, workspace),
    workspace_id: await idOf(`/workspaces/${part(workspace)}`),
  };
}

const groupRoles: EntryKind = {
  name: 'group_roles',
  plural: 'roles of groups',
  scope: 'gateway',
  parent: 'groups',
  path: '/groups/{}/roles',
  entry: (row, names) => {
    const id = isObject(row['workspace']) ? text(row['workspace']['id']) : '';
    const role = isObject(row['rbac_role']) ? text(row['rbac_role']['name']) : '';
    return { key: [...(names.parent?.key ?? []), names.workspaces.get(id) ?? id, role], fields: {} };
  },
  create: async (entry, writer) =>
    writer.call('POST', `/groups/${part(entry.key[0] ?? '')}/roles`, { body: await groupRole(entry, writer) }),
  remove: async (entry, writer) =>
    writer.call('DELETE', `/groups/${part(entry.key[0] ?? '')}/roles`, { query: await groupRole(entry, writer) }),
};

const admins: EntryKind = {
  name: 'admins',
  plural: 'admins',
  scope: 'workspace',
  path: '/admins',
  entry: named('username', ['email', 'custom_id', 'rbac_token_enabled']),
  /** One of the gateway's admins, of another workspace so far, is let into this one. */
  create: async ({ workspace, key: [username = ''], fields }, { call }) => {
    const made = await call('POST', '/admins', { ...at(workspace, { username, ...fields }), answers: 409 });
    if (made.status !== 409) return;
    await call('PATCH', `/admins/${part(username)}/workspaces/${part(workspace)}`);
  },
  update: ({ workspace, key: [username = ''] }, changes, { call }) =>
    call('PATCH', `/admins/${part(username)}`, at(workspace, changes)),
  remove: ({ workspace, key: [username = ''] }, { call }) => call('DELETE', `/admins/${part(username)}`, at(workspace)),
  secret: 'its password and token',
};

const developers: EntryKind = {
  name: 'developers',
  plural: 'developers',
  scope: 'workspace',
  path: '/developers',
  entry: named('email', ['meta', 'custom_id', 'status', 'roles']),
  create: ({ workspace, key: [email = ''], fields }, { call }) =>
    call('POST', '/developers', at(workspace, { email, password: unknowable(), ...fields })),
  update: ({ workspace, key: [email = ''] }, changes, { call }) =>
    call('PATCH', `/developers/${part(email)}`, at(workspace, changes)),
  remove: ({ workspace, key: [email = ''] }, { call }) => call('DELETE', `/developers/${part(email)}`, at(workspace)),
  secret: 'its password or key',
};

const hookFields = ['source', 'event', 'handler', 'config', 'on_change', 'snooze'];

/** They have no names and no change by themselves: one that differs is another one. */
const eventHooks: EntryKind = {
  name: 'event_hooks',
  plural: 'event hooks',
  scope: 'workspace',
  path: '/event-hooks',
  entry: (row) => {
    const fields = fieldsOf(row, hookFields);
    return { key: [text(row['source']), text(row['event']), text(row['handler']), digest(fields)], fields };
  },
  changeable: [],
  create: ({ workspace, fields }, { call }) => call('POST', '/event-hooks', at(workspace, fields)),
  remove: ({ workspace, id = '' }, { call }) => call('DELETE', `/event-hooks/${part(id)}`, at(workspace)),
};

const licences: EntryKind = {
  name: 'licenses',
  plural: 'licences',
  scope: 'gateway',
  path: '/licenses',
  entry: named('id', ['payload']),
  create: ({ key: [id = ''], fields }, { call }) => call('PUT', `/licenses/${part(id)}`, { body: fields }),
  update: ({ key: [id = ''] }, changes, { call }) => call('PATCH', `/licenses/${part(id)}`, { body: changes }),
  remove: ({ key: [id = ''] }, { call }) => call('DELETE', `/licenses/${part(id)}`),
};

/** In the order in which they are brought back. */
export const adminKinds: readonly EntryKind[] = [
  workspaces,
  roles,
  endpointPermissions,
  entityPermissions,
  users,
  roleLinks('rbac_user_roles', 'roles of users', 'rbac_users', '/rbac/users'),
  groups,
  groupRoles,
  admins,
  roleLinks('admin_roles', 'roles of admins', 'admins', '/admins'),
  developers,
  eventHooks,
];

export const licenceKinds: readonly EntryKind[] = [licences];

/** The same for the same fields, in any order. Eight hex digits would do: it tells hooks of one event apart. */
function digest(fields: JsonObject): string {
  return createHash('sha256').update(stableText(fields)).digest('hex').slice(0, 16);
}
