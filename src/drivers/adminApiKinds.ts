import type { Gap } from '../core/coverage.js';
import { isKongBackupError } from '../core/errors.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { PartKind } from '../core/part.js';
import { membership } from '../estate/deckNames.js';
import { isKnownKind, knownKinds } from '../estate/kinds.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { errorOfOtherJson, HttpStatus } from '../gateway/gatewayErrors.js';

/** A kind of entity and where the Admin API lists it. */
export interface Collection {
  kind: string;
  /** `/basic-auths` */
  path: string;
  /** Set for kinds that are only listed under each of their parents. */
  under?: { parent: string; segment: string };
  /** Whether the gateway itself names the kind: then its address has to be there. */
  listed: boolean;
}

/** What a gateway has that decK's format has no place for. */
export interface Aside {
  kind: string;
  path: string;
  part: PartKind;
  reason: string;
  remedy: string;
}

export interface GatewayKinds {
  collections: Collection[];
  asides: Aside[];
  /** Kinds that the gateway names and will not show. */
  gaps: Gap[];
}

const addresses: Readonly<Record<string, string>> = {
  basicauth_credentials: '/basic-auths',
  hmacauth_credentials: '/hmac-auths',
  jwt_secrets: '/jwts',
  keyauth_credentials: '/key-auths',
  mtls_auth_credentials: '/mtls-auths',
  oauth2_credentials: '/oauth2',
  key_sets: '/key-sets',
  filter_chains: '/filter-chains',
};

/** Kinds that are listed under their parents only. */
const nested: Readonly<Record<string, Collection['under']>> = {
  targets: { parent: 'upstreams', segment: 'targets' },
  [membership]: { parent: 'consumer_groups', segment: 'consumers' },
};

const collectionOf = (kind: string, listed: boolean, path = addresses[kind] ?? `/${kind}`): Collection => {
  const under = nested[kind];
  return under === undefined ? { kind, path, listed } : { kind, path: `/${under.parent}`, under, listed };
};

/** Kinds that Kong makes out of others, counts with, or that are no entities at all. */
const derived =
  /^(?:tags|key|cache_key|log_level|workspaces?|workspace_.*|clustering_.*|parameters|ratelimiting_metrics|rl_counters|vitals_.*|audit_.*|login_attempts|consumer_reset_secrets)$/;

const noPlace = "decK's format has no place for them.";
const database = 'Take a database backup to keep them.';
const aside = (part: PartKind, reason: string, remedy: string) => ({ part, reason, remedy });
const tokens = aside('credentials', `They are issued while the gateway runs; ${noPlace}`, database);
const rbac = aside('rbac', 'Users and roles are a part of their own.', database);
const portal = aside('portal', 'The developer portal is a part of its own.', database);

const asides: Readonly<Record<string, Omit<Aside, 'kind' | 'path'>>> = {
  oauth2_tokens: tokens,
  oauth2_authorization_codes: tokens,
  sessions: tokens,
  acme_storage: aside('credentials', `The ACME plugin keeps its keys there; ${noPlace}`, database),
  licenses: aside('licences', 'Licences are a part of their own.', 'Keep the licence file.'),
  admins: rbac,
  groups: rbac,
  rbac_users: rbac,
  rbac_roles: rbac,
  files: portal,
  developers: portal,
  applications: portal,
  application_instances: portal,
  document_objects: portal,
};

/**
 * The kinds that a gateway has, from its own list of addresses: `/basic-auths/{basicauth_credentials}` names both. Where
 * it won't give the list, those that are known here.
 * @throws KongBackupError `gateway-*`.
 */
