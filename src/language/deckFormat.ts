import { isObject, type Json, type JsonObject } from '../core/json.js';
import { deckNesting } from '../schema/nesting.js';
import { oneOf } from './article.js';
import { deckTopLevel } from './keys.js';

// What decK's reader refuses and Kong takes: decK judges a file by a schema of its own before it asks any gateway.

/** Fields that decK wants where Kong fills them in, or does without. Of an inner list, any one will do. */
export const deckRequires: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  certificates: ['id'],
  jwt_secrets: ['algorithm', 'key', 'secret'],
  key_sets: [['name', 'id']],
  keyauth_credentials: ['key'],
  keys: [['name', 'id']],
  mtls_auth_credentials: ['id', 'subject_name'],
  oauth2_credentials: ['client_id', 'client_secret'],
  routes: [['name', 'id']],
  services: [['name', 'id']],
};

/** References that decK writes as `{ name: … }` or `{ id: … }`; the others are plain text. */
export const deckObjectReferences: Readonly<Record<string, readonly string[]>> = {
  keys: ['set'],
  routes: ['service'],
  upstreams: ['client_certificate'],
};

const textReferences: Readonly<Record<string, readonly string[]>> = {
  filter_chains: ['route', 'service'],
  plugins: ['consumer', 'consumer_group', 'route', 'service'],
  services: ['client_certificate'],
};

/** Fields of Kong's that decK has no place for. */
export const deckUnknown: Readonly<Record<string, readonly string[]>> = {
  ca_certificates: ['updated_at'],
  certificates: ['cert_alt', 'key_alt', 'updated_at'],
  consumers: ['updated_at'],
  plugins: ['updated_at'],
  snis: ['updated_at'],
  targets: ['updated_at'],
  upstreams: ['updated_at'],
};

const lists: ReadonlySet<string> = new Set([
  'ca_certificates',
  'destinations',
  'filters',
  'hosts',
  'methods',
  'paths',
  'protocols',
  'redirect_uris',
  'snis',
  'sources',
  'tags',
]);
const maps: ReadonlySet<string> = new Set(['config', 'headers', 'healthchecks', 'pem']);

/** The fields in which a map stands for a list, or a list for a map: to Kong they are the same where they are empty, or numbered. */
export function misshapenForDeck(value: JsonObject): string[] {
  return Object.keys(value).filter((key) => (Array.isArray(value[key]) ? maps.has(key) : isMapForList(value, key)));
}

const isMapForList = (value: JsonObject, key: string): boolean => lists.has(key) && isObject(value[key]);

/** Fields whose insides are the gateway's to judge. */
const isFree = (key: string): boolean => key === 'config';

/** What stands for an empty list to Kong alone. */
export const isNoList = (list: Json | undefined): boolean =>
  list === null || (isObject(list) && Object.keys(list).length === 0);

/** Whether any value of an entity is `null` that decK reads. */
export function holdsNull(value: JsonObject): boolean {
  for (const key of Object.keys(value)) {
    const own = value[key];
    if (own === null || (isObject(own) && !isFree(key) && holdsNull(own))) return true;
  }
  return false;
}

/** The values of an entity that are `null` and that decK reads. */
export function* nullsForDeck(value: JsonObject, isChild: (key: string) => boolean): Generator<string[]> {
  for (const key of Object.keys(value)) {
    if (isChild(key)) continue;
    const own = value[key];
    if (own === null) yield [key];
    else if (isObject(own) && !isFree(key)) for (const path of nullsForDeck(own, noChild)) yield [key, ...path];
  }
}

const noChild = (): boolean => false;

/** The fields of a rule, as a list. */
export const fieldsOf = (rule: string | readonly string[]): readonly string[] =>
  typeof rule === 'string' ? [rule] : rule;

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** The first rule of `deckRequires` that an entity does not keep. */
export function lackForDeck(kind: string, value: JsonObject): readonly string[] | undefined {
  for (const rule of deckRequires[kind] ?? []) {
    if (!fieldsOf(rule).some((field) => isGiven(value[field]))) return fieldsOf(rule);
  }
  return undefined;
}

const names = (fields: readonly string[]): string => fields.map((field) => `\`${field}\``).join(' or ');

/**
 * Whether decK's reader would refuse an entity, or one that is nested in it, for what Kong takes.
 * @returns what it has that no file of decK's has, in words; undefined when decK would read it.
 */
export function signAgainstDeck(kind: string, value: JsonObject): string | undefined {
  const nested = deckNesting[kind] ?? [];
  const lack = lackForDeck(kind, value);
  if (lack) return `decK wants ${names(lack)} on ${oneOf(kind)}, and one has none.`;
  const unknown = deckUnknown[kind]?.find((field) => isGiven(value[field]));
  if (unknown !== undefined) return `decK knows no \`${unknown}\` of ${oneOf(kind)}.`;
  const list = nested.find(({ key }) => isNoList(value[key]))?.key;
  if (list !== undefined) return `decK wants a list for \`${list}\` of ${oneOf(kind)}.`;
  const [misshapen] = misshapenForDeck(value);
  if (misshapen !== undefined) return `decK does not write \`${misshapen}\` of ${oneOf(kind)} like that.`;
  const reference = strangeReference(kind, value);
  if (reference !== undefined) return `decK does not write \`${reference}\` of ${oneOf(kind)} like that.`;
  const [empty] = nullsForDeck(value, (key) => nested.some((child) => child.key === key));
  if (empty) return `decK takes no \`null\`, and \`${empty.join('.')}\` of ${oneOf(kind)} is.`;
  for (const { key, kind: child } of nested) {
    const list = value[key];
    for (const item of Array.isArray(list) ? list : []) {
      const sign = isObject(item) ? signAgainstDeck(child, item) : undefined;
      if (sign !== undefined) return sign;
    }
  }
  return undefined;
}

/** A reference in the form that decK does not read. */
const strangeReference = (kind: string, value: JsonObject): string | undefined =>
  deckObjectReferences[kind]?.find((field) => typeof value[field] === 'string') ??
  textReferences[kind]?.find((field) => isObject(value[field]));

/** The same, of all that a file lists. */
export function fileSignAgainstDeck(file: JsonObject): string | undefined {
  for (const kind of deckTopLevel.entities) {
    const list = file[kind];
    if (isNoList(list)) return `decK wants a list for \`${kind}\`.`;
    for (const item of Array.isArray(list) ? list : []) {
      const sign = isObject(item) ? signAgainstDeck(kind, item) : undefined;
      if (sign !== undefined) return sign;
    }
  }
  return undefined;
}
