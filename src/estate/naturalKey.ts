import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { NaturalKey } from './kinds.js';

/** The id a reference names: `{ id }`; undefined for anything else. */
export function referencedId(value: Json | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  const { id } = value;
  return typeof id === 'string' ? id : undefined;
}

/** A membership has no id of its own: it is known by the two that it joins. */
export const membershipId = ({ consumer, consumer_group: group }: JsonObject): string =>
  `${referencedId(consumer) ?? ''}/${referencedId(group) ?? ''}`;

/** The values of a key as one text; undefined when the entity has none of them, so that it can't be recognised by it. */
export function keyText(fields: JsonObject, key: NaturalKey): string | undefined {
  const only = key[0];
  if (key.length === 1 && only !== undefined) {
    const value = fields[only];
    return value === undefined || value === null ? undefined : partText(value);
  }
  let some = false;
  const parts = key.map((name) => {
    const value = fields[name];
    if (value === undefined || value === null) return '';
    some = true;
    return partText(value);
  });
  return some ? parts.join('\u0000') : undefined;
}

const partText = (value: Json): string =>
  typeof value === 'string' ? value : (referencedId(value) ?? JSON.stringify(value));
