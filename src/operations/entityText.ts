import { isObject, type JsonObject } from '../core/json.js';
import { shownEntity } from '../core/secretFields.js';
import { withoutComputed } from '../estate/normalise.js';
import { pushEntry } from '../estate/yamlText.js';

const leading = ['id', 'name', 'username'];

/** An entity as YAML to be compared by eye: what is not set left out, what the gateway makes too, keys in one order. */
export function entityText(kind: string, fields: JsonObject, secrets: 'masked' | 'shown'): string {
  const rank = (key: string): number => (leading.includes(key) ? leading.indexOf(key) : leading.length);
  const told = secrets === 'shown' ? fields : shownEntity(kind, fields);
  const entries = Object.entries(withoutNulls(withoutComputed(kind, told))).sort(
    ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const lines: string[] = [];
  for (const [key, value] of entries) pushEntry(lines, '', 0, key, value);
  return `${lines.join('\n')}\n`;
}

/** A gateway says null where a file says nothing. Where that means a default, the default stands on the other side. */
function withoutNulls(fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, isObject(value) ? withoutNulls(value) : value]));
}
