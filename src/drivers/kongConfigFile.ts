import { isObject, type Json } from '../core/json.js';
import type { Counts } from '../core/snapshot.js';
import { countKinds } from '../estate/countKinds.js';
import { readDblessFile } from '../estate/dblessFile.js';
import type { Entity } from '../estate/entity.js';
import { entityKind } from '../estate/kinds.js';
import { labelOfEntity, type LabelOf } from '../estate/label.js';
import { keyText } from '../estate/naturalKey.js';
import { isPasswordHash } from '../estate/passwordHash.js';
import type { SchemaFacts } from '../schema/facts.js';

/** A file of the DB-less format, as `kong config db_export` and `GET /config` write it too. */
export interface KongFile {
  text: string;
  /** False where the file says that passwords are hashed already. */
  transform: boolean;
  entities: Entity[];
  counts: Counts;
  /** Lists that nothing here knows, such as some of Enterprise: they are in the text and in no count. */
  unknownKinds: string[];
  /** References that lead nowhere, each a sentence. */
  problems: string[];
  labelOf: LabelOf;
}

const notTransformed = /^(?:\s*\{?\s*"_transform"|_transform)\s*:\s*(?:false|no|off)\b/im;

/** @throws KongBackupError `file-invalid` with line and column. */
export function readKongFile(text: string, place: string, facts: SchemaFacts): KongFile {
  const { entities, problems } = readDblessFile(text, place, facts, { allowEmpty: true });
  const byId = new Map(entities.map((entity) => [String(entity.fields['id']), entity]));
  const labelOf: LabelOf = (id) => {
    const entity = byId.get(id);
    return entity && labelOfEntity(entity, () => undefined);
  };
  const transform = !notTransformed.test(text);
  const said = problems.map(({ path, message }) => `${path}: ${message}`);
  return {
    text,
    transform,
    entities,
    counts: countKinds(entities),
    unknownKinds: unknownIn(text, facts),
    problems: said,
    labelOf,
  };
}

/** Of the block style that Kong writes. */
const unknownIn = (text: string, facts: SchemaFacts): string[] =>
  [...text.matchAll(/^([a-z]\w*):/gm)].flatMap(([, kind = '']) => (facts.entities[kind] ? [] : [kind]));

/** What a person calls an entity of the file. Never a secret. */
export const nameIn = (file: KongFile, entity: Entity): string => labelOfEntity(entity, file.labelOf);

/** Kinds that the gateway itself keeps, and that tell nothing about a configuration. */
const housekeeping = new Set(['parameters', 'workspaces', 'clustering_data_planes']);

/** Whether entities of a kind have an id to know them by. */
export function isKept(kind: string, facts: SchemaFacts): boolean {
  if (housekeeping.has(kind)) return false;
  const key = facts.entities[kind]?.primary_key;
  return key === undefined || (key.length === 1 && key[0] === 'id');
}

/** Counts without what the gateway keeps for itself. */
export const keptCounts = (counts: Counts, facts: SchemaFacts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([kind, count]) => count > 0 && isKept(kind, facts)));

const keyOf = ({ kind, fields }: Entity): string => `${kind} ${String(fields['id'])}`;

/** Sides of an import: what it would make, write over and leave, and what stands in its way. */
export interface Import {
  created: Entity[];
  updated: Entity[];
  /** In the target and not in the file. */
  left: Entity[];
  /** Each a sentence. */
  collisions: string[];
}

/** What `db_import` of a file would do to a database that holds `live`. It knows entities by their ids alone. */
export function planImport(file: KongFile, live: KongFile, facts: SchemaFacts): Import {
  const there = new Map(live.entities.map((entity) => [keyOf(entity), entity]));
  const mine = new Set(file.entities.map(keyOf));
  const kept = file.entities.filter(({ kind }) => isKept(kind, facts));
  return {
    created: kept.filter((entity) => !there.has(keyOf(entity))),
    updated: kept.filter((entity) => there.has(keyOf(entity))),
    left: live.entities.filter((entity) => isKept(entity.kind, facts) && !mine.has(keyOf(entity))),
    collisions: collisionsOf(file, live, kept, facts),
  };
}

function collisionsOf(file: KongFile, live: KongFile, kept: readonly Entity[], facts: SchemaFacts): string[] {
  const taken = new Map<string, Entity>();
  for (const entity of live.entities) for (const key of uniqueKeys(entity, facts)) taken.set(key, entity);
  const said = new Set<string>();
  for (const entity of kept) {
    for (const key of uniqueKeys(entity, facts)) {
      const other = taken.get(key);
      if (!other || other.fields['id'] === entity.fields['id']) continue;
      said.add(
        `${entity.kind} ${nameIn(file, entity)}: ${String(entity.fields['id'])} in the snapshot, ${String(other.fields['id'])} in the gateway.`,
      );
    }
  }
  return [...said];
}

