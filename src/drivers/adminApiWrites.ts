import type { Change } from '../core/change.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { membership } from '../estate/deckNames.js';
import { workspaceKind } from '../estate/kinds.js';
import { referencedId } from '../estate/naturalKey.js';
import type { Method } from '../gateway/gatewayClient.js';
import type { Collection } from './adminApiKinds.js';

/** A change as one request to the Admin API. */
export interface Write {
  method: Method;
  path: string;
  body?: JsonObject;
  /** True for what does not stand in a workspace. */
  ofAll?: boolean;
}

/** Kinds whose secrets or lifetimes a full PUT would change: only what differs is sent. */
const onlyDifferences = new Set(['basicauth_credentials', 'oauth2_credentials', 'keyauth_credentials']);

/** @param collection where the gateway keeps the kind. */
export function writeOf(change: Change, collection: Collection): Write {
  const { action, kind, id, before, after } = change;
  const fields = after ?? before ?? {};
  if (kind === membership) return membershipWrite(action, fields);
  if (kind === workspaceKind) return { method: 'DELETE', path: `/workspaces/${encodeURIComponent(id)}`, ofAll: true };
  const home = homeOf(collection, action === 'create' ? fields : (before ?? fields));
  if (action === 'delete') return { method: 'DELETE', path: `${home}/${id}` };
  const body = withoutNoLifetime(fields);
  // POST is three times as fast as PUT for what is new, and the only way for targets: the id goes in the body.
  if (action === 'create') return { method: 'POST', path: home, body };
  const path = `${home}/${id}`;
  if (!onlyDifferences.has(kind) || losesLifetime(change)) return { method: 'PUT', path, body };
  return { method: 'PATCH', path, body: differences(change) };
}

/** The address that an entity stands below. @param fields its own: they name its parent. */
export function homeOf({ path, under, kind }: Collection, fields: JsonObject): string {
  if (!under) return path;
  const field = kind === 'targets' ? 'upstream' : under.parent;
  return `${path}/${referencedId(fields[field]) ?? ''}/${under.segment}`;
}

function membershipWrite(action: Change['action'], fields: JsonObject): Write {
  const consumer = referencedId(fields['consumer']) ?? '';
  const path = `/consumer_groups/${referencedId(fields['consumer_group']) ?? ''}/consumers`;
  return action === 'delete'
    ? { method: 'DELETE', path: `${path}/${consumer}` }
    : { method: 'POST', path, body: { consumer } };
}

/** Kong answers `ttl: null` with a 500. */
function withoutNoLifetime(fields: JsonObject): JsonObject {
  if (fields['ttl'] !== null) return fields;
  const { ttl: _none, ...rest } = fields;
  return rest;
}

/** An expiry can only be taken away by a PUT that leaves it out. */
const losesLifetime = ({ fields, after }: Change): boolean =>
  fields?.some(({ path }) => path === 'ttl') === true && (after?.['ttl'] ?? null) === null;

function differences({ after = {}, fields = [] }: Change): JsonObject {
  const body: JsonObject = {};
  for (const { path } of fields) {
    const name = /^[^.[]+/.exec(path)?.[0] ?? path;
    const value: Json = after[name] ?? null;
    body[name] = isObject(value) ? { ...value } : value;
  }
  return body;
}
