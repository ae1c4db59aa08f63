import type { JsonObject } from '../../core/json.js';
import { shownEntity } from '../../core/secretFields.js';

/** Set by the gateway; they differ after every restore and mean nothing to a reader. */
const volatile = new Set(['created_at', 'updated_at', 'ws_id']);
const leading = ['name', 'username', 'id'];

/** An entity as JSON to be compared by eye: secrets masked, what is not set left out, keys always in the same order. */
export function entityText(kind: string, entity: JsonObject): string {
  const rank = (key: string): number => (leading.includes(key) ? leading.indexOf(key) : leading.length);
  const entries = Object.entries(shownEntity(kind, entity))
    .filter(([key, value]) => value !== null && !volatile.has(key))
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
