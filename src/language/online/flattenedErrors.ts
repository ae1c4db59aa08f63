import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { Path } from '../../schema/problem.js';
import type { Entity } from '../model.js';
import { sameValue } from '../values.js';
import { complaintsInFields, saidIn, type Complaint } from './complaint.js';

/**
 * What a DB-less gateway answers to a file with `flatten_errors`: entities one after the other, with their errors by dotted
 * path, and in `fields` what is about the file itself. Without it `fields` holds everything.
 * @param body the answer. @param file the value that was sent. @param entities what the file holds.
 */
export function complaintsInFlattened(body: Json, file: Json | undefined, entities: readonly Entity[]): Complaint[] {
  if (!isObject(body)) return [];
  const flattened = Array.isArray(body['flattened_errors']) ? body['flattened_errors'] : [];
  const used = new Set<Entity>();
  const ofEntities = flattened.filter(isObject).flatMap((entry) => {
    const entity = entityOf(entry, entities, used);
    if (entity) used.add(entity);
    const errors = Array.isArray(entry['errors']) ? entry['errors'].filter(isObject) : [];
    return errors.map((error) => complaintOf(error, entity));
  });
  return [...ofEntities, ...complaintsInFields(body['fields'] ?? {}, file)];
}

function complaintOf(error: JsonObject, entity: Entity | undefined): Complaint {
  const { field, message, messages } = error;
  const said = saidIn(message ?? (Array.isArray(messages) ? messages.join('; ') : ''));
  const at = entity?.path ?? [];
  if (typeof field !== 'string') return { path: at, message: said, entity: true };
  return { path: [...at, ...dottedPath(field, entity?.value)], message: said };
}

/** `paths.1` → `paths`, 0. A key may have dots of its own. */
export function dottedPath(dotted: string, value: Json | undefined): Path {
  const path: (string | number)[] = [];
  let at: Json | undefined = value;
  let rest = dotted.split('.');
  while (rest.length > 0) {
    const taken = isObject(at) ? longestKey(at, rest) : 1;
    const key = rest.slice(0, taken).join('.');
    rest = rest.slice(taken);
    if (Array.isArray(at) && /^\d+$/.test(key)) {
      path.push(Number(key) - 1);
      at = at[Number(key) - 1];
    } else {
      path.push(key);
      at = isObject(at) ? at[key] : undefined;
    }
  }
  return path;
}

/** How many of the words make a key that is there. */
function longestKey(record: JsonObject, words: readonly string[]): number {
  for (let count = Math.min(words.length, 20); count > 1; count--) {
    if (Object.hasOwn(record, words.slice(0, count).join('.'))) return count;
  }
  return 1;
}

/** Kong takes the last letter off a kind; an id that the file does not have is made by Kong. */
function entityOf(entry: JsonObject, entities: readonly Entity[], used: ReadonlySet<Entity>): Entity | undefined {
  const { entity_type: type, entity_name: name, entity_id: id, entity } = entry;
  const open = entities.filter((candidate) => candidate.kind.replace(/s$/, '') === type && !used.has(candidate));
  const sent = isObject(entity) ? entity : {};
  return (
    open.find(({ value }) => isWritten(value, sent, false)) ??
    open.find(({ value }) => id !== undefined && value['id'] === id) ??
    open.find(({ value }) => isWritten(value, sent, true)) ??
    open.find(({ value }) => name !== undefined && value['name'] === name)
  );
}

/** Whether all that the file says of an entity is in the answer; of references Kong keeps ids only, or nothing. */
function isWritten(value: JsonObject, sent: JsonObject, withoutReferences: boolean): boolean {
  return Object.entries(value).every(([key, inner]) => {
    const answered = sent[key];
    if (withoutReferences && typeof inner === 'string' && (answered === undefined || isObject(answered))) return true;
    return inner === null || sameValue(emptied(inner), emptied(answered));
  });
}

/** To Lua an empty list is an empty map. */
const emptied = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) && value.length === 0 ? {} : value;
