import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { validateEntity } from '../../../src/schema/validate.js';

const schemas = schemaFolder('schemas');

/** What is wrong with a plugin's configuration, as `path: message`. */
async function faults(name: string, config: JsonObject): Promise<string[]> {
  const facts = await schemas.facts('3.12');
  const problems = validateEntity(facts, 'plugins', { name, config }, { as: 'declarative' });
  return problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('Redis behind a proxy', () => {
  const limited = (redis: JsonObject) =>
    faults('rate-limiting-advanced', { limit: [1], window_size: [1], strategy: 'redis', sync_rate: -1, redis });

  it('is one server with one database', async () => {
    expect(await limited({ host: 'h', connection_is_proxied: true })).toEqual([]);
    expect(await limited({ host: 'h', connection_is_proxied: true, database: 3 })).toHaveLength(1);
    expect(await limited({ cluster_nodes: [{ ip: 'h' }], connection_is_proxied: true })).toHaveLength(1);
  });

  it('is anything where it is not proxied', async () => {
    expect(await limited({ host: 'h', database: 3 })).toEqual([]);
    expect(await limited({ cluster_nodes: [{ ip: 'h' }] })).toEqual([]);
  });
});

describe('readers of Kafka', () => {
  const consumer = (more: JsonObject) =>
    faults('kafka-consume', { bootstrap_servers: [{ host: 'h', port: 9092 }], topics: [{ name: 't' }], ...more });

  it('name where dead letters go', async () => {
    expect(await consumer({})).toEqual([]);
    expect(await consumer({ enable_dlq: true, dlq_topic: 'd' })).toEqual([]);
    expect(await consumer({ enable_dlq: true })).toEqual(['config: dlq_topic is required when enable_dlq is true']);
  });

  it('connect to hosts', async () => {
    expect(await consumer({ bootstrap_servers: [{ host: 'h:1', port: 9092 }] })).toHaveLength(1);
  });

  it('log in to the registry of schemas by what the way of it needs', async () => {
    const registry = (authentication: JsonObject) =>
      consumer({ schema_registry: { confluent: { url: 'http://r', authentication } } });
    expect(await registry({ mode: 'none' })).toEqual([]);
    expect(await registry({ mode: 'basic', basic: { username: 'a', password: 'b' } })).toEqual([]);
    expect(await registry({ mode: 'basic' })).toHaveLength(1);
  });
});

describe('schemas in text', () => {
  it('of request bodies are JSON, as a list for Kong and as an object otherwise', async () => {
    const body = (body_schema: string, version = 'kong') => faults('request-validator', { body_schema, version });
    expect(await body('[{"name":{"type":"string"}}]')).toEqual([]);
    expect(await body('{"type":"object"}', 'draft4')).toEqual([]);
    expect(await body('{"type":"object"}')).toHaveLength(1);
    expect(await body('[]', 'draft4')).toHaveLength(1);
    expect(await body('{')).toHaveLength(1);
  });

  it('of frames are JSON', async () => {
    const frame = (schema: string) => faults('websocket-validator', { client: { text: { type: 'draft4', schema } } });
    expect(await frame('{"type":"object"}')).toEqual([]);
    expect(await frame('{')).toHaveLength(1);
  });
});

it('tokens go upstream in headers of their own', async () => {
  expect(await faults('jwt-signer', {})).toEqual([]);
  expect(await faults('jwt-signer', { channel_token_upstream_header: 'Authorization:Bearer' })).toHaveLength(1);
});

it('nodes have names of their own', async () => {
  const node = { type: 'static', name: 'A', values: { a: 1 } };
  expect(await faults('datakit', { nodes: [node, { type: 'call', name: 'B', url: 'http://h/' }] })).toEqual([]);
  expect(await faults('datakit', { nodes: [{ ...node, url: 'http://h/' }] })).toEqual([
    'config.nodes.0.url: unknown field',
  ]);
  expect(await faults('datakit', { nodes: [{ type: 'call', name: 'B' }] })).toEqual([
    'config.nodes.0.url: required field missing',
  ]);
  expect(await faults('datakit', { nodes: [node, node] })).not.toEqual([]);
});

it('addresses of identity providers are whole', async () => {
  expect(await faults('openid-connect', { issuer: 'https://idp.example' })).toEqual([]);
  expect(await faults('openid-connect', { issuer: 'idp.example' })).toEqual(['config.issuer: missing host in url']);
});

it('code that changes answers compiles', async () => {
  expect(await faults('exit-transformer', { functions: ['return function(s, b, h) return s, b, h end'] })).toEqual([]);
  expect(await faults('exit-transformer', { functions: ['return function('] })).toHaveLength(1);
});

it('addresses of Redis nodes may stand under the old name and the new one', async () => {
  const limits = { limit: [1], window_size: [60], strategy: 'redis', sync_rate: 1 };
  const redis = { cluster_addresses: ['h1:7000'], cluster_nodes: [{ ip: 'h1', port: 7000 }] };
  expect(await faults('rate-limiting-advanced', { ...limits, redis })).toEqual([]);
  const other = { ...redis, cluster_nodes: [{ ip: 'h2', port: 7000 }] };
  expect(await faults('rate-limiting-advanced', { ...limits, redis: other })).toHaveLength(1);
});
