import type { JsonObject } from '../core/json.js';
import type { EntityFacts } from '../schema/facts.js';
import { invalidPrimaryKey } from './adminErrors.js';
import { decodeOffset, encodeOffset, hasTags, nextPage, type Page, type PageRequest, pageRequest } from './paging.js';
import { isUuid } from './references.js';
import { created, methodNotAllowed, noContent, notFound, ok, refuse, unexpected } from './reply.js';
import type { AdminRequest, Endpoint, Handler } from './router.js';
import type { Key, Storage } from './storage.js';
import { referenceId, type Row } from './table.js';
import { randomUUID } from 'node:crypto';

export const addressOf = (kind: string, facts: EntityFacts): string => facts.admin_api_name ?? kind;

export const nestedAddressOf = (kind: string, facts: EntityFacts): string =>
  facts.admin_api_nested_name ?? addressOf(kind, facts);

/** What the word in an address means: an id, or the name that stands in for it. @throws ReplyError 400, code 1. */
export function keyOf(storage: Storage, kind: string, text: string): Key {
  if (isUuid(text)) return { id: text.toLowerCase() };
  const field = storage.kind(kind).endpoint_key;
  if (field === undefined) invalidPrimaryKey({ id: 'expected a valid UUID' });
  return { field, value: text };
}

/** The entity that the address names. @throws ReplyError 404. */
export function selected(storage: Storage, kind: string, request: AdminRequest): Row {
  const row = storage.select(kind, keyOf(storage, kind, request.params[kind] ?? ''), request.workspace);
  return row ?? refuse(notFound());
}

/** The id that the default workspace has in every gateway without a database. */
const dblessWorkspace = '0dc6f45b-8f8d-40d2-a504-473544ee190b';

/** One page of a kind, of one parent's children when `parent` is given. */
export function pageOf(
  storage: Storage,
  kind: string,
  workspace: string,
  { size, offset, tags }: PageRequest,
  parent?: { field: string; id: string },
): Page {
  const after = offset === undefined ? undefined : storage.readOnly ? afterInMap(offset) : afterInTable(offset);
  const data: JsonObject[] = [];
  let last = '';
  const ids = storage.ids(kind, workspace, { ...(after !== undefined && { after }), ...(parent && { parent }) });
  for (const id of ids) {
    const row = storage.get(kind, id, workspace);
    if (!row || (tags && !hasTags(row.fields, tags))) continue;
    if (data.length === size) return { data, offset: encodeOffset([last]) };
    data.push(storage.read(kind, row));
    last = id;
    if (storage.readOnly && data.length === size) return { data, offset: mapOffset(kind, id) };
  }
  return { data };
}

/** @throws ReplyError 400 with code 7; 500 for a token that is well made and names no id, as Kong does. */
function afterInTable(offset: string): string {
  const [id] = decodeOffset(offset);
  return isUuid(id as string) ? (id as string) : refuse(unexpected());
}

/**
 * Without a database Kong pages through a map of `kind|workspace|*|id`, tells of a next page whenever one is full, and
 * looks for whatever comes after a token, good or bad.
 */
function mapOffset(kind: string, id: string): string {
  return Buffer.from(`${kind}|${dblessWorkspace}|*|${id}\0`).toString('base64url');
}

function afterInMap(offset: string): string {
  const [, , , id = '~'] = Buffer.from(offset, 'base64url').toString('utf8').replace('\0', '').split('|');
  return id;
}

export function listReply(storage: Storage, path: string, request: AdminRequest, page: Page) {
  const { data, offset } = page;
  return ok({
    data,
    ...(offset !== undefined && { offset }),
    next: nextPage(path, request.query, offset, storage.dialect),
  });
}

/** The endpoints that Kong makes for a kind out of its schema, by path. */
export function entityEndpoints(storage: Storage): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  const add = (path: string, methods: Endpoint['methods']): void => void endpoints.set(path, { path, methods });
  for (const [kind, facts] of Object.entries(storage.facts.entities)) {
    if (facts.generate_admin_api === false) continue;
    const address = addressOf(kind, facts);
    add(`/${address}`, collection(storage, kind));
    add(`/${address}/{${kind}}`, entity(storage, kind));
    for (const [field, { reference }] of Object.entries(facts.foreign ?? {})) {
      const other = storage.facts.entities[reference];
      if (!other || other.generate_admin_api === false) continue;
      add(`/${address}/{${kind}}/${field}`, parentEntity(storage, kind, field, reference));
      const nested = `/${addressOf(reference, other)}/{${reference}}/${nestedAddressOf(kind, facts)}`;
      add(nested, children(storage, kind, field, reference));
      add(`${nested}/{${kind}}`, child(storage, kind, field, reference));
    }
  }
  return endpoints;
}

