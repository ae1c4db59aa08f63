import { isObject } from '../core/json.js';
import type { Json } from '../core/json.js';
import type { Path } from '../schema/problem.js';

/** What a path leads to in a plain value. */
export function valueAtPath(value: Json, path: Path): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else if (isObject(at)) at = at[key];
    else return undefined;
  }
  return at;
}

/** Whether two plain values are the same, whatever the order of keys. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameValue(a[key], b[key]));
}
