import type { JsonObject } from '../core/json.js';
import { fieldViolation } from './adminErrors.js';
import { fieldsIn, pick, roleListMethods } from './enterpriseRbac.js';
import { type EnterpriseShelves, type Shelf, shelfPage, type ShelfRow } from './enterpriseShelf.js';
import { created, message, noContent, notFound, ok, refuse } from './reply.js';
import { bodyFields } from './requestBody.js';
import type { AdminRequest, Endpoint } from './router.js';

/** Admins, developers, groups, event hooks and licences. */
export function peopleEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  return [
    ...adminEndpoints(shelves),
    ...groupEndpoints(shelves),
    ...collection(shelves, shelves.developers, '/developers', {
      fields: ['email', 'meta', 'custom_id', 'status', 'roles', 'id'],
      needed: ['email'],
      // A password or key goes to the consumer behind the developer, and is never given back.
      filled: { status: 0, custom_id: null, meta: null, roles: [] },
      isWorkspaced: true,
    }),
    ...collection(shelves, shelves.eventHooks, '/event-hooks', {
      fields: ['source', 'event', 'handler', 'config', 'on_change', 'snooze', 'id'],
      needed: ['source', 'handler', 'config'],
      filled: { event: null, on_change: null, snooze: null },
      isWorkspaced: true,
    }),
    ...collection(shelves, shelves.licenses, '/licenses', {
      fields: ['payload', 'id'],
      needed: ['payload'],
      filled: {},
      isWorkspaced: false,
    }),
  ];
}

interface CollectionShape {
  fields: string[];
  needed: string[];
  filled: JsonObject;
  isWorkspaced: boolean;
}

/** A plain list with its entities under their id or name. */
function collection({ storage }: EnterpriseShelves, shelf: Shelf, path: string, shape: CollectionShape): Endpoint[] {
  const home = ({ workspace }: AdminRequest): string => (shape.isWorkspaced ? workspace : '');
  const fieldsOf = (request: AdminRequest): JsonObject => pick(bodyFields(request.body), shape.fields);
  const one = (request: AdminRequest): ShelfRow => shelf.get(home(request), request.params['word'] ?? '');
  const add = (request: AdminRequest, fields: JsonObject): JsonObject => {
    const missing = shape.needed.find((name) => (fields[name] ?? null) === null);
    if (missing !== undefined) fieldViolation(missing, 'required field missing');
    return shelf.add(home(request), { ...shape.filled, ...fields }).fields;
  };
  return [
    {
      path,
      methods: {
        GET: (request) => shelfPage(storage, path, request, fieldsIn(shelf.of(home(request)))),
        POST: (request) => created(add(request, fieldsOf(request))),
      },
    },
    {
      path: `${path}/{word}`,
      methods: {
        GET: (request) => ok(one(request).fields),
        PUT: (request) => {
          const there = shelf.find(home(request), request.params['word'] ?? '');
          if (there) return ok(shelf.change(there, fieldsOf(request)).fields);
          return ok(add(request, { id: request.params['word'] ?? '', ...fieldsOf(request) }));
        },
        PATCH: (request) => ok(shelf.change(one(request), fieldsOf(request)).fields),
        DELETE: (request) => {
          const gone = one(request);
          shelf.remove((row) => row === gone);
          return noContent();
        },
      },
    },
  ];
}

const adminFields = ['username', 'email', 'custom_id', 'rbac_token_enabled'];

