import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityFacts, SchemaFacts } from '../schema/facts.js';
import { dblessNesting } from '../schema/nesting.js';
import type { Path, SchemaProblem } from '../schema/problem.js';
import { fieldsOf } from '../schema/schemaErrors.js';
import { validateEntity } from '../schema/validate.js';
import type { Dialect } from './dialect.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';
import { refuse, unexpected } from './reply.js';
import { isUuid } from './references.js';
import { stableId } from './stableId.js';

/** One entity of a file, where it stands, and the entity it stands in. */
export interface FileEntity {
  kind: string;
  /** Without the children that are nested in it; references are names, ids, or `{ id }`. */
  fields: JsonObject;
  path: Path;
  parent?: { field: string; entity: FileEntity };
}

/** Stands for the workspace in the names that ids are made from. */
const anyWorkspace = '*';
const idNamespace = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/**
 * What Kong has against a declarative file, as its tree of errors; empty when it would be taken. First all that schemas say;
 * only when they are content, what clashes; only then, what leads nowhere.
 * @param entities of the file, ids filled in as Kong makes them.
 */
export function judgeFile(
  facts: SchemaFacts,
  dialect: Dialect,
  file: JsonObject,
  entities: readonly FileEntity[],
): JsonObject {
  const problems = [
    ...topProblems(facts, dialect, file),
    ...entities.flatMap((entity) => entityProblems(facts, entity)),
  ];
  if (problems.length > 0) return fieldsOf([...problems, ...unresolvable(facts, entities)]);
  giveIds(facts, entities);
  const clashes = dialect.judgesStrictly ? uniquenessProblems(facts, entities) : [];
  if (clashes.length > 0) return fieldsOf(clashes);
  return invalidReferences(facts, entities);
}

/** Every entity of a file, parents before children. @throws ReplyError 500 for an item that is no entity, as Kong does. */
export function entitiesOf(facts: SchemaFacts, file: JsonObject): FileEntity[] {
  const entities: FileEntity[] = [];
  for (const kind of kindsInOrder(facts)) collect(facts, kind, file[kind], [kind], undefined, entities);
  return entities;
}

/** Kinds, those that others refer to first. */
export function kindsInOrder(facts: SchemaFacts): string[] {
  const ordered = new Set<string>();
  const visit = (kind: string, from: readonly string[]): void => {
    if (from.includes(kind) || ordered.has(kind) || !facts.entities[kind]) return;
    for (const { reference } of Object.values(facts.entities[kind].foreign ?? {})) visit(reference, [...from, kind]);
    ordered.add(kind);
  };
  for (const kind of Object.keys(facts.entities)) visit(kind, []);
  return [...ordered];
}

function collect(
  facts: SchemaFacts,
  kind: string,
  list: Json | undefined,
  path: Path,
  parent: FileEntity['parent'],
  into: FileEntity[],
): void {
  if (!Array.isArray(list)) return;
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) refuse(unexpected());
    const nesting = dblessNesting(facts, kind);
    const nested = new Set(nesting.map(({ key }) => key));
    const fields = Object.fromEntries(
      Object.entries(item).filter(([key]) => !nested.has(key) && key !== '_comment' && key !== '_ignore'),
    );
    const entity: FileEntity = { kind, fields, path: [...path, index], ...(parent && { parent }) };
    into.push(entity);
    for (const { key, kind: child, field } of nesting) {
      collect(facts, child, item[key], [...entity.path, key], { field, entity }, into);
    }
  }
}

function topProblems(facts: SchemaFacts, { formatVersions }: Dialect, file: JsonObject): SchemaProblem[] {
  const problem = (key: string, message: string, code: SchemaProblem['code'] = 'wrong-type'): SchemaProblem => ({
    code,
    path: [key],
    message,
  });
  const found: SchemaProblem[] = [];
  const version = file['_format_version'];
  if (version === undefined || version === null)
    found.push(problem('_format_version', 'required field missing', 'required'));
  else if (typeof version !== 'string') found.push(problem('_format_version', 'expected a string'));
  else if (!formatVersions.includes(version)) {
    found.push(problem('_format_version', `expected one of: ${formatVersions.join(', ')}`, 'not-in-enum'));
  }
  for (const [key, value] of Object.entries(file)) {
    if (key === '_format_version' || value === null) continue;
    if (key === '_transform') {
      if (typeof value !== 'boolean') found.push(problem(key, 'expected a boolean'));
    } else if (key === '_comment') {
      if (typeof value !== 'string') found.push(problem(key, 'expected a string'));
    } else if (key === '_ignore' || key in facts.entities) {
      const isEmpty = isObject(value) && Object.keys(value).length === 0;
      if (!Array.isArray(value) && !isEmpty) found.push(problem(key, 'expected an array'));
    } else {
      found.push(problem(key, 'unknown field', 'unknown-field'));
    }
  }
  return found;
}

