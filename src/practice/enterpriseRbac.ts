import { createHash, randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../core/json.js';
import { fieldViolation } from './adminErrors.js';
import { type EnterpriseShelves, shelfPage, type ShelfRow } from './enterpriseShelf.js';
import { created, noContent, notFound, ok, refuse } from './reply.js';
import { bodyFields } from './requestBody.js';
import type { AdminRequest, Endpoint } from './router.js';

const allActions = ['delete', 'create', 'update', 'read'];
const deepestEndpoint = 8;

/** Roles, what they may do, and users with their roles: `/rbac/…` of each workspace. */
export function rbacEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  return [...roleEndpoints(shelves), ...permissionEndpoints(shelves), ...userEndpoints(shelves)];
}

function roleEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  const { roles, storage } = shelves;
  const role = ({ params, workspace }: AdminRequest): ShelfRow => roles.get(workspace, params['role'] ?? '');
  const fieldsOf = (request: AdminRequest): JsonObject => pick(bodyFields(request.body), ['name', 'comment', 'id']);
  const add = (request: AdminRequest, fields: JsonObject): ShelfRow => {
    if (typeof fields['name'] !== 'string') fieldViolation('name', 'required field missing');
    return roles.add(request.workspace, { comment: null, is_default: false, ...fields });
  };
  return [
    {
      path: '/rbac/roles',
      methods: {
        GET: (request) => shelfPage(storage, '/rbac/roles', request, fieldsIn(roles.of(request.workspace))),
        POST: (request) => created(add(request, fieldsOf(request)).fields),
      },
    },
    {
      path: '/rbac/roles/{role}',
      methods: {
        GET: (request) => ok(role(request).fields),
        PUT: (request) => {
          const word = request.params['role'] ?? '';
          const there = roles.find(request.workspace, word);
          if (there) return ok(roles.change(there, fieldsOf(request)).fields);
          return created(add(request, { id: word, ...fieldsOf(request) }).fields);
        },
        PATCH: (request) => ok(roles.change(role(request), fieldsOf(request)).fields),
        DELETE: (request) => {
          const gone = roles.find(request.workspace, request.params['role'] ?? '');
          if (gone) removeRole(shelves, gone);
          return noContent();
        },
      },
    },
  ];
}

/** With all that belongs to it. */
function removeRole(shelves: EnterpriseShelves, role: ShelfRow): void {
  const { id } = role.fields;
  shelves.roles.remove((row) => row === role);
  for (const shelf of [shelves.endpointPermissions, shelves.entityPermissions]) {
    shelf.remove(({ fields }) => (fields['role'] as JsonObject)['id'] === id);
  }
  for (const shelf of [shelves.userRoles, shelves.adminRoles, shelves.groupRoles]) {
    shelf.remove(({ fields }) => fields['role'] === id);
  }
}

function permissionEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  const { storage, roles, endpointPermissions, entityPermissions } = shelves;
  const roleId = ({ params, workspace }: AdminRequest): Json =>
    roles.get(workspace, params['role'] ?? '').fields['id'] ?? null;
  const own = (shelf: typeof endpointPermissions, request: AdminRequest): ShelfRow[] => {
    const id = roleId(request);
    return shelf.all().filter(({ fields }) => (fields['role'] as JsonObject)['id'] === id);
  };
  const list = (shelf: typeof endpointPermissions, which: string) => (request: AdminRequest) =>
    shelfPage(storage, `/rbac/roles/${request.params['role']}/${which}`, request, fieldsIn(own(shelf, request)));
  const permission = (request: AdminRequest): JsonObject => {
    const { actions, negative, comment } = bodyFields(request.body);
    return {
      ...(actions !== undefined && { actions: actionsOf(actions) }),
      ...(negative !== undefined && { negative: negative === true || negative === 'true' }),
      ...(comment !== undefined && { comment }),
    };
  };
  const blank = (request: AdminRequest): JsonObject => ({
    negative: false,
    actions: allActions,
    comment: null,
    role: { id: roleId(request) },
    role_source: 'local',
  });
  const found = (rows: ShelfRow[], isIt: (fields: JsonObject) => boolean): ShelfRow =>
    rows.find(({ fields }) => isIt(fields)) ?? refuse(notFound());
  const single = (shelf: typeof endpointPermissions, find: (request: AdminRequest) => ShelfRow) => ({
    GET: (request: AdminRequest) => ok(find(request).fields),
    PATCH: (request: AdminRequest) => ok(shelf.change(find(request), permission(request)).fields),
    DELETE: (request: AdminRequest) => {
      const gone = find(request);
      shelf.remove((row) => row === gone);
      return noContent();
    },
  });
  const endpointOf = (request: AdminRequest): ShelfRow =>
    found(
      own(endpointPermissions, request),
      (fields) => fields['workspace'] === request.params['of'] && fields['endpoint'] === endpointIn(request),
    );
  const deep = Array.from({ length: deepestEndpoint }, (_, depth) =>
    Array.from({ length: depth + 1 }, (_each, at) => `{e${at}}`).join('/'),
  );
  return [
    {
      path: '/rbac/roles/{role}/endpoints',
      methods: {
        GET: list(endpointPermissions, 'endpoints'),
        POST: (request) => {
          const { endpoint, workspace = request.workspace } = bodyFields(request.body);
          if (typeof endpoint !== 'string') fieldViolation('endpoint', 'required field missing');
          const key = endpoint.startsWith('/') || endpoint === '*' ? endpoint : `/${endpoint}`;
          const same = own(endpointPermissions, request).some(
            ({ fields }) => fields['workspace'] === workspace && fields['endpoint'] === key,
          );
          if (same) fieldViolation('endpoint', 'permission exists already');
          const fields = { ...blank(request), ...permission(request), workspace, endpoint: key };
          return created(endpointPermissions.add(request.workspace, fields).fields);
        },
      },
    },
    ...deep.map((path): Endpoint => ({
      path: `/rbac/roles/{role}/endpoints/{of}/${path}`,
      methods: single(endpointPermissions, endpointOf),
    })),
    {
      path: '/rbac/roles/{role}/entities',
      methods: {
        GET: list(entityPermissions, 'entities'),
        POST: (request) => {
          const { entity_id: entity, entity_type: type } = bodyFields(request.body);
          if (typeof entity !== 'string') fieldViolation('entity_id', 'required field missing');
          const fields = {
            ...blank(request),
            ...permission(request),
            entity_id: entity,
            entity_type: type ?? 'wildcard',
          };
          return created(entityPermissions.add(request.workspace, fields).fields);
        },
      },
    },
    {
      path: '/rbac/roles/{role}/entities/{entity}',
      methods: single(entityPermissions, (request) =>
        found(own(entityPermissions, request), (fields) => fields['entity_id'] === request.params['entity']),
      ),
    },
  ];
}