/** An admin is one of the whole gateway, and seen in the workspaces it belongs to. */
function adminEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  const { storage, admins, adminWorkspaces, adminRoles } = shelves;
  const belongs = (workspace: string, { fields }: ShelfRow): boolean =>
    adminWorkspaces.of(workspace).some((link) => link.fields['admin'] === fields['id']);
  const inside = (workspace: string): ShelfRow[] => admins.of('').filter((row) => belongs(workspace, row));
  const admin = ({ params, workspace }: AdminRequest): ShelfRow => {
    const row = admins.get('', params['admin'] ?? '');
    return belongs(workspace, row) ? row : refuse(notFound());
  };
  const join = (workspace: string, row: ShelfRow): void => {
    if (!belongs(workspace, row)) adminWorkspaces.add(workspace, { admin: row.fields['id'] ?? null });
  };
  return [
    {
      path: '/admins',
      methods: {
        GET: (request) => shelfPage(storage, '/admins', request, fieldsIn(inside(request.workspace))),
        POST: (request) => {
          const fields = pick(bodyFields(request.body), adminFields);
          const missing = ['username', 'email'].find((name) => typeof fields[name] !== 'string');
          if (missing !== undefined) fieldViolation(missing, 'required field missing');
          const taken = ['username', 'email'].some((name) => admins.find('', String(fields[name])));
          if (taken) return message(409, 'user already exists with same username, email, or custom_id');
          const row = admins.add('', { custom_id: null, rbac_token_enabled: true, status: 4, ...fields });
          join(request.workspace, row);
          return ok({ admin: row.fields });
        },
      },
    },
    {
      path: '/admins/{admin}',
      methods: {
        GET: (request) => ok(admin(request).fields),
        PATCH: (request) => ok(admins.change(admin(request), pick(bodyFields(request.body), adminFields)).fields),
        DELETE: (request) => {
          const gone = admin(request);
          admins.remove((row) => row === gone);
          for (const links of [adminWorkspaces, adminRoles]) {
            links.remove(({ fields }) => fields['admin'] === gone.fields['id']);
          }
          return noContent();
        },
      },
    },
    {
      path: '/admins/{admin}/roles',
      methods: roleListMethods(shelves, adminRoles, 'admin', (request) => admin(request).fields),
    },
    {
      path: '/admins/{admin}/workspaces',
      methods: {
        GET: ({ params }) => {
          const row = admins.get('', params['admin'] ?? '');
          const names = adminWorkspaces.all().filter(({ fields }) => fields['admin'] === row.fields['id']);
          const found = names.map(({ workspace }) => storage.find('workspaces', 'name', workspace, '')?.fields ?? {});
          return ok({ data: found });
        },
      },
    },
    {
      path: '/admins/{admin}/workspaces/{to}',
      methods: {
        PATCH: ({ params }) => {
          const row = admins.get('', params['admin'] ?? '');
          const { to = '' } = params;
          if (!storage.find('workspaces', 'name', to, '')) refuse(notFound());
          join(to, row);
          return ok(row.fields);
        },
      },
    },
  ];
}

function groupEndpoints(shelves: EnterpriseShelves): Endpoint[] {
  const { storage, groups, groupRoles, roles } = shelves;
  const group = ({ params }: AdminRequest): ShelfRow => groups.get('', params['group'] ?? '');
  const workspaceOf = (id: string): string | undefined =>
    storage.ids('workspaces', '').includes(id) ? String(storage.get('workspaces', id, '')?.fields['name']) : undefined;
  const shown = (row: ShelfRow, link: ShelfRow): JsonObject => {
    const workspace = String(link.fields['workspace']);
    const role = roles.find(workspaceOf(workspace) ?? '', String(link.fields['role']))?.fields ?? {};
    return { group: row.fields, rbac_role: pick(role, ['id', 'name']), workspace: { id: workspace } };
  };
  const links = (row: ShelfRow): ShelfRow[] =>
    groupRoles.all().filter(({ fields }) => fields['group'] === row.fields['id']);
  const named = (role: unknown, workspace: unknown): JsonObject => {
    const home = workspaceOf(String(workspace));
    if (home === undefined || !roles.find(home, String(role))) refuse(notFound());
    return { role: String(role), workspace: String(workspace) };
  };
  return [
    ...collection(shelves, groups, '/groups', {
      fields: ['name', 'comment', 'id'],
      needed: ['name'],
      filled: { comment: null },
      isWorkspaced: false,
    }).map((endpoint): Endpoint => {
      const { DELETE: remove, ...others } = endpoint.methods;
      if (!remove) return endpoint;
      return {
        ...endpoint,
        methods: {
          ...others,
          DELETE: (request) => {
            const { fields } = groups.get('', request.params['word'] ?? '');
            groupRoles.remove((link) => link.fields['group'] === fields['id']);
            return remove(request);
          },
        },
      };
    }),
    {
      path: '/groups/{group}/roles',
      methods: {
        GET: (request) => {
          const row = group(request);
          const path = `/groups/${request.params['group']}/roles`;
          return shelfPage(
            storage,
            path,
            request,
            links(row).map((link) => shown(row, link)),
          );
        },
        POST: (request) => {
          const row = group(request);
          const body = bodyFields(request.body);
          const fields = named(body['rbac_role_id'], body['workspace_id']);
          return created(shown(row, groupRoles.add('', { ...fields, group: row.fields['id'] ?? null })));
        },
        DELETE: (request) => {
          const row = group(request);
          const { role, workspace } = named(request.query['rbac_role_id'], request.query['workspace_id']);
          groupRoles.remove(
            ({ fields }) =>
              fields['group'] === row.fields['id'] && fields['role'] === role && fields['workspace'] === workspace,
          );
          return noContent();
        },
      },
    },
  ];
}
