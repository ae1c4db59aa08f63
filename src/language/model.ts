import { isObject } from '../core/json.js';
import type { Json, JsonObject } from '../core/json.js';
import { deckNesting, dblessNesting } from '../schema/nesting.js';
import type { Nested } from '../schema/nesting.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import { deckTopLevel, dblessKinds } from './keys.js';
import type { FileKind } from './fileKind.js';

/** One entity of a file. */
export interface Entity {
  /** `services`, `routes` … */
  kind: string;
  path: Path;
  /** As it is written, without the lists of its children. */
  value: JsonObject;
  /** The entity it is nested in. */
  parent?: { entity: Entity; field: string };
}

/** Something that should be a list of entities, or one of them, and is not. */
export interface Misfit {
  path: Path;
  kind: string;
  expected: 'list' | 'entity';
}

/** What a file says, by entity: parents before their children, in the order of the kinds and of the text. */
export interface Model {
  entities: readonly Entity[];
  misfits: readonly Misfit[];
  /** The lists of children that an entity of this kind may hold. */
  nesting(kind: string): readonly Nested[];
}

/** Kinds that the file may list at its top. */
export function topLevelKinds(kind: FileKind, facts: SchemaFacts): readonly string[] {
  return kind === 'deck' ? deckTopLevel.entities : dblessKinds(facts);
}

export function nestingOf(kind: FileKind, facts: SchemaFacts): (parent: string) => readonly Nested[] {
  const known = new Map<string, readonly Nested[]>();
  return (parent) => {
    let nested = known.get(parent);
    if (!nested) {
      nested = kind === 'deck' ? (deckNesting[parent] ?? []) : dblessNesting(facts, parent);
      known.set(parent, nested);
    }
    return nested;
  };
}

export function buildModel(value: JsonObject, kind: FileKind, facts: SchemaFacts): Model {
  const entities: Entity[] = [];
  const misfits: Misfit[] = [];
  const nesting = nestingOf(kind, facts);

  const readList = (of: string, list: unknown, path: Path, parent?: Entity['parent']): void => {
    if (list === undefined || list === null || (kind === 'dbless' && isEmptyMap(list))) return;
    if (!Array.isArray(list)) {
      misfits.push({ path, kind: of, expected: 'list' });
      return;
    }
    list.forEach((item, index) => readEntity(of, item, [...path, index], parent));
  };
  const readEntity = (of: string, item: unknown, path: Path, parent?: Entity['parent']): void => {
    // An empty list is an empty map to Kong.
    const written = Array.isArray(item) && item.length === 0 ? {} : item;
    if (!isObject(written)) {
      misfits.push({ path, kind: of, expected: 'entity' });
      return;
    }
    const nested = nesting(of).filter(({ key }) => key in written);
    const own = nested.length ? without(written, nested) : written;
    const entity: Entity = { kind: of, path, value: own, ...(parent && { parent }) };
    entities.push(entity);
    for (const { key, kind: child, field } of nested) {
      readList(child, written[key], [...path, key], { entity, field });
    }
  };

  for (const of of topLevelKinds(kind, facts)) readList(of, value[of], [of]);
  return { entities, misfits, nesting };
}

const isEmptyMap = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

function put(object: JsonObject, key: string, value: Json): void {
  // Plain assignment to `__proto__` would change the object's prototype.
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

function isNested(name: string, nested: readonly Nested[]): boolean {
  for (const { key } of nested) if (key === name) return true;
  return false;
}

function without(value: JsonObject, nested: readonly Nested[]): JsonObject {
  const own: JsonObject = {};
  // An object that something was deleted from is slow ever after.
  for (const key of Object.keys(value)) if (!isNested(key, nested)) put(own, key, value[key] as Json);
  return own;
}

/** What a person calls the entity: its name, or what stands in for one. */
export function labelOf(value: JsonObject): string | undefined {
  for (const key of ['name', 'username', 'custom_id', 'target', 'group', 'prefix', 'kid', 'id']) {
    const label = value[key];
    if (typeof label === 'string' && label !== '') return label;
  }
  return undefined;
}

const irregular: Readonly<Record<string, string>> = {
  acls: 'ACL group',
  basicauth_credentials: 'basic-auth credential',
  ca_certificates: 'CA certificate',
  hmacauth_credentials: 'HMAC credential',
  jwt_secrets: 'JWT credential',
  keyauth_credentials: 'key-auth credential',
  mtls_auth_credentials: 'mTLS credential',
  oauth2_credentials: 'OAuth 2.0 credential',
  snis: 'SNI',
};

/** `services` → "service": for messages. */
export function singular(kind: string): string {
  return irregular[kind] ?? kind.replace(/ies$/, 'y').replace(/s$/, '').replaceAll('_', ' ');
}
