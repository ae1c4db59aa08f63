import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityFacts, SchemaFacts } from '../schema/facts.js';
import { unresolvedReferences } from './adminErrors.js';

export const isUuid = (text: Json | undefined): text is string =>
  typeof text === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

/** Finds the id of the entity whose unique field has a value. */
export type FindId = (kind: string, field: string, value: Json) => string | undefined;

/**
 * Replaces references that name a unique field, `{ username: 'alice' }`, by ids, in place.
 * @throws ReplyError 400 with code 13 for one that leads nowhere.
 */
export function resolveReferences(facts: SchemaFacts, kind: EntityFacts, value: JsonObject, find: FindId): void {
  const missing: { field: string; by: string; value: Json; kind: string }[] = [];
  for (const [field, { reference }] of Object.entries(kind.foreign ?? {})) {
    const given = value[field];
    if (!isObject(given) || isUuid(given['id'])) continue;
    const keys = (facts.entities[reference]?.unique ?? []).filter((key) => typeof given[key] === 'string');
    const found = keys.map((key) => find(reference, key, given[key] ?? null)).find((id) => id !== undefined);
    if (found !== undefined) value[field] = { id: found };
    else for (const key of keys) missing.push({ field, by: key, value: given[key] ?? null, kind: reference });
  }
  if (missing.length > 0) unresolvedReferences(missing);
}

/** Of a reference only the id is kept, whatever else was sent with it. */
export function trimReferences(kind: EntityFacts, fields: JsonObject): void {
  for (const field of Object.keys(kind.foreign ?? {})) {
    const value = fields[field];
    if (isObject(value) && typeof value['id'] === 'string') fields[field] = { id: value['id'] };
  }
}
