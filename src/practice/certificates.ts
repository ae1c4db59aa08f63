import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { fieldViolation, noSuchKey } from './adminErrors.js';
import { listReply, pageOf } from './entityEndpoints.js';
import { pageRequest } from './paging.js';
import { isUuid } from './references.js';
import { created, noContent, notFound, ok, refuse } from './reply.js';
import type { AdminRequest, Endpoint } from './router.js';
import type { Storage } from './storage.js';
import { referenceId, type Row } from './table.js';

const kind = 'certificates';
const noSuchName = (): never => refuse(notFound('SNI not found'));

/** Certificates carry the names of their SNIs, and are found by any of them. */
export function certificateEndpoints(storage: Storage): Endpoint[] {
  const read = (row: Row): JsonObject => ({ ...storage.read(kind, row), snis: namesOf(storage, row) });
  return [
    {
      path: '/certificates',
      methods: {
        GET: (request) => {
          const page = pageOf(storage, kind, request.workspace, pageRequest(request.query, true, storage.dialect));
          const withNames = page.data.map((fields) => read({ id: String(fields['id']), workspace: '', fields }));
          return listReply(storage, '/certificates', request, { ...page, data: withNames });
        },
        POST: (request) => {
          const { value, names } = takeNames(storage, request);
          const row = storage.insert(kind, value, request.workspace);
          setNames(storage, row, names);
          return created(read(row));
        },
      },
    },
    {
      path: '/certificates/{certificates}',
      methods: {
        GET: (request) => {
          const { id } = idIn(storage, request, noSuchName);
          return ok(read(storage.get(kind, id, request.workspace) ?? noSuchKey({ id })));
        },
        PUT: (request) => {
          const { id, newName } = idIn(storage, request, randomUUID);
          const { value, names } = takeNames(storage, request, id);
          const row = storage.upsert(kind, { id }, value, request.workspace);
          setNames(storage, row, newName === undefined ? names : [...new Set([...(names ?? []), newName])]);
          return ok(read(row));
        },
        PATCH: (request) => {
          const { id } = idIn(storage, request, noSuchName);
          const { value, names } = takeNames(storage, request, id);
          const row = storage.update(kind, { id }, value, request.workspace);
          setNames(storage, row, names);
          return ok(read(row));
        },
        DELETE: (request) => {
          const { id } = idIn(storage, request, noSuchName);
          const row = storage.get(kind, id, request.workspace);
          if (row) {
            setNames(storage, row, []);
            storage.remove(kind, row);
          }
          return noContent();
        },
      },
    },
  ];
}

/** Replaces the word in the address by the certificate's id when it is one of its names. */
export function certificateId(storage: Storage, request: AdminRequest): AdminRequest {
  const { id } = idIn(storage, request, noSuchName);
  return { ...request, params: { ...request.params, [kind]: id } };
}

function idIn(
  storage: Storage,
  { params, workspace }: AdminRequest,
  otherwise: () => string,
): { id: string; newName?: string } {
  const word = params[kind] ?? '';
  if (isUuid(word)) return { id: word.toLowerCase() };
  const id = referenceId(storage.find('snis', 'name', word, workspace)?.fields['certificate']);
  return id === undefined ? { id: otherwise(), newName: word } : { id };
}

function snisOf(storage: Storage, certificate: Row): Row[] {
  return storage
    .ids('snis', certificate.workspace, { parent: { field: 'certificate', id: certificate.id } })
    .flatMap((id) => storage.table('snis').get(id) ?? []);
}

function namesOf(storage: Storage, certificate: Row): string[] {
  return snisOf(storage, certificate)
    .map(({ fields }) => String(fields['name']))
    .sort();
}

/** Takes `snis` out of what was sent. @throws ReplyError 400 for a name that another certificate has. */
function takeNames(storage: Storage, request: AdminRequest, id?: string): { value: JsonObject; names?: string[] } {
  const { snis, ...value } = request.fields(kind);
  if (snis === undefined || snis === null) return { value };
  const names = (Array.isArray(snis) ? snis : typeof snis === 'string' ? snis.split(',') : []).map(String);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) fieldViolation('snis', `${name} is duplicated`);
    const holder = referenceId(storage.find('snis', 'name', name, request.workspace)?.fields['certificate']);
    if (holder !== undefined && holder !== id) {
      fieldViolation('snis', `${name} already associated with existing certificate '${holder}'`);
    }
  }
  return { value, names };
}

function setNames(storage: Storage, certificate: Row, names: readonly string[] | undefined): void {
  if (!names) return;
  const before = snisOf(storage, certificate);
  for (const sni of before) if (!names.includes(String(sni.fields['name']))) storage.remove('snis', sni);
  const kept = before.map(({ fields }) => fields['name']);
  for (const name of names) {
    if (kept.includes(name)) continue;
    storage.insert('snis', { name, certificate: { id: certificate.id } }, certificate.workspace);
  }
}
