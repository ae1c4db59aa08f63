import type { SchemaFacts } from '../schema/facts.js';

/** Keys that decK reads at the top of a state file. Kong itself reads those of `entities` alone. */
export const deckTopLevel = {
  meta: ['_format_version', '_info', '_konnect', '_plugin_configs', '_transform', '_workspace'],
  /** Each after those that it refers to. */
  entities: [
    'ca_certificates',
    'certificates',
    'consumer_groups',
    'consumers',
    'key_sets',
    'keys',
    'services',
    'routes',
    'filter_chains',
    'upstreams',
    'vaults',
    'plugins',
  ],
  /** Kinds of Enterprise gateways, Konnect and decK itself. */
  other: [
    'cloned_plugins',
    'custom_entities',
    'custom_plugins',
    'licenses',
    'partials',
    'rbac_roles',
    'service_packages',
  ],
} as const;

/** Keys of entities that decK reads besides Kong's own fields, by kind. */
export const deckExtraKeys: Readonly<Record<string, readonly string[]>> = {
  consumer_groups: ['consumers'],
  consumers: ['groups'],
  plugins: ['_config', 'condition', 'consumer_group', 'ordering', 'partials', 'run_on'],
  routes: ['expression', 'priority'],
  services: ['tls_sans'],
  targets: ['failover'],
};

const dblessMeta = ['_format_version', '_transform', '_comment', '_ignore'];

/** Keys that any entity of a DB-less file may have. */
export const dblessExtraKeys: readonly string[] = ['_comment', '_ignore'];

export function deckTopLevelKeys(): string[] {
  return [...deckTopLevel.meta, ...deckTopLevel.entities, ...deckTopLevel.other];
}

/** Every kind but the index of tags, which Kong fills itself. Kinds come after those they refer to, as Kong reads them. */
export function dblessKinds(facts: SchemaFacts): string[] {
  const kinds = new Set<string>();
  const visited = new Set<string>(['tags']);
  const visit = (kind: string): void => {
    if (visited.has(kind)) return;
    visited.add(kind);
    for (const { reference } of Object.values(facts.entities[kind]?.foreign ?? {})) visit(reference);
    if (facts.entities[kind]) kinds.add(kind);
  };
  Object.keys(facts.entities).forEach(visit);
  return [...kinds];
}

export function dblessTopLevelKeys(facts: SchemaFacts): string[] {
  return [...dblessMeta, ...dblessKinds(facts)];
}