function* uniqueKeys(entity: Entity, facts: SchemaFacts): Generator<string> {
  const { keys, repeatable } = entityKind(entity.kind, facts);
  if (repeatable || !isKept(entity.kind, facts)) return;
  for (const key of keys) {
    // A route that has neither name nor anything else of a key is like no other.
    const text = keyText(entity.fields, key);
    if (text !== undefined) yield `${entity.kind} ${key.join()} ${text}`;
  }
}

/** Fields that a gateway makes anew, or counts down. */
const moving = new Set(['created_at', 'updated_at', 'ttl', 'ws_id', 'cache_key']);

/**
 * Compares what a database or gateway holds with a file.
 * @returns each difference in a sentence: what is missing, and what is not as the file says. What is there besides is not looked at.
 */
export function missingFrom(live: KongFile, file: KongFile, facts: SchemaFacts): string[] {
  const there = new Map(live.entities.map((entity) => [keyOf(entity), entity]));
  return file.entities.flatMap((entity): string[] => {
    if (!isKept(entity.kind, facts)) return [];
    const found = there.get(keyOf(entity));
    if (!found) return [`${entity.kind} ${nameIn(file, entity)} is not there.`];
    const field = Object.entries(entity.fields).find(
      ([name, value]) => value !== null && !moving.has(name) && !holds(found.fields[name], value),
    );
    return field ? [`${entity.kind} ${nameIn(file, entity)}: ${field[0]} is another.`] : [];
  });
}

/**
 * The same for a file that people wrote, without ids and defaults: by what entities are called.
 * @returns a sentence for each that is not there.
 */
export function namesMissing(live: KongFile, file: KongFile, facts: SchemaFacts): string[] {
  const there = new Set(live.entities.flatMap((entity) => calledBy(entity, facts)));
  return file.entities.flatMap((entity) =>
    isKept(entity.kind, facts) && calledBy(entity, facts).some((name) => !there.has(name))
      ? [`${entity.kind} ${nameIn(file, entity)} is not there.`]
      : [],
  );
}

/** What nothing else of its kind is called, where that is a text of one line. */
const calledBy = ({ kind, fields }: Entity, facts: SchemaFacts): string[] =>
  entityKind(kind, facts).keys.flatMap(([name = '', ...others]) => {
    const value = fields[name];
    const isName = others.length === 0 && typeof value === 'string' && !value.includes('\n');
    return isName ? [JSON.stringify([kind, name, value])] : [];
  });

/** Whether all that a value says is said by another too: null says nothing, and to Lua an empty list is an empty map. */
function holds(found: Json | undefined, wanted: Json): boolean {
  if (wanted === null) return true;
  if (isEmpty(wanted)) return found === undefined || found === null || isEmpty(found);
  if (typeof wanted !== 'object') return found === wanted;
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((each, at) => holds(found[at], each));
  }
  return isObject(found) && Object.entries(wanted).every(([name, value]) => holds(found[name], value));
}

const isEmpty = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Differences between two counts, each a sentence. @param what whose the first are. */
export function countDifferences(has: Counts, wanted: Counts, what: string, other: string): string[] {
  const kinds = [...new Set([...Object.keys(has), ...Object.keys(wanted)])].sort();
  return kinds
    .filter((kind) => (has[kind] ?? 0) !== (wanted[kind] ?? 0))
    .map((kind) => `${what} holds ${has[kind] ?? 0} ${kind}, ${other} ${wanted[kind] ?? 0}.`);
}

/** Credentials of a file by what a way of bringing them back does to them. Names, never secrets. */
export interface Frail {
  /** Hashed basic-auth passwords that a file without `_transform: false` would hash again. */
  rehashed: string[];
  /** Keys that expire. */
  expiring: string[];
  oauth2: string[];
  tokens: string[];
}

export function frailIn(file: KongFile): Frail {
  const named = (kind: string, is: (entity: Entity) => boolean = () => true): string[] =>
    file.entities.filter((entity) => entity.kind === kind && is(entity)).map((entity) => ownerOf(file, entity));
  return {
    rehashed: file.transform ? named('basicauth_credentials', ({ fields }) => isPasswordHash(fields['password'])) : [],
    expiring: named('keyauth_credentials', ({ fields }) => typeof fields['ttl'] === 'number'),
    oauth2: named('oauth2_credentials'),
    tokens: named('oauth2_tokens'),
  };
}

/** Of a key nobody may see more than whose it is. */
function ownerOf(file: KongFile, entity: Entity): string {
  const { consumer } = entity.fields;
  const id = isObject(consumer) ? consumer['id'] : undefined;
  const owner = typeof id === 'string' ? (file.labelOf(id) ?? id) : undefined;
  const own = entity.fields['username'] ?? entity.fields['name'];
  if (typeof own === 'string' && own !== owner) return owner === undefined ? own : `${own} (${owner})`;
  return owner ?? String(entity.fields['id']);
}
