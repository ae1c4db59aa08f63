import { isObject } from '../../core/json.js';
import type { JsonObject } from '../../core/json.js';
import { referredName } from '../entityIndex.js';
import { singular } from '../model.js';
import type { Entity } from '../model.js';
import type { CheckInput, Finding } from './check.js';

/**
 * What Kong allows once stands once: ids, names, credentials, a plugin in one scope. Kong gives an entity without an id
 * one that it makes from the entity's key, so that two entities with the same key collide as two with the same id do.
 */
export function* uniqueness(input: CheckInput): Generator<Finding> {
  const identities = new Identities(input);
  const seen = new Map<string, SeenOfKind>();
  for (const entity of input.model.entities) {
    const { kind, value } = entity;
    const facts = input.facts.entities[kind];
    if (!facts) continue;
    let ofKind = seen.get(kind);
    if (!ofKind) seen.set(kind, (ofKind = new SeenOfKind(facts.unique ?? [])));
    const field = ofKind.firstTaken(value);
    const identity = ofKind.isKnownBy(value, identities.keyOf(kind)) ? undefined : identities.of(entity);
    const isTaken = identity !== undefined && has(ofKind.identities, identity);
    if (field !== undefined) yield finding(entity, field, input);
    else if (isTaken) yield finding(entity, 'id' in value ? 'id' : facts.endpoint_key, input);
  }
}

/** Something that an entity has and no other of its kind may: a field's value, or what Kong takes for its id. */
export interface Claim {
  /** Undefined for the id. */
  field: string | undefined;
  value: string;
}

/** What an entity claims, in the order in which `uniqueness` asks whether another has it. */
export function claimsOf(entity: Entity, input: CheckInput, identities = new Identities(input)): Claim[] {
  const facts = input.facts.entities[entity.kind];
  if (!facts) return [];
  const claims: Claim[] = [];
  for (const field of facts.unique ?? []) {
    const value = entity.value[field];
    if (typeof value === 'string') claims.push({ field, value });
  }
  if (new SeenOfKind(facts.unique ?? []).isKnownBy(entity.value, identities.keyOf(entity.kind))) return claims;
  const identity = identities.of(entity);
  return identity === undefined ? claims : [...claims, { field: undefined, value: identity }];
}

/** What to say of an entity whose claim another has. */
export const notUnique = (entity: Entity, { field }: Claim, input: CheckInput): Finding =>
  finding(entity, field ?? ('id' in entity.value ? 'id' : input.facts.entities[entity.kind]?.endpoint_key), input);

/** What entities of a kind have that no other may. */
class SeenOfKind {
  readonly identities = new Set<string>();
  private readonly byField: readonly [field: string, values: Set<string>][];

  constructor(unique: readonly string[]) {
    this.byField = unique.map((field) => [field, new Set<string>()]);
  }

  /** Whether an entity is told apart by a name that no other of its kind has: then its identity says no more. */
  isKnownBy(value: JsonObject, key: string | undefined): boolean {
    if (key === undefined || typeof value['id'] === 'string' || typeof value[key] !== 'string') return false;
    return this.byField.some(([field]) => field === key);
  }

  /** Notes an entity's values. @returns the first field whose value another entity has. */
  firstTaken(value: JsonObject): string | undefined {
    let taken: string | undefined;
    for (const [field, values] of this.byField) {
      const own = value[field];
      if (typeof own === 'string' && has(values, own)) taken ??= field;
    }
    return taken;
  }
}

function has(seen: Set<string>, key: string): boolean {
  const before = seen.size;
  return seen.add(key).size === before;
}

