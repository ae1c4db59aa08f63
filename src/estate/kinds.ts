import type { SchemaFacts } from '../schema/facts.js';

/** Names of fields that together identify an entity of a kind. References count by their id. */
export type NaturalKey = readonly string[];

/** What a client has to know of an entity kind that the gateway's schemas don't tell. */
export interface EntityKind {
  kind: string;
  /** Fields that name another entity, and the kind they name. */
  foreign: Readonly<Record<string, string>>;
  /** Ways to recognise an entity that has another id, surest first. */
  keys: readonly NaturalKey[];
  /** Keys of `keys` that the gateway doesn't hold to be unique. */
  repeatable?: boolean;
  /** Kinds of a lower level don't refer to kinds of a higher one. */
  level: number;
  /** One set for all workspaces: those of a plan for one workspace may be in use by another. */
  wholeGateway?: boolean;
  /** May be deleted and made again when two entities swap a unique value: nothing refers to it, no hash would be lost. */
  remakeable?: boolean;
  /** No tags of its own. */
  untagged?: boolean;
}

const consumer = { consumer: 'consumers' };
const scopes = { service: 'services', route: 'routes', consumer: 'consumers', consumer_group: 'consumer_groups' };

const table: readonly EntityKind[] = [
  { kind: 'ca_certificates', level: 0, foreign: {}, keys: [['cert']], wholeGateway: true, remakeable: true },
  { kind: 'certificates', level: 0, foreign: {}, keys: [['cert']], repeatable: true },
  { kind: 'vaults', level: 0, foreign: {}, keys: [['prefix']], remakeable: true },
  { kind: 'key_sets', level: 0, foreign: {}, keys: [['name']] },
  { kind: 'partials', level: 0, foreign: {}, keys: [['name']] },
  { kind: 'consumers', level: 0, foreign: {}, keys: [['username'], ['custom_id']] },
  { kind: 'consumer_groups', level: 0, foreign: {}, keys: [['name']] },
  { kind: 'keys', level: 1, foreign: { set: 'key_sets' }, keys: [['name'], ['kid', 'set']], remakeable: true },
  { kind: 'snis', level: 1, foreign: { certificate: 'certificates' }, keys: [['name']], remakeable: true },
  { kind: 'services', level: 1, foreign: { client_certificate: 'certificates' }, keys: [['name']] },
  { kind: 'upstreams', level: 1, foreign: { client_certificate: 'certificates' }, keys: [['name']] },
  { kind: 'acls', level: 1, foreign: consumer, keys: [['consumer', 'group']], remakeable: true },
  { kind: 'basicauth_credentials', level: 1, foreign: consumer, keys: [['username']] },
  { kind: 'hmacauth_credentials', level: 1, foreign: consumer, keys: [['username']], remakeable: true },
  { kind: 'jwt_secrets', level: 1, foreign: consumer, keys: [['key']], remakeable: true },
  { kind: 'keyauth_credentials', level: 1, foreign: consumer, keys: [['key']], remakeable: true },
  { kind: 'oauth2_credentials', level: 1, foreign: consumer, keys: [['client_id']] },
  {
    kind: 'mtls_auth_credentials',
    level: 1,
    foreign: { ...consumer, ca_certificate: 'ca_certificates' },
    keys: [['subject_name', 'ca_certificate', 'consumer']],
    remakeable: true,
  },
  {
    kind: 'consumer_group_consumers',
    level: 1,
    foreign: { ...consumer, consumer_group: 'consumer_groups' },
    keys: [['consumer', 'consumer_group']],
    remakeable: true,
    untagged: true,
  },
  { kind: 'routes', level: 2, foreign: { service: 'services' }, keys: [['name']] },
  {
    kind: 'targets',
    level: 2,
    foreign: { upstream: 'upstreams' },
    keys: [['target', 'upstream']],
    remakeable: true,
  },
  {
    kind: 'filter_chains',
    level: 3,
    foreign: { service: 'services', route: 'routes' },
    keys: [['name'], ['route', 'service']],
    remakeable: true,
  },
  {
    kind: 'plugins',
    level: 3,
    foreign: scopes,
    keys: [['instance_name'], ['name', 'service', 'route', 'consumer', 'consumer_group']],
    remakeable: true,
  },
];

const byName = new Map(table.map((entry) => [entry.kind, entry]));

/** Kinds that decK's format and this table know, parents before children. */
export const knownKinds: readonly string[] = table.map(({ kind }) => kind);

export const isKnownKind = (kind: string): boolean => byName.has(kind);

/** A kind as people write it: `service`, `key-set`. What is no kind of the table is left as it is. */
export function kindCalled(word: string): string {
  const kind = word.toLowerCase().replaceAll('-', '_');
  return isKnownKind(kind) ? kind : isKnownKind(`${kind}s`) ? `${kind}s` : word;
}

/** What holds the entities: deleted only where an undo takes back a workspace that its restore made. Known by its name. */
export const workspaceKind = 'workspaces';

const lastLevel = 4;

/** What is known of a kind; for one that is in no table, what its schema tells. */
export function entityKind(kind: string, facts?: SchemaFacts): EntityKind {
  const known = byName.get(kind);
  if (known) return known;
  const schema = facts?.entities[kind];
  const foreign = Object.entries(schema?.foreign ?? {}).map(([field, { reference }]) => [field, reference] as const);
  const single = [schema?.endpoint_key, ...(schema?.unique ?? [])].filter((name) => name !== undefined);
  const keys: NaturalKey[] = [...new Set(single)].map((name) => [name]);
  if (schema?.cache_key && schema.cache_key.length > 1) keys.push(schema.cache_key);
  return {
    kind,
    foreign: Object.fromEntries(foreign),
    keys: keys.length > 0 ? keys : [['name']],
    level: lastLevel,
    ...(schema?.workspaceable === false ? { wholeGateway: true } : {}),
  };
}