function endpointIn({ params }: AdminRequest): string {
  const parts = Array.from({ length: deepestEndpoint }, (_, at) => params[`e${at}`]).filter(
    (part) => part !== undefined,
  );
  return parts.length === 1 && parts[0] === '*' ? '*' : `/${parts.join('/')}`;
}

function userEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  const { storage, users, userRoles } = shelves;
  const user = ({ params, workspace }: AdminRequest): ShelfRow => users.get(workspace, params['user'] ?? '');
  const fieldsOf = (request: AdminRequest): JsonObject => {
    const fields = pick(bodyFields(request.body), ['name', 'comment', 'enabled', 'id', 'user_token']);
    const token = fields['user_token'];
    if (typeof token !== 'string') return fields;
    return { ...fields, user_token: hashToken(token), user_token_ident: tokenIdent(token) };
  };
  return [
    {
      path: '/rbac/users',
      methods: {
        GET: (request) => shelfPage(storage, '/rbac/users', request, fieldsIn(users.of(request.workspace))),
        POST: (request) => {
          const fields = fieldsOf(request);
          if (typeof fields['name'] !== 'string') fieldViolation('name', 'required field missing');
          if (fields['user_token'] === undefined) fieldViolation('user_token', 'required field missing');
          return created(users.add(request.workspace, { comment: null, enabled: true, ...fields }).fields);
        },
      },
    },
    {
      path: '/rbac/users/{user}',
      methods: {
        GET: (request) => ok(user(request).fields),
        PATCH: (request) => ok(users.change(user(request), fieldsOf(request)).fields),
        DELETE: (request) => {
          const gone = user(request);
          users.remove((row) => row === gone);
          userRoles.remove(({ fields }) => fields['user'] === gone.fields['id']);
          return noContent();
        },
      },
    },
    {
      path: '/rbac/users/{user}/roles',
      methods: roleListMethods(shelves, userRoles, 'user', (request) => user(request).fields),
    },
  ];
}

/** `…/roles` of a user or admin: names separated by commas, of roles of the same workspace. */
export function roleListMethods(
  { roles }: EnterpriseShelves,
  links: EnterpriseShelves['userRoles'],
  field: 'user' | 'admin',
  owner: (request: AdminRequest) => JsonObject,
): Endpoint['methods'] {
  const rolesOf = (request: AdminRequest): Json[] =>
    links
      .of(request.workspace)
      .filter(({ fields }) => fields[field] === owner(request)['id'])
      .flatMap(({ fields }) => roles.find(request.workspace, String(fields['role']))?.fields ?? []);
  const body = (request: AdminRequest): JsonObject => ({ roles: rolesOf(request), [field]: owner(request) });
  const named = (request: AdminRequest): ShelfRow[] =>
    String(bodyFields(request.body)['roles'] ?? '')
      .split(',')
      .filter((name) => name !== '')
      .map((name) => roles.find(request.workspace, name) ?? refuse(notFound(`role not found with name '${name}'`)));
  const isLink = (request: AdminRequest, role: ShelfRow, fields: JsonObject): boolean =>
    fields[field] === owner(request)['id'] && fields['role'] === role.fields['id'];
  return {
    GET: (request) => ok(body(request)),
    POST: (request) => {
      for (const role of named(request)) {
        if (links.of(request.workspace).some(({ fields }) => isLink(request, role, fields))) continue;
        links.add(request.workspace, { [field]: owner(request)['id'] ?? null, role: role.fields['id'] ?? null });
      }
      return created(body(request));
    },
    DELETE: (request) => {
      for (const role of named(request)) links.remove(({ fields }) => isLink(request, role, fields));
      return noContent();
    },
  };
}

export const fieldsIn = (rows: readonly ShelfRow[]): JsonObject[] => rows.map(({ fields }) => fields);

export const pick = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));

/** By this Kong finds the user of a token without comparing each hash. */
const tokenIdent = (token: string): string => createHash('sha1').update(token).digest('hex').slice(0, 5);

/** Looks as Kong's hash does; nobody logs in with it here. */
const hashToken = (token: string): string =>
  `$2b$09$${createHash('sha256').update(token).update(randomBytes(8)).digest('base64url').padEnd(53, 'x').slice(0, 53)}`;

function actionsOf(actions: Json): string[] {
  const names = Array.isArray(actions) ? actions.map(String) : String(actions).split(',');
  return names.includes('*') ? allActions : allActions.filter((action) => names.map((n) => n.trim()).includes(action));
}
