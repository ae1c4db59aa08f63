import { isObject, type Json, type JsonObject } from '../core/json.js';
import { unusual } from './regularMemory.js';

/** A map with what `<<` merges in: what it says itself wins, then what was merged first. */
export function merged(map: JsonObject, merges: readonly Json[]): JsonObject {
  for (const source of merges.flatMap((value) => (Array.isArray(value) ? value : [value]))) {
    if (!isObject(source)) throw unusual;
    for (const key of Object.keys(source)) if (!Object.hasOwn(map, key)) map[key] = source[key] as Json;
  }
  return map;
}