function entityProblems(facts: SchemaFacts, { kind, fields, path, parent }: FileEntity): SchemaProblem[] {
  const given = { ...fields };
  if (parent && refersTo(given[parent.field], parent.entity)) delete given[parent.field];
  const problems = validateEntity(facts, kind, given, {
    as: 'declarative',
    dbless: true,
    crypto: nodeCrypto,
    ...(parent && { parent: parent.field }),
  });
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

function refersTo(value: Json | undefined, { fields }: FileEntity): boolean {
  const key = isObject(value) ? value['id'] : value;
  return key !== undefined && Object.values(fields).includes(key as Json);
}

/** Gives every entity that has none the id that Kong would give it: the same for the same file. */
function giveIds(facts: SchemaFacts, entities: readonly FileEntity[]): void {
  for (const entity of entities) {
    if (entity.fields['id'] !== undefined && entity.fields['id'] !== null) continue;
    const name = idName(facts.entities[entity.kind], entity);
    entity.fields['id'] = name === undefined ? randomUUID() : stableId(stableId(idNamespace, entity.kind), name);
  }
}

/** What an id is made from; undefined where Kong makes a random one. */
function idName(facts: EntityFacts | undefined, { kind, fields, parent }: FileEntity): string | undefined {
  if (!facts) return undefined;
  if (facts.cache_key) return cacheKeyName(facts, kind, fields, parent);
  const key = facts.endpoint_key === undefined ? undefined : fields[facts.endpoint_key];
  return typeof key === 'string' ? key : undefined;
}

function cacheKeyName(
  facts: EntityFacts,
  kind: string,
  fields: JsonObject,
  parent: FileEntity['parent'],
): string | undefined {
  const parts = [kind, anyWorkspace];
  for (const key of facts.cache_key ?? []) {
    const value = fields[key];
    if (facts.fields[key]?.auto) return undefined;
    if (typeof value === 'string') parts.push(value);
    else if (key === parent?.field) parts.push(String(parent.entity.fields['id']));
    else if (facts.fields[key]?.required) return undefined;
    else parts.push('');
  }
  return parts.join(':');
}

/** Every entity of a kind by its id and by its name. */
function byKey(
  facts: SchemaFacts,
  entities: readonly FileEntity[],
): (kind: string, key: Json) => FileEntity | undefined {
  const found = new Map<string, FileEntity>();
  for (const entity of entities) {
    const { kind, fields } = entity;
    const name = fields[facts.entities[kind]?.endpoint_key ?? ''];
    if (typeof name === 'string') found.set(`${kind}\0${name}`, entity);
    if (typeof fields['id'] === 'string') found.set(`${kind}\0${fields['id']}`, entity);
  }
  return (kind, key) => found.get(`${kind}\0${String(key)}`);
}

interface Reference {
  entity: FileEntity;
  field: string;
  kind: string;
  value: Json;
  found: FileEntity | undefined;
}

/** References that are written out, whether they lead somewhere or not. */
export function referencesOf(facts: SchemaFacts, entities: readonly FileEntity[]): Reference[] {
  const find = byKey(facts, entities);
  return entities.flatMap((entity) =>
    Object.entries(facts.entities[entity.kind]?.foreign ?? {}).flatMap(([field, { reference: kind }]) => {
      const value = entity.fields[field];
      if (value === undefined || value === null || field === entity.parent?.field) return [];
      const key = isObject(value) ? (value['id'] ?? null) : value;
      return [{ entity, field, kind, value, found: find(kind, key) }];
    }),
  );
}

function unresolvable(facts: SchemaFacts, entities: readonly FileEntity[]): SchemaProblem[] {
  return referencesOf(facts, entities)
    .filter(({ found, value, entity, field }) => !found && typeof value === 'string' && !forbids(facts, entity, field))
    .map(({ entity, field }) => ({
      code: 'required' as const,
      path: [...entity.path, field, 'id'],
      message: 'missing primary key',
    }));
}

/** A plugin that may not be scoped so has been told that already. */
function forbids(facts: SchemaFacts, { kind, fields }: FileEntity, field: string): boolean {
  return kind === 'plugins' && facts.plugins[String(fields['name'])]?.fields[field]?.eq === null;
}

function uniquenessProblems(facts: SchemaFacts, entities: readonly FileEntity[]): SchemaProblem[] {
  const seen = new Set<string>();
  return entities.flatMap(({ kind, fields, path }): SchemaProblem[] => {
    for (const field of ['id', ...(facts.entities[kind]?.unique ?? [])]) {
      const value = fields[field];
      if (typeof value !== 'string') continue;
      const key = `${kind}\0${field}\0${value}`;
      if (!seen.has(key)) {
        seen.add(key);
        continue;
      }
      // A clash of names is told as one, though the ids made from them clash too.
      const told = field === 'id' && clashingName(facts, kind, fields, seen);
      const [label, shown] = told ? [told, fields[told]] : [field === 'id' ? 'primary key' : field, value];
      const message = `uniqueness violation: '${kind}' entity with ${label} set to '${String(shown)}' already declared`;
      return [{ code: 'wrong-value', path, message }];
    }
    return [];
  });
}

function clashingName(facts: SchemaFacts, kind: string, fields: JsonObject, seen: Set<string>): string | undefined {
  return facts.entities[kind]?.unique?.find((field) => seen.has(`${kind}\0${field}\0${String(fields[field])}`));
}

/** Kong tells these by the name, not by the place, of who refers. */
function invalidReferences(facts: SchemaFacts, entities: readonly FileEntity[]): JsonObject {
  const errors: JsonObject = {};
  for (const { entity, field, kind, value, found } of referencesOf(facts, entities)) {
    if (found) continue;
    const name = entity.fields[facts.entities[entity.kind]?.endpoint_key ?? ''];
    if (typeof name !== 'string') refuse(unexpected()); // Kong can't tell of an entity without a name, and breaks off.
    const of = (errors[entity.kind] ??= {}) as JsonObject;
    const list = (of[name] ??= []) as Json[];
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    list.push(`invalid reference '${field}: ${shown}' (no such entry in '${kind}')`);
  }
  return errors;
}

/** Replaces what stands for a reference by `{ id }`, the parent's included, in place. Only for a file without errors. */
export function linkEntities(facts: SchemaFacts, entities: readonly FileEntity[]): void {
  for (const { entity, field, found } of referencesOf(facts, entities)) {
    const id = found?.fields['id'];
    if (isUuid(id)) entity.fields[field] = { id };
  }
  for (const { fields, parent } of entities) {
    if (parent) fields[parent.field] = { id: parent.entity.fields['id'] ?? null };
  }
}
