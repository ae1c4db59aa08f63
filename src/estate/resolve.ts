import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { formatPath } from '../schema/problem.js';
import type { Place } from './deckEntities.js';
import type { DeckFileProblem } from './deckFile.js';
import { entityKind } from './kinds.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Turns references by name, by text and by object into `{ id }`, in place. Names that the file does not hold are said.
 * @param facts tell what kinds refer to that are not known by themselves.
 */
export function resolveReferences(places: readonly Place[], problems: DeckFileProblem[], facts?: SchemaFacts): void {
  const names = namesOf(places);
  for (const { entity, path } of places) {
    for (const [field, kind] of Object.entries(entityKind(entity.kind, facts).foreign)) {
      const value = entity.fields[field];
      if (value === undefined || value === null) continue;
      const resolved = resolve(value, names.get(kind));
      entity.fields[field] = resolved;
      if (typeof resolved['id'] === 'string') continue;
      const message = `The file holds none of the ${kind} called "${String(resolved['name'])}".`;
      problems.push({ path: formatPath([...path, field]), message });
    }
    if (entity.kind === 'services') resolveAuthorities(entity.fields, names.get('ca_certificates'));
  }
}

type Names = ReadonlyMap<string, string>;

/** Every id and name of each kind, to the id. */
function namesOf(places: readonly Place[]): Map<string, Names> {
  const names = new Map<string, Map<string, string>>();
  for (const {
    entity: { kind, fields },
  } of places) {
    let own = names.get(kind);
    if (!own) names.set(kind, (own = new Map<string, string>()));
    const id = String(fields['id']);
    own.set(id, id);
    for (const name of [fields['name'], fields['username'], fields['custom_id']]) {
      if (typeof name === 'string' && !own.has(name)) own.set(name, id);
    }
  }
  return names;
}

function resolve(value: Json, names: Names | undefined): JsonObject {
  const name = isObject(value) ? (value['id'] ?? value['name'] ?? value['username']) : value;
  const text = typeof name === 'string' ? name : JSON.stringify(name ?? null);
  const id = names?.get(text);
  if (id !== undefined) return { id };
  return uuid.test(text) ? { id: text } : { name: text };
}

/** A service's authorities: a list of ids, by which they are known everywhere. */
function resolveAuthorities(fields: JsonObject, names: Names | undefined): void {
  const list = fields['ca_certificates'];
  if (!Array.isArray(list) || !names) return;
  fields['ca_certificates'] = list.map((item) => (typeof item === 'string' ? (names.get(item) ?? item) : item));
}
