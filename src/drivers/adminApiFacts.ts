import pLimit from 'p-limit';
import type { Entity } from '../estate/entity.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import type { SchemaFacts } from '../schema/facts.js';
import { entityFactsFromKong, pluginFactsFromKong } from '../schema/fromKong.js';
import { readSchema } from './adminApiKinds.js';

/** The gateway's own schemas of what these entities are. @throws KongBackupError `gateway-*`. */
export async function readFacts(
  client: GatewayClient,
  entities: Iterable<Entity>,
  connections: number,
  signal: AbortSignal,
): Promise<SchemaFacts> {
  const facts: SchemaFacts = { version: '', entities: {}, plugins: {} };
  const kinds = new Set<string>();
  const plugins = new Set<string>();
  for (const { kind, fields } of entities) {
    kinds.add(kind);
    if (kind === 'plugins' && typeof fields['name'] === 'string') plugins.add(fields['name']);
  }
  const limit = pLimit(connections);
  const read = (path: string) => limit(() => readSchema(client, path, signal));
  await Promise.all([
    ...[...kinds].map(async (kind) => {
      const schema = await read(`/schemas/${encodeURIComponent(kind)}`);
      if (schema) facts.entities[kind] = entityFactsFromKong(schema);
    }),
    ...[...plugins].map(async (name) => {
      const schema = await read(`/schemas/plugins/${encodeURIComponent(name)}`);
      if (schema) facts.plugins[name] = pluginFactsFromKong(schema);
    }),
  ]);
  return facts;
}