export async function findKinds(client: GatewayClient, signal: AbortSignal): Promise<GatewayKinds> {
  const listed = await listedCollections(client, signal);
  const found: GatewayKinds = { collections: [], asides: [], gaps: [] };
  const known = listed ? knownKinds.filter((kind) => kind === membership || listed.has(kind)) : knownKinds;
  const hasGroups = listed?.has('consumer_groups') ?? true;
  for (const kind of known) {
    if (kind === membership && !hasGroups) continue;
    found.collections.push(collectionOf(kind, listed !== undefined, listed?.get(kind)));
  }
  const others = [...(listed ?? [])].filter(([kind]) => !isKnownKind(kind) && !derived.test(kind));
  await Promise.all(others.map(([kind, path]) => addOther(client, kind, path, found, signal)));
  return found;
}

/** Kinds and the addresses of their collections, shortest first; undefined when the gateway doesn't tell. */
async function listedCollections(client: GatewayClient, signal: AbortSignal): Promise<Map<string, string> | undefined> {
  const body = await readEndpoints(client, signal);
  const paths =
    isObject(body) && Array.isArray(body['data']) ? body['data'].filter((path) => typeof path === 'string') : [];
  if (paths.length === 0) return undefined;
  const all = new Set(paths);
  const collections = new Map<string, string>();
  for (const path of [...paths].sort((a, b) => a.length - b.length)) {
    const [, collection, kind] = /^((?:\/[^/{}]+)+)\/\{([a-z0-9_]+)\}$/.exec(path) ?? [];
    if (collection === undefined || kind === undefined || !all.has(collection) || collections.has(kind)) continue;
    collections.set(kind, collection);
  }
  return collections;
}

async function readEndpoints(client: GatewayClient, signal: AbortSignal): Promise<unknown> {
  try {
    return (await client.request('GET', '/endpoints', { signal })).body;
  } catch (error) {
    if (isKongBackupError(error, 'gateway-forbidden') || isKongBackupError(error, 'gateway-rejected')) return undefined;
    throw error;
  }
}

/** A kind that no table here knows is taken when the gateway has a schema for it: `/cache/{key}` has none. */
async function addOther(
  client: GatewayClient,
  kind: string,
  path: string,
  found: GatewayKinds,
  signal: AbortSignal,
): Promise<void> {
  const known = asides[kind];
  if (known) return void found.asides.push({ kind, path, ...known });
  try {
    if (await readSchema(client, `/schemas/${kind}`, signal)) found.collections.push(collectionOf(kind, true, path));
  } catch (error) {
    if (!isKongBackupError(error) || !isOfOneKind(error.code)) throw error;
    if (!(await mayHoldEntities(client, path, signal))) return;
    found.gaps.push({ part: 'entities', kind, reason: error.reason, remedy: error.remedy });
  }
}

/** What answers without a list, or not at all to GET, holds no entities; of what stays shut nobody knows. */
async function mayHoldEntities(client: GatewayClient, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { status, body } = await client.request('GET', path, { query: { size: '1' }, signal });
    return status === 404 || (isObject(body) && body['data'] !== undefined);
  } catch (error) {
    if (!isKongBackupError(error) || !isOfOneKind(error.code)) throw error;
    return !(error.cause instanceof HttpStatus && error.cause.status === 405);
  }
}

/** Failures that say something of one address, not of the whole gateway. */
export const isOfOneKind = (code: string): boolean =>
  ['gateway-forbidden', 'gateway-rejected', 'gateway-not-kong', 'gateway-read-incomplete'].includes(code);

/** Kong's largest schema has some 40 KB. */
const largestSchema = 4_000_000;

/** @returns undefined when the gateway has no such schema. @throws KongBackupError `gateway-*`. */
export async function readSchema(
  client: GatewayClient,
  path: string,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const { status, body } = await client.request('GET', path, { maxBytes: largestSchema, signal });
  if (status === 404) return undefined;
  if (isObject(body) && Array.isArray(body['fields'])) return body;
  throw errorOfOtherJson(path, 'a schema lists its fields');
}

/** The collections of kinds that a table here knows, without asking the gateway. */
export function knownCollection(kind: string): Collection | undefined {
  return isKnownKind(kind) ? collectionOf(kind, false) : undefined;
}
