import type { SchemaFacts } from '../schema/facts.js';

const site = 'https://developer.konghq.com';

/** Pages of Kong's documentation, by the kind of entity. */
const entityPages: Readonly<Record<string, string>> = {
  ca_certificates: 'ca-certificate',
  certificates: 'certificate',
  consumer_groups: 'consumer-group',
  consumers: 'consumer',
  key_sets: 'key-set',
  keys: 'key',
  licenses: 'license',
  partials: 'partial',
  plugins: 'plugin',
  rbac_roles: 'rbac',
  routes: 'route',
  services: 'service',
  snis: 'sni',
  targets: 'target',
  upstreams: 'upstream',
  vaults: 'vault',
  workspaces: 'workspace',
};

/** Credentials are described with the plugin that asks for them. */
const pluginOfKind: Readonly<Record<string, string>> = {
  acls: 'acl',
  basicauth_credentials: 'basic-auth',
  hmacauth_credentials: 'hmac-auth',
  jwt_secrets: 'jwt',
  keyauth_credentials: 'key-auth',
  mtls_auth_credentials: 'mtls-auth',
  oauth2_credentials: 'oauth2',
};

/** Kong's page on a kind of entity; undefined where it has none. */
export function entityPage(kind: string): string | undefined {
  const plugin = pluginOfKind[kind];
  if (plugin !== undefined) return `${site}/plugins/${plugin}/`;
  const page = entityPages[kind];
  return page === undefined ? undefined : `${site}/gateway/entities/${page}/`;
}

/** Kong's page on one of its own plugins; undefined for one of somebody else's. */
export function pluginPage(name: string, facts: SchemaFacts, page: '' | 'reference/' = ''): string | undefined {
  const plugin = Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  const isKnown = plugin && Object.keys(plugin.fields).length > 0;
  return isKnown ? `${site}/plugins/${name}/${page}` : undefined;
}