function finding(entity: Entity, field: string | undefined, { kind, facts }: CheckInput): Finding {
  const what = singular(entity.kind);
  const shown = field !== undefined && field in entity.value ? field : undefined;
  // Kong 2.x took the last of them without a word.
  const silent = kind === 'dbless' && facts.version.startsWith('2.');
  const message = `Another ${what} of this file ${shown ? `has the same \`${shown}\`` : 'is the same'}.${silent ? ' Kong keeps the last of them.' : ''}`;
  return {
    severity: silent ? 'warning' : 'error',
    code: 'not-unique',
    message,
    path: entity.path,
    ...(shown ? { mark: [...entity.path, shown] } : { at: 'entity' as const }),
  };
}

/** What Kong takes for an entity's id, as text that is equal when Kong's ids are. */
export class Identities {
  constructor(private readonly input: CheckInput) {}

  of(entity: Entity): string | undefined {
    const { kind, value } = entity;
    const facts = this.input.facts.entities[kind];
    const id = value['id'];
    if (typeof id === 'string') return id.toLowerCase();
    if (!facts?.fields['id']?.uuid) return undefined;
    const key = this.keyOf(kind);
    const name = key === undefined ? undefined : value[key];
    if (key !== undefined && typeof name === 'string') return this.nameIn(entity, key, name);
    return facts.cache_key && this.cacheKey(entity, facts.cache_key);
  }

  /**
   * The field that an entity of a kind is known by. A database takes a plugin once in a scope, whatever the name of the
   * instance; without one Kong makes the id of that name.
   */
  keyOf(kind: string): string | undefined {
    const { kind: format, facts } = this.input;
    return format === 'deck' && kind === 'plugins' ? undefined : facts.entities[kind]?.endpoint_key;
  }

  /** A key that is not unique by itself is so within the parent: targets of an upstream. */
  private nameIn(entity: Entity, field: string, name: string): string {
    const facts = this.input.facts.entities[entity.kind]!;
    const parts = [name];
    if (!facts.fields[field]?.unique) {
      for (const [foreign, { on_delete }] of Object.entries(facts.foreign ?? {})) {
        if (on_delete === 'cascade') parts.push(this.reference(entity, foreign) ?? '');
      }
    }
    return joined(parts);
  }

  private cacheKey(entity: Entity, fields: readonly string[]): string | undefined {
    const facts = this.input.facts.entities[entity.kind]!;
    const parts: string[] = [];
    for (const field of fields) {
      if (facts.fields[field]?.auto) return undefined;
      const value = facts.foreign?.[field] ? this.reference(entity, field) : entity.value[field];
      if (typeof value === 'string') parts.push(value);
      else if (facts.fields[field]?.required) return undefined;
      else parts.push('');
    }
    parts.push(...this.furtherScope(entity, fields));
    return joined(parts);
  }

  /** A scope that the gateway's facts don't know: consumer groups, which open-source gateways lack and decK's files name. */
  private furtherScope({ parent, value }: Entity, fields: readonly string[]): string[] {
    if (this.input.kind !== 'deck' || !fields.includes('consumer') || fields.includes('consumer_group')) return [];
    const group = parent?.field === 'consumer_group' ? nameOf(parent.entity) : referredName(value['consumer_group']);
    return group === undefined ? [] : [group];
  }

  /**
   * The parent by its id. A DB-less gateway takes a reference by name as it is written: the same plugin nested in a
   * service and again at the top with the service's name are two to it, and one to decK.
   */
  private reference(entity: Entity, field: string): string | undefined {
    if (entity.parent?.field === field) return this.of(entity.parent.entity);
    const name = referredName(entity.value[field]);
    if (name === undefined || (this.input.kind === 'dbless' && !isReferenceById(entity.value, field))) return name;
    const kind = this.input.facts.entities[entity.kind]?.foreign?.[field]?.reference;
    const found = kind === undefined ? undefined : this.input.index.find(kind, name);
    return found ? this.of(found) : name;
  }
}

const nameOf = ({ path, value }: Entity): string => String(value['name'] ?? value['id'] ?? path.join('.'));

const isReferenceById = (value: JsonObject, field: string): boolean => isObject(value[field]);

/** No text of a file holds the separator, and no id starts with it. */
const joined = (parts: readonly string[]): string => `\0${parts.join('\0')}`;