/** `/services` */
function collection(storage: Storage, kind: string): Endpoint['methods'] {
  const facts = storage.kind(kind);
  return {
    GET: (request) => {
      const wanted = pageRequest(request.query, 'tags' in facts.fields, storage.dialect);
      return listReply(
        storage,
        `/${addressOf(kind, facts)}`,
        request,
        pageOf(storage, kind, request.workspace, wanted),
      );
    },
    POST: (request) => created(storage.read(kind, storage.insert(kind, request.fields(kind), request.workspace))),
  };
}

/** `/services/{services}` */
function entity(storage: Storage, kind: string): Endpoint['methods'] {
  const key = (request: AdminRequest): Key => keyOf(storage, kind, request.params[kind] ?? '');
  return {
    GET: (request) => ok(storage.read(kind, selected(storage, kind, request))),
    PUT: (request) =>
      ok(storage.read(kind, storage.upsert(kind, key(request), request.fields(kind), request.workspace))),
    PATCH: (request) =>
      ok(storage.read(kind, storage.update(kind, key(request), request.fields(kind), request.workspace))),
    DELETE: (request) => {
      const row = storage.select(kind, key(request), request.workspace);
      if (row) storage.remove(kind, row, key(request));
      return noContent();
    },
  };
}

/** `/routes/{routes}/service` */
function parentEntity(storage: Storage, kind: string, field: string, parent: string): Endpoint['methods'] {
  const parentKey = (request: AdminRequest): Key => {
    const id = referenceId(selected(storage, kind, request).fields[field]);
    return id === undefined ? refuse(notFound()) : { id };
  };
  return {
    GET: (request) =>
      ok(storage.read(parent, storage.select(parent, parentKey(request), request.workspace) ?? refuse(notFound()))),
    PUT: (request) => {
      const row = selected(storage, kind, request);
      const id = referenceId(row.fields[field]);
      const made = storage.upsert(parent, { id: id ?? randomUUID() }, request.fields(parent), request.workspace);
      if (id === undefined) storage.update(kind, { id: row.id }, { [field]: { id: made.id } }, request.workspace);
      return ok(storage.read(parent, made));
    },
    PATCH: (request) =>
      ok(storage.read(parent, storage.update(parent, parentKey(request), request.fields(parent), request.workspace))),
    DELETE: (request) => {
      parentKey(request);
      return methodNotAllowed();
    },
  };
}

/** `/services/{services}/routes` */
function children(storage: Storage, kind: string, field: string, parent: string): Endpoint['methods'] {
  const facts = storage.kind(kind);
  return {
    GET: (request) => {
      const { id } = selected(storage, parent, request);
      const wanted = pageRequest(request.query, 'tags' in facts.fields, storage.dialect);
      const path = `/${addressOf(parent, storage.kind(parent))}/${request.params[parent]}/${nestedAddressOf(kind, facts)}`;
      return listReply(storage, path, request, pageOf(storage, kind, request.workspace, wanted, { field, id }));
    },
    POST: (request) => {
      const value = { ...request.fields(kind), [field]: { id: selected(storage, parent, request).id } };
      return created(storage.read(kind, storage.insert(kind, value, request.workspace)));
    },
  };
}

/** `/services/{services}/routes/{routes}` */
function child(storage: Storage, kind: string, field: string, parent: string): Endpoint['methods'] {
  /** The child, when it belongs to the parent that the address names. */
  const own = (request: AdminRequest): { row: Row; parentId: string } => {
    const parentId = selected(storage, parent, request).id;
    const row = selected(storage, kind, request);
    return referenceId(row.fields[field]) === parentId ? { row, parentId } : refuse(notFound());
  };
  const put: Handler = (request) => {
    const value = { ...request.fields(kind), [field]: { id: selected(storage, parent, request).id } };
    const key = keyOf(storage, kind, request.params[kind] ?? '');
    return ok(storage.read(kind, storage.upsert(kind, key, value, request.workspace)));
  };
  return {
    GET: (request) => ok(storage.read(kind, own(request).row)),
    PUT: put,
    PATCH: (request) => {
      const { row, parentId } = own(request);
      const change = request.fields(kind);
      change[field] ??= { id: parentId };
      return ok(storage.read(kind, storage.update(kind, { id: row.id }, change, request.workspace)));
    },
    DELETE: (request) => {
      storage.remove(kind, own(request).row);
      return noContent();
    },
  };
}
