import { isObject, type Json, type JsonObject } from '../core/json.js';

/** A value, or nothing at all: Kong tells a missing field from a null one. */
export type Value = Json | undefined;

/** Lua has one kind of table: a list is a table too. */
export function isTable(value: Value): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}

/** Neither missing, null, an empty string nor an empty table. */
export function isNonempty(value: Value): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) for (const _ in value) return true;
  return !isObject(value);
}

/**
 * A table whose keys are 1 … n, as a list. An empty map is an empty list; `{1: x}` in YAML is a list of one.
 * @returns undefined for what is no list.
 */
export function asList(value: Value): Json[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return undefined;
  let count = 0;
  for (const key of Object.keys(value)) if (key !== String(++count)) return undefined;
  return Object.values(value);
}

/** The field that a dotted name reaches: `config.redis.host`. Nothing is below null. */
export function getField(value: Value, name: string): Value {
  if (!name.includes('.')) return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  let at: Value = value;
  for (const part of name.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}

const utf8 = new TextEncoder();
const ascii = /^[ -~]*$/;

/** Lua counts a string in bytes, a list by its entries and a map by its keys. */
export function lengthOf(value: Json): number {
  if (typeof value === 'string') return ascii.test(value) ? value.length : utf8.encode(value).length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

/** `tostring` of a value. */
export function tostring(value: Value): string {
  if (value === undefined) return 'nil';
  return isTable(value) ? 'table' : String(value);
}

/** A value that a vault holds: `{vault://env/name}`. */
export function isReference(value: Value): boolean {
  return typeof value === 'string' && value.startsWith('{vault://') && value.endsWith('}');
}

/** `'a', 'b'`; a list within the list in brackets: `('a', 'b'), ('c')`. */
export function quotedList(words: readonly (string | readonly string[])[]): string {
  return words.map((word) => (typeof word === 'string' ? `'${word}'` : `(${quotedList(word)})`)).join(', ');
}

export function deepEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (!isTable(a) || !isTable(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual((a as JsonObject)[key], (b as JsonObject)[key]));
}

/** A copy that shares nothing: many times faster than `structuredClone`, for what JSON can hold. */
export function copyOf<T extends Json>(value: T): T;
export function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: value[key], enumerable: true, configurable: true });
    else copy[key] = copyOf(value[key] ?? null);
  }
  return copy;
}
