import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { byBytes } from './luaText.js';
import { isUuid } from './references.js';

interface Link {
  entity: string;
  field: string;
  reference: string;
}

/**
 * Takes the errors of entities out of Kong's tree, one after the other with the entity they are about; what is about the file
 * itself stays in the tree. Children come before their parents, later entities before earlier ones.
 * @param file as it was sent; changed.
 * @param errors changed.
 */
export function flattenErrors(facts: SchemaFacts, file: JsonObject, errors: JsonObject): JsonObject[] {
  const flattened: JsonObject[] = [];
  for (const kind of Object.keys(errors).sort(byBytes).reverse()) {
    const section = errors[kind];
    const entities = file[kind];
    if (typeof section !== 'object' || section === null || !Array.isArray(entities)) continue;
    // Errors that are told by name, not by place, find no entity here and are lost, in Kong too.
    delete errors[kind];
    if (!Array.isArray(section)) continue;
    for (let index = section.length - 1; index >= 0; index--) {
      const entity = entities[index];
      const found = section[index] ?? null;
      if (isObject(entity) && found !== null) addEntity(facts, kind, entity, found, flattened);
    }
  }
  return flattened;
}

function linksOf(facts: SchemaFacts, kind: string): Link[] {
  return Object.entries(facts.entities).flatMap(([entity, { foreign }]) =>
    Object.entries(foreign ?? {})
      .map(([field, { reference }]) => ({ entity, field, reference }))
      .filter((link) => link.entity === kind || link.reference === kind),
  );
}

function addEntity(facts: SchemaFacts, kind: string, entity: JsonObject, error: Json, into: JsonObject[]): void {
  if (typeof error === 'string') {
    into.push(entry(kind, entity, [{ type: 'entity', message: error }]));
    return;
  }
  if (!isObject(error)) return;
  const id = isUuid(entity['id']) ? { id: entity['id'] } : undefined;
  for (const { entity: child, field, reference } of linksOf(facts, kind)) {
    if (child === kind && isObject(entity[field])) {
      const parent = entity[field] as JsonObject;
      const found = error[field];
      delete error[field];
      if (isUuid(parent['id'])) entity[field] = { id: parent['id'] };
      else delete entity[field];
      if (found !== undefined) addEntity(facts, reference, parent, found, into);
    } else if (reference === kind && Array.isArray(entity[child])) {
      addChildren(facts, { kind: child, field, id }, entity, error, into);
    }
  }
  const errors = listed(error, '');
  if (errors.length > 0) into.push(entry(kind, entity, errors));
}

function addChildren(
  facts: SchemaFacts,
  { kind, field, id }: { kind: string; field: string; id: JsonObject | undefined },
  entity: JsonObject,
  error: JsonObject,
  into: JsonObject[],
): void {
  const items = entity[kind] as Json[];
  const found = error[kind];
  delete entity[kind];
  delete error[kind];
  if (!Array.isArray(found)) return;
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue;
    if (id && item[field] === undefined) item[field] = id;
    const one = found[index] ?? null;
    if (one !== null) addEntity(facts, kind, item, one, into);
  }
}

function entry(kind: string, entity: JsonObject, errors: JsonObject[]): JsonObject {
  const { name, id, tags } = entity;
  const isTagged = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return {
    entity_type: kind.replace(/s$/, ''),
    entity: withoutEmptyLists(entity),
    errors,
    ...(typeof name === 'string' && name !== '' && { entity_name: name }),
    ...(isUuid(id) && { entity_id: id }),
    ...(isTagged && { entity_tags: tags }),
  };
}

/** To Lua an empty list is an empty table, and is written as one. */
function withoutEmptyLists(value: Json): Json {
  if (Array.isArray(value)) return value.length === 0 ? {} : value.map(withoutEmptyLists);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutEmptyLists(inner)]));
}

/** The messages of a tree, each with the dotted path of its field; positions count from 1. */
function listed(errors: Json, path: string): JsonObject[] {
  if (typeof errors === 'string') return [{ type: 'field', field: path, message: errors }];
  if (Array.isArray(errors)) {
    return errors
      .map((item, index): JsonObject[] => (item === null ? [] : listed(item, join(path, String(index + 1)))))
      .reverse()
      .flat();
  }
  if (!isObject(errors)) return [];
  return Object.keys(errors)
    .sort(byBytes)
    .reverse()
    .flatMap((key) => {
      const inner = errors[key] ?? null;
      if (key !== '@entity') return listed(inner, join(path, key));
      const messages = Array.isArray(inner) ? inner : [inner];
      return messages.map((message): JsonObject => ({ type: 'entity', message }));
    });
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
