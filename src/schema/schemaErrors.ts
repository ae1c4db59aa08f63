import { isObject, type Json, type JsonObject } from '../core/json.js';
import { luaPretty } from './luaPretty.js';
import type { Path, SchemaProblem } from './problem.js';

/** Kong's answer to a value that its schema does not take. */
export interface SchemaViolation {
  name: 'schema violation';
  code: 2;
  message: string;
  fields: JsonObject;
}

const entityKey = '@entity';

/** Kong's tree of problems: nested as the value is, lists by position with `null` for what is fine, checks over several fields under `@entity`. */
export function fieldsOf(problems: readonly SchemaProblem[]): JsonObject {
  const root: JsonObject = {};
  for (const { path, message, entity } of problems) {
    if (entity) entityList(root, path).push(message);
    else set(root, path, message);
  }
  return root;
}

type Branch = Json[] | JsonObject;

/** Lists are filled up to the place with `null`. */
function child(branch: Branch, key: string | number, make: () => Branch): Branch {
  const known = (branch as JsonObject)[key];
  if (typeof known === 'object' && known !== null) return known;
  const made = make();
  put(branch, key, made);
  return made;
}

function put(branch: Branch, key: string | number, value: Json): void {
  if (Array.isArray(branch) && typeof key === 'number') while (branch.length < key) branch.push(null);
  // Own properties only, whatever the name: `__proto__` comes from outside.
  Object.defineProperty(branch, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The branch at the end of a path, made where it is not there yet. @param last what stands below the path's end. */
function branchAt(root: JsonObject, path: Path, last: string | number): Branch {
  return path.reduce<Branch>((branch, key, index) => {
    const next = path[index + 1] ?? last;
    return child(branch, key, () => (typeof next === 'number' ? [] : {}));
  }, root);
}

function set(root: JsonObject, path: Path, message: string): void {
  const key = path.at(-1);
  if (key !== undefined) put(branchAt(root, path.slice(0, -1), key), key, message);
}

function entityList(root: JsonObject, path: Path): Json[] {
  return child(branchAt(root, path, entityKey), entityKey, () => []) as Json[];
}

/** Problems of two levels are told one by one, what lies deeper as a table. */
function told(fields: JsonObject): string[] {
  const general = Array.isArray(fields[entityKey]) ? fields[entityKey].map(String) : [];
  const names = Object.keys(fields).filter((name) => name !== entityKey);
  return [...general, ...names.sort().flatMap((name) => toldField(name, fields[name] ?? null))];
}

function toldField(name: string, value: Json): string[] {
  const line = (key: string | number, below: Json): string =>
    `${name}.${key}: ${typeof below === 'string' ? below : luaPretty(below)}`;
  if (Array.isArray(value)) {
    return value.flatMap((below, index) => (below === null ? [] : [line(index + 1, below)]));
  }
  if (!isObject(value)) return [`${name}: ${String(value)}`];
  return Object.keys(value)
    .sort()
    .map((key) => line(key, value[key] ?? null));
}

/** The body of Kong's 400 answer. */
export function schemaViolation(problems: readonly SchemaProblem[]): SchemaViolation {
  const fields = fieldsOf(problems);
  const all = told(fields);
  const count = all.length === 1 ? 'schema violation' : `${all.length} schema violations`;
  return { name: 'schema violation', code: 2, message: `${count} (${all.join('; ')})`, fields };
}
