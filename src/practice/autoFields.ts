import { randomBytes } from 'node:crypto';
import { isObject, type JsonObject } from '../core/json.js';
import type { EntityFacts, FieldFacts, SchemaFacts } from '../schema/facts.js';

/** Where ids and times come from. */
export interface Makers {
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
}

export type WriteKind = 'insert' | 'upsert' | 'update';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 32 characters that can stand in an address: the key that Kong makes when none is given. */
export function randomKey(): string {
  return Array.from(randomBytes(32), (byte) => letters[byte % letters.length]).join('');
}

/** Seconds since 1970; whole ones but for kinds that keep milliseconds. */
export function timestamp(field: FieldFacts, now: number): number {
  return field.type === 'number' ? now / 1000 : Math.floor(now / 1000);
}

/** Fills what Kong makes itself: ids, keys and secrets that weren't given, times. */
export function fillAutoFields(facts: EntityFacts, value: JsonObject, write: WriteKind, { now, newId }: Makers): void {
  for (const [name, field] of Object.entries(facts.fields)) {
    if (!field.auto) continue;
    if (field.timestamp) {
      fillTime(name, field, value, write, now());
      continue;
    }
    if (write === 'update' || (value[name] !== undefined && value[name] !== null)) continue;
    if (field.uuid) value[name] = newId();
    else if (field.type === 'string') value[name] = randomKey();
  }
}

/** Keys that a plugin's configuration makes itself: `provision_key`. Filled in place. */
export function fillConfig(facts: SchemaFacts, value: JsonObject): void {
  const name = value['name'];
  const config = typeof name === 'string' ? facts.plugins[name]?.fields['config'] : undefined;
  const made = Object.entries(config?.fields ?? {}).filter(([, field]) => field.auto && field.type === 'string');
  const given = value['config'] ?? {};
  if (made.length === 0 || !isObject(given)) return;
  const keys = made.filter(([field]) => given[field] === undefined || given[field] === null);
  value['config'] = { ...given, ...Object.fromEntries(keys.map(([field]) => [field, randomKey()])) };
}

function fillTime(name: string, field: FieldFacts, value: JsonObject, write: WriteKind, now: number): void {
  if (name === 'updated_at') value[name] = timestamp(field, now);
  else if (write !== 'update') value[name] ??= timestamp(field, now);
}
