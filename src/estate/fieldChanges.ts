import type { FieldChange } from '../core/change.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';

/** What differs between two entities in comparable form. A list of another length is one change as a whole. */
export function fieldChanges(before: JsonObject, after: JsonObject): FieldChange[] {
  const changes: FieldChange[] = [];
  collect(before, after, '', changes);
  return changes;
}

function collect(before: Json, after: Json, path: string, changes: FieldChange[]): void {
  if (before === after) return;
  if (isObject(before) && isObject(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      collect(before[name] ?? null, after[name] ?? null, path === '' ? name : `${path}.${name}`, changes);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item, index) => collect(item, after[index] ?? null, `${path}[${index}]`, changes));
    return;
  }
  changes.push({ path, before, after });
}
