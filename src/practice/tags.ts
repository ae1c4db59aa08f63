import { type Json, type JsonObject } from '../core/json.js';
import { decodeOffset, encodeOffset, nextPage, pageRequest } from './paging.js';
import { ok, type Reply } from './reply.js';
import type { AdminRequest, Endpoint } from './router.js';
import type { Storage } from './storage.js';

interface TagRow {
  tag: string;
  entity_name: string;
  entity_id: string;
  /** 1-based place in the entity's own list. */
  place: number;
}

/** `/tags` and `/tags/{tags}`: what carries tags, in order of the entities' ids. */
export function tagEndpoints(storage: Storage): Endpoint[] {
  return [
    { path: '/tags', methods: { GET: (request) => list(storage, request, '/tags') } },
    {
      path: '/tags/{tags}',
      methods: { GET: (request) => list(storage, request, `/tags/${request.params['tags']}`, request.params['tags']) },
    },
  ];
}

function list(storage: Storage, request: AdminRequest, path: string, tag?: string): Reply {
  const { size, offset } = pageRequest(request.query, false, storage.dialect);
  // Without a database Kong walks kind by kind, and begins with an empty page.
  const start = 'ca_certificates|nil';
  if (storage.readOnly && storage.dialect.judgesStrictly && offset === undefined) {
    return ok({ data: [], offset: start, next: nextPage(path, request.query, start, storage.dialect) });
  }
  const [id, place] = offset === undefined || offset === start ? [] : decodeOffset(offset);
  const isAfter = (row: TagRow): boolean =>
    typeof id !== 'string' || row.entity_id > id || (row.entity_id === id && row.place > Number(place));
  const rows = tagRows(storage, request.workspace).filter(
    (row) => (tag === undefined || row.tag === tag) && isAfter(row),
  );
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const next = rows.length > size && last ? encodeOffset([last.entity_id, last.place]) : undefined;
  const data = shown.map(({ place: _, ...row }): JsonObject => row);
  return ok({
    data,
    ...(next !== undefined && { offset: next }),
    next: nextPage(path, request.query, next, storage.dialect),
  });
}

function tagRows(storage: Storage, workspace: string): TagRow[] {
  const rows: TagRow[] = [];
  for (const [kind, facts] of Object.entries(storage.facts.entities)) {
    if (!('tags' in facts.fields)) continue;
    for (const id of storage.ids(kind, workspace)) {
      const tags: Json = storage.get(kind, id, workspace)?.fields['tags'] ?? null;
      if (!Array.isArray(tags)) continue;
      for (const [index, tag] of tags.entries()) {
        rows.push({ tag: String(tag), entity_name: kind, entity_id: id, place: index + 1 });
      }
    }
  }
  return rows.sort((a, b) => (a.entity_id < b.entity_id ? -1 : a.entity_id > b.entity_id ? 1 : a.place - b.place));
}
