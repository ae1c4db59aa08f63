/** Lists that decK's state files have at the top, in the order in which decK writes them. */
export const topLists: readonly string[] = [
  'ca_certificates',
  'certificates',
  'consumer_groups',
  'consumers',
  'custom_entities',
  'filter_chains',
  'key_sets',
  'keys',
  'partials',
  'plugins',
  'routes',
  'services',
  'upstreams',
  'vaults',
];

/** References that decK writes as a text, id or name, instead of an object. */
export const textReferences: Readonly<Record<string, readonly string[]>> = {
  plugins: ['service', 'route', 'consumer', 'consumer_group'],
  filter_chains: ['service', 'route'],
  services: ['client_certificate'],
};

/** The kind of membership of a consumer in a group: a list of names under the consumer, not entities, in decK's files. */
export const membership = 'consumer_group_consumers';
