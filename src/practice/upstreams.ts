import type { JsonObject } from '../core/json.js';
import { invalidOffset } from './adminErrors.js';
import { selected } from './entityEndpoints.js';
import { nextPage, pageRequest } from './paging.js';
import { isUuid } from './references.js';
import { created, noContent, notFound, ok, refuse, type Reply } from './reply.js';
import type { AdminRequest, Endpoint } from './router.js';
import type { Storage } from './storage.js';
import type { Row } from './table.js';

const kind = 'targets';

/** Targets live under their upstream only, are found by their address, and are listed by age. */
export function upstreamEndpoints(storage: Storage, nodeId: string): Endpoint[] {
  const setHealth = (request: AdminRequest): Reply => {
    targetIn(storage, request);
    return noContent();
  };
  const address = '/upstreams/{upstreams}/targets/{targets}';
  return [
    {
      path: '/upstreams/{upstreams}/health',
      methods: {
        GET: (request) => {
          if (request.query['balancer_health'] === '1') return ok(balancerHealth(storage, request, nodeId));
          const { data, next } = page(storage, request, 'health', 'newest');
          return ok({ node_id: nodeId, data: data.map(withHealth), next });
        },
      },
    },
    {
      path: '/upstreams/{upstreams}/targets',
      methods: {
        GET: (request) => ok(page(storage, request, 'targets', 'newest')),
        POST: (request) => {
          const upstream = { id: selected(storage, 'upstreams', request).id };
          const row = storage.insert(kind, { ...request.fields(kind), upstream }, request.workspace);
          return created(storage.read(kind, row));
        },
      },
    },
    {
      path: '/upstreams/{upstreams}/targets/all',
      methods: { GET: (request) => ok(page(storage, request, 'targets/all', 'oldest')) },
    },
    {
      path: address,
      methods: {
        GET: (request) => ok(storage.read(kind, targetIn(storage, request))),
        // A target that isn't there can't be put: it has to be posted.
        PUT: (request) => {
          const { id, fields } = targetIn(storage, request);
          const value = { ...request.fields(kind), upstream: fields['upstream'] ?? null };
          return ok(storage.read(kind, storage.upsert(kind, { id }, value, request.workspace)));
        },
        PATCH: (request) => {
          const { id } = targetIn(storage, request);
          return ok(storage.read(kind, storage.update(kind, { id }, request.fields(kind), request.workspace)));
        },
        DELETE: (request) => {
          storage.remove(kind, targetIn(storage, request));
          return noContent();
        },
      },
    },
    ...['healthy', 'unhealthy'].flatMap((state) => [
      { path: `${address}/${state}`, methods: { PUT: setHealth } },
      { path: `${address}/{address}/${state}`, methods: { PUT: setHealth } },
    ]),
  ];
}

/** Of all targets of the upstream, in the order they were made. */
function targetsOf(storage: Storage, request: AdminRequest): Row[] {
  const { id } = selected(storage, 'upstreams', request);
  const rows = storage
    .ids(kind, request.workspace, { parent: { field: 'upstream', id } })
    .flatMap((target) => storage.get(kind, target, request.workspace) ?? []);
  const madeAt = (row: Row): number => Number(row.fields['created_at']);
  return rows.sort((a, b) => madeAt(a) - madeAt(b) || (a.id < b.id ? -1 : 1));
}

function targetIn(storage: Storage, request: AdminRequest): Row {
  const word = request.params[kind] ?? '';
  const matches = (row: Row): boolean =>
    isUuid(word)
      ? row.id === word.toLowerCase()
      : row.fields['target'] === word || row.fields['target'] === `${word}:8000`;
  return targetsOf(storage, request).find(matches) ?? refuse(notFound());
}

function page(
  storage: Storage,
  request: AdminRequest,
  word: string,
  order: 'newest' | 'oldest',
): { data: JsonObject[]; next: string | null; offset?: string } {
  const targets = targetsOf(storage, request);
  if (order === 'newest') targets.reverse();
  // Kong takes the argument `tags` here, and doesn't filter by it.
  const { size, offset } = pageRequest(request.query, true, storage.dialect);
  const start = offset === undefined ? 0 : Number(offset);
  if (!Number.isInteger(start) || start < 0) invalidOffset(offset ?? '', 'bad offset');
  const data = targets.slice(start, start + size).map((row) => storage.read(kind, row));
  const end = start + size < targets.length ? String(start + size) : undefined;
  const path = `/upstreams/${request.params['upstreams']}/${word}`;
  return { data, ...(end !== undefined && { offset: end }), next: nextPage(path, request.query, end, storage.dialect) };
}

/** Nothing is proxied here, so no target is ever checked; addresses need no DNS, names can't be resolved. */
function withHealth(target: JsonObject): JsonObject {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(String(target['target'])) ?? [];
  const weight = Number(target['weight']);
  const isAddress = /^[\d.]+$|^\[.*\]$/.test(host);
  const health = isAddress ? 'HEALTHCHECKS_OFF' : 'DNS_ERROR';
  const available = isAddress ? weight : 0;
  const addresses = isAddress ? [{ ip: host, port: Number(port), weight, health }] : {};
  const dns = isAddress ? (host.startsWith('[') ? 'AAAA' : 'A') : 'dns server error: 3 name error';
  const weights = { total: available, available, unavailable: 0 };
  return {
    ...target,
    health,
    data: { dns, host, port: Number(port), nodeWeight: weight, addresses, weight: weights },
  };
}

function balancerHealth(storage: Storage, request: AdminRequest, nodeId: string): JsonObject {
  const { id, fields } = selected(storage, 'upstreams', request);
  const targets = targetsOf(storage, request).map((row) => withHealth(row.fields)['data'] ?? null);
  return {
    node_id: nodeId,
    next: null,
    data: { id, name: fields['name'] ?? null, health: 'HEALTHCHECKS_OFF', details: { hosts: targets } },
  };
}
