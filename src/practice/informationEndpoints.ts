import { type Node, nodeInformation, nodeStatus } from './node.js';
import { message, noContent, notFound, ok } from './reply.js';
import type { Endpoint } from './router.js';
import type { Storage } from './storage.js';

const needsControlPlane =
  'this endpoint is only available when Kong is configured to run as Control Plane for the cluster';
const needsWasm = 'this endpoint is only available when wasm is enabled';

/** What the node says of itself, and the few endpoints that only stand there. */
export function informationEndpoints(
  node: Node,
  storage: Storage,
  state: { requests(): number; configurationHash(): string },
): Endpoint[] {
  const get = (path: string, handler: NonNullable<Endpoint['methods']['GET']>): Endpoint => ({
    path,
    methods: { GET: handler },
  });
  return [
    get('/', () => ok(nodeInformation(node, pluginsInUse(storage)))),
    // The root again, for clients that stay inside a workspace.
    ...(node.edition === 'enterprise' ? [get('/kong', () => ok(nodeInformation(node, pluginsInUse(storage))))] : []),
    get('/status', () => ok(nodeStatus(node, state.requests(), state.configurationHash()))),
    get('/status/dns', () => message(501, 'not implemented with the legacy DNS client')),
    get('/plugins/enabled', () => ok({ enabled_plugins: Object.keys(node.facts.plugins) })),
    get('/timers', () => ok({ stats: { flamegraph: { running: '', pending: '', elapsed_time: '' }, timers: {} } })),
    get('/metrics', () => metrics(node)),
    get('/clustering/status', () => message(400, needsControlPlane)),
    get('/clustering/data-planes', () => message(400, needsControlPlane)),
    get('/debug/node/log-level', () => message(200, 'log level: notice')),
    { path: '/debug/node/log-level/{log_level}', methods: { PUT: () => message(200, 'log level unchanged') } },
    { path: '/debug/cluster/log-level/{log_level}', methods: { PUT: () => message(200, 'log level unchanged') } },
    { path: '/cache', methods: { DELETE: noContent } },
    { path: '/cache/{key}', methods: { GET: () => notFound(), DELETE: noContent } },
    { path: '/proxy-cache', methods: { DELETE: noContent } },
    { path: '/proxy-cache/{cache_key}', methods: { GET: () => notFound(), DELETE: () => notFound() } },
    {
      path: '/proxy-cache/{plugin_id}/caches/{cache_key}',
      methods: { GET: () => notFound(), DELETE: () => notFound() },
    },
    { path: '/acme', methods: { POST: () => notFound(), PATCH: noContent } },
    get('/acme/certificates', () => ok({ data: [], next: null })),
    get('/acme/certificates/{certificates}', () => notFound()),
    ...['all', 'enabled', 'disabled'].map((which) =>
      get(`/routes/{routes}/filters/${which}`, () => message(400, needsWasm)),
    ),
  ];
}

function pluginsInUse(storage: Storage): string[] {
  const names = new Set<string>();
  for (const { fields } of storage.table('plugins').all()) names.add(String(fields['name']));
  return [...names].sort();
}

function metrics(node: Node) {
  const body = [
    '# HELP kong_datastore_reachable Datastore reachable from Kong, 0 is unreachable',
    '# TYPE kong_datastore_reachable gauge',
    'kong_datastore_reachable 1',
    '# HELP kong_node_info Kong Node metadata information',
    '# TYPE kong_node_info gauge',
    `kong_node_info{node_id="${node.id}",version="${node.version}"} 1`,
    '',
  ].join('\n');
  return { status: 200, text: { type: 'text/plain; charset=UTF-8', body } };
}
