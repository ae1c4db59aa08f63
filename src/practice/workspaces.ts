import { keyOf, listReply, pageOf } from './entityEndpoints.js';
import { pageRequest } from './paging.js';
import { created, message, noContent, notFound, ok, refuse } from './reply.js';
import type { Endpoint } from './router.js';
import type { Storage } from './storage.js';
import type { Row } from './table.js';

const kind = 'workspaces';

/** `/workspaces` of an Enterprise gateway. Their entities are served under `/{workspace}/…`. */
export function workspaceEndpoints(storage: Storage): Endpoint[] {
  const key = (word: string | undefined) => keyOf(storage, kind, word ?? '');
  const read = (word: string | undefined): Row => storage.select(kind, key(word), '') ?? refuse(notFound());
  return [
    {
      path: '/workspaces',
      methods: {
        GET: (request) =>
          listReply(
            storage,
            '/workspaces',
            request,
            pageOf(storage, kind, '', pageRequest(request.query, false, storage.dialect)),
          ),
        POST: (request) => created(storage.insert(kind, request.fields(kind), '').fields),
      },
    },
    {
      path: '/workspaces/{workspaces}',
      methods: {
        GET: ({ params }) => ok(read(params[kind]).fields),
        PUT: (request) => ok(storage.upsert(kind, key(request.params[kind]), request.fields(kind), '').fields),
        PATCH: (request) => ok(storage.update(kind, key(request.params[kind]), request.fields(kind), '').fields),
        DELETE: ({ params }) => {
          const workspace = storage.select(kind, key(params[kind]), '');
          if (workspace) remove(storage, workspace);
          return noContent();
        },
      },
    },
  ];
}

function remove(storage: Storage, workspace: Row): void {
  const name = String(workspace.fields['name']);
  const filled = Object.entries(storage.facts.entities).some(
    ([other, facts]) => facts.workspaceable !== false && storage.ids(other, name).length > 0,
  );
  if (name === 'default' || filled) refuse(message(400, 'Workspace is not empty'));
  storage.remove(kind, workspace);
}

/** Makes sure that a workspace of this name exists. */
export function addWorkspace(storage: Storage, name: string): void {
  if (!storage.find(kind, 'name', name, '')) storage.insert(kind, { name }, '');
}
