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
