import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import type { Entity } from './model.js';

/** Where an entity names another. */
export interface EntityReference {
  /** Of the entity that is named. */
  kind: string;
  /** Its name or id, as it is written. */
  name: string;
  /** Of the text that names it, below the entity. */
  path: Path;
}

/** Kinds of Enterprise gateways whose schema we need not have, and fields of theirs that refer to others. */
const scopes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plugins: { service: 'services', route: 'routes', consumer: 'consumers', consumer_group: 'consumer_groups' },
};

/** Lists whose items name an entity each: memberships in decK's files, and ids where Kong's schema says only that they are such. */
const lists: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  consumers: { groups: 'consumer_groups' },
  consumer_groups: { consumers: 'consumers' },
  plugins: { partials: 'partials' },
  services: { ca_certificates: 'ca_certificates' },
};

/** Fields of plain text that name another entity if there is one of that name. */
const loose: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  services: { host: 'upstreams' },
  plugins: { _config: '_plugin_configs' },
};

/** The field that references call an entity of a kind by, besides its id; `id` for a kind that has no name. */
export function nameFieldOf(facts: SchemaFacts, kind: string): string {
  const known = facts.entities[kind];
  return known ? (known.endpoint_key ?? 'id') : 'name';
}

/** Whether a field refers to what may as well stand nowhere: a host that is no upstream, say. */
export const isLoose = (kind: string, [field]: Path): boolean => loose[kind]?.[String(field)] !== undefined;

/** Everything that an entity refers to by name or id, whatever form that has. Costs as much as it has fields. */
export function referencesOf({ kind, value }: Pick<Entity, 'kind' | 'value'>, facts: SchemaFacts): EntityReference[] {
  const found: EntityReference[] = [];
  const add = (to: string, at: Path, of: Json | undefined): void => {
    const written = writtenName(of, at, to, facts);
    if (written) found.push({ kind: to, ...written });
  };
  const fields = referringFields(kind, facts);
  for (const field in fields.size === 0 ? nothing : value) {
    const to = fields.get(field);
    if (to === undefined) continue;
    const own = value[field];
    if (to.kind !== undefined) add(to.kind, [field], own);
    const { ofItems } = to;
    if (ofItems !== undefined && Array.isArray(own)) own.forEach((item, index) => add(ofItems, [field, index], item));
  }
  const config = kind === 'plugins' ? value['config'] : undefined;
  const trusted = isObject(config) ? config['ca_certificates'] : undefined;
  if (Array.isArray(trusted)) {
    trusted.forEach((id, index) => add('ca_certificates', ['config', 'ca_certificates', index], id));
  }
  return found;
}

/** What a field refers to by itself, and each item of it. */
interface Referring {
  kind?: string;
  ofItems?: string;
}

const nothing: JsonObject = {};
const known = new WeakMap<SchemaFacts, Map<string, ReadonlyMap<string, Referring>>>();

/** The fields of a kind by which its entities refer to others. Looked up once: a file asks for those of each of its entities. */
function referringFields(kind: string, facts: SchemaFacts): ReadonlyMap<string, Referring> {
  let byKind = known.get(facts);
  if (!byKind) known.set(facts, (byKind = new Map()));
  let fields = byKind.get(kind);
  if (!fields) byKind.set(kind, (fields = findReferring(kind, facts)));
  return fields;
}

function findReferring(kind: string, facts: SchemaFacts): ReadonlyMap<string, Referring> {
  const fields = new Map<string, Referring>();
  const note = (field: string, to: Referring): unknown => fields.set(field, { ...to, ...fields.get(field) });
  for (const [field, foreign] of Object.entries(facts.entities[kind]?.foreign ?? {})) {
    if (foreign.reference !== undefined) note(field, { kind: foreign.reference });
  }
  for (const [field, to] of [...ofKind(scopes, kind), ...ofKind(loose, kind)]) note(field, { kind: to });
  for (const [field, to] of ofKind(lists, kind)) note(field, { ofItems: to });
  return fields;
}

const ofKind = (all: typeof lists, kind: string): [field: string, kind: string][] =>
  Object.entries((Object.hasOwn(all, kind) ? all[kind] : undefined) ?? {});

/** The kind that a field, or an item of it, refers to; undefined for one that refers to nothing. */
export function referredKind(kind: string, field: string, inList: boolean, facts: SchemaFacts): string | undefined {
  const value = { [field]: inList ? [{ id: 'x' }] : 'x' };
  return referencesOf({ kind, value }, facts)[0]?.kind;
}

/** `s1`, `{ id: … }`, `{ name: s1 }`, and `{ username: ann }` of a consumer: the name, and where it is written. */
function writtenName(value: Json | undefined, path: Path, kind: string, facts: SchemaFacts) {
  if (typeof value === 'string') return value === '' ? undefined : { name: value, path };
  if (!isObject(value)) return undefined;
  for (const key of ['id', nameFieldOf(facts, kind), 'name']) {
    const name = value[key];
    if (typeof name === 'string' && name !== '') return { name, path: [...path, key] };
  }
  return undefined;
}

/** What an entity may be called by: its name first, then its id. */
export function namesOf({ kind, value }: { kind: string; value: JsonObject }, facts: SchemaFacts): string[] {
  const names: string[] = [];
  for (const name of [value[nameFieldOf(facts, kind)], value['id']]) {
    if (typeof name === 'string' && name !== '' && name !== names[0]) names.push(name);
  }
  return names;
}
