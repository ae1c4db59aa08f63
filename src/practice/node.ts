import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Json, JsonObject } from '../core/json.js';
import { type NodeFacts } from './nodeFacts.js';
import { dialectOf } from './dialect.js';

/** Who the gateway says it is. */
export interface Node {
  id: string;
  version: string;
  edition: 'community' | 'enterprise';
  mode: 'traditional' | 'dbless';
  facts: NodeFacts;
  port: number;
}

export function newNode(options: Omit<Node, 'id' | 'port'>): Node {
  return { ...options, id: randomUUID(), port: 0 };
}

/** The body of `GET /`. */
export function nodeInformation(node: Node, pluginsInUse: readonly string[]): JsonObject {
  const { tellsEdition } = dialectOf(node.facts.version);
  const available = Object.entries(node.facts.plugins).map(([name, priority]): [string, Json] => [
    name,
    tellsEdition ? { version: node.version, priority } : true,
  ]);
  return {
    version: node.version,
    ...(tellsEdition && { edition: node.edition }),
    tagline: 'Welcome to kong',
    hostname: hostname(),
    node_id: node.id,
    lua_version: node.facts.luaVersion,
    pids: { master: process.pid, workers: [process.pid] },
    timers: { running: 0, pending: 1 },
    plugins: { available_on_server: Object.fromEntries(available), enabled_in_cluster: [...pluginsInUse] },
    configuration: configuration(node),
  };
}

function configuration(node: Node): JsonObject {
  const listening = (port: number): JsonObject => ({
    admin_listen: [`127.0.0.1:${port}`],
    admin_listeners: [listener(port)],
    proxy_listen: [`127.0.0.1:${port - 1}`],
    proxy_listeners: [listener(port - 1)],
  });
  return {
    ...node.facts.configuration,
    database: node.mode === 'dbless' ? 'off' : 'postgres',
    loaded_plugins: Object.fromEntries(Object.keys(node.facts.plugins).map((name) => [name, true])),
    ...listening(node.port),
  };
}

function listener(port: number): JsonObject {
  const off = ['ssl', 'bind', 'http2', 'proxy_protocol', 'deferred', 'reuseport', 'backlog=%d+', 'ipv6only=on'];
  off.push('ipv6only=off', 'so_keepalive=on', 'so_keepalive=off', 'so_keepalive=%w*:%w*:%d*');
  return {
    ...Object.fromEntries(off.map((name) => [name, false])),
    listener: `127.0.0.1:${port}`,
    ip: '127.0.0.1',
    port,
  };
}

const sharedMemory: Readonly<Record<string, [capacity: string, used: string]>> = {
  kong: ['5.00', '0.04'],
  kong_locks: ['8.00', '0.06'],
  kong_healthchecks: ['5.00', '0.04'],
  kong_cluster_events: ['5.00', '0.04'],
  kong_rate_limiting_counters: ['12.00', '0.08'],
  kong_core_db_cache: ['128.00', '0.77'],
  kong_core_db_cache_miss: ['12.00', '0.09'],
  kong_db_cache: ['128.00', '0.77'],
  kong_db_cache_miss: ['12.00', '0.08'],
  kong_secrets: ['5.00', '0.04'],
  prometheus_metrics: ['5.00', '0.04'],
};

/** The body of `GET /status`. @param configurationHash of the loaded file, in DB-less mode. */
export function nodeStatus(node: Node, requests: number, configurationHash: string): JsonObject {
  const memory = Object.entries(sharedMemory).map(([name, [capacity, used]]): [string, JsonObject] => [
    name,
    { capacity: `${capacity} MiB`, allocated_slabs: `${used} MiB` },
  ]);
  const heap = `${(process.memoryUsage().heapUsed / 1024 / 1024).toFixed(2)} MiB`;
  return {
    memory: {
      lua_shared_dicts: Object.fromEntries(memory),
      workers_lua_vms: [{ http_allocated_gc: heap, pid: process.pid }],
    },
    server: {
      connections_accepted: requests,
      connections_active: 1,
      connections_handled: requests,
      connections_reading: 0,
      connections_waiting: 0,
      connections_writing: 1,
      total_requests: requests,
    },
    ...(node.mode === 'dbless' ? { configuration_hash: configurationHash } : { database: { reachable: true } }),
  };
}
