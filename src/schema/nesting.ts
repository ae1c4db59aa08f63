import type { SchemaFacts } from './facts.js';

/** A list of children inside an entity of a declarative file. */
export interface Nested {
  /** The key of the list in the parent. */
  key: string;
  /** The children's kind. */
  kind: string;
  /** The child's field that names the parent. */
  field: string;
}

const under = (field: string, ...kinds: string[]): Nested[] => kinds.map((kind) => ({ key: kind, kind, field }));

/** What decK's state files nest, by the parent's kind. Order is that of decK's own output. */
export const deckNesting: Readonly<Record<string, readonly Nested[]>> = {
  services: under('service', 'routes', 'plugins', 'filter_chains'),
  routes: under('route', 'plugins', 'filter_chains'),
  consumers: under(
    'consumer',
    'acls',
    'basicauth_credentials',
    'hmacauth_credentials',
    'jwt_secrets',
    'keyauth_credentials',
    'mtls_auth_credentials',
    'oauth2_credentials',
    'plugins',
  ),
  consumer_groups: under('consumer_group', 'plugins'),
  upstreams: under('upstream', 'targets'),
  certificates: under('certificate', 'snis'),
};

/** What a DB-less file may nest: every kind under each kind that one of its foreign fields names. */
export function dblessNesting(facts: SchemaFacts, parent: string): Nested[] {
  const nested: Nested[] = [];
  for (const [kind, entity] of Object.entries(facts.entities)) {
    for (const [field, { reference }] of Object.entries(entity.foreign ?? {})) {
      if (reference === parent) nested.push({ key: kind, kind, field });
    }
  }
  return nested;
}
