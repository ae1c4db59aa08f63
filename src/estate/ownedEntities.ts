import type { JsonObject } from '../core/json.js';

/** The tag that the ACME plugin gives what it makes. */
const acmeTag = 'managed-by-acme';
const acmeKinds: ReadonlySet<string> = new Set(['certificates', 'snis']);

/** The plugin that made an entity and keeps it up to date; undefined when a person did. */
export function ownerOf(kind: string, fields: JsonObject | undefined): string | undefined {
  const tags = fields?.['tags'];
  return acmeKinds.has(kind) && Array.isArray(tags) && tags.includes(acmeTag) ? 'acme' : undefined;
}
