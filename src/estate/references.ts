import { isObject, type Json, type JsonObject } from '../core/json.js';

const uuidLength = 36;

/**
 * Calls back for each text inside that is the id of something known, the entity's own apart. References stand in foreign
 * fields, in lists such as `ca_certificates`, and inside plugin config such as `anonymous`.
 */
export function eachReference(fields: JsonObject, isKnown: (id: string) => boolean, visit: (id: string) => void): void {
  const walk = (value: Json): void => {
    if (typeof value === 'string') {
      if (value.length === uuidLength && isKnown(value)) visit(value);
    } else if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(walk);
  };
  for (const [name, value] of Object.entries(fields)) if (name !== 'id') walk(value);
}

/** The same value with every id replaced that the map knows. @returns the value itself when there is nothing to replace. */
export function withIds<T extends Json>(value: T, ids: ReadonlyMap<string, string>): T {
  return (ids.size === 0 ? value : replaced(value, ids)) as T;
}

function replaced(value: Json, ids: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return value.length === uuidLength ? (ids.get(value) ?? value) : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => replaced(item, ids));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  // Most have nothing to replace: only those that do are copied.
  let copy: JsonObject | undefined;
  for (const name of Object.keys(value)) {
    const inner = value[name] ?? null;
    const other = typeof inner === 'object' || typeof inner === 'string' ? replaced(inner, ids) : inner;
    if (other !== inner) (copy ??= { ...value })[name] = other;
  }
  return copy ?? value;
}
