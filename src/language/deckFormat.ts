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
  ...Object.values(deckNesting).flatMap((nested) => nested.map(({ key }) => key)),
]);
const maps: ReadonlySet<string> = new Set(['config', 'headers', 'healthchecks', 'pem']);

/** Fields whose insides are the gateway's to judge. */
const isFree = (key: string): boolean => key === 'config';

/** The fields of a rule, as a list. */
export const fieldsOf = (rule: string | readonly string[]): readonly string[] =>
  typeof rule === 'string' ? [rule] : rule;

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** The first rule of `deckRequires` that an entity does not keep. */
function lackForDeck(kind: string, value: JsonObject): readonly string[] | undefined {
  for (const rule of deckRequires[kind] ?? nothing) {
    if (typeof rule === 'string' ? !isGiven(value[rule]) : !rule.some((field) => isGiven(value[field]))) {
      return fieldsOf(rule);
    }
  }
  return undefined;
}

const nothing: readonly string[] = [];

/** A field of Kong's that decK has no place for. */
const unknownToDeck = (kind: string, value: JsonObject): string | undefined =>
  deckUnknown[kind]?.find((field) => value[field] !== undefined);

/** A reference in the form that decK does not read. */
const strangeReference = (kind: string, value: JsonObject): string | undefined =>
  deckObjectReferences[kind]?.find((field) => typeof value[field] === 'string') ??
  textReferences[kind]?.find((field) => isObject(value[field]));

/** Whether any value of an entity is `null` that decK reads, or has a shape that it does not. */
function isMisshapen(value: JsonObject): boolean {
  for (const key in value) {
    const own = value[key];
    if (typeof own !== 'object') continue;
    if (own === null) return true;
    if (Array.isArray(own) ? maps.has(key) : lists.has(key) || (!isFree(key) && isMisshapen(own))) return true;
  }
  return false;
}

/** Whether an entity, without those nested in it, has anything that decK's reader would refuse. Quick, for there are many. */
export const isStrangeToDeck = (kind: string, value: JsonObject): boolean =>
  isMisshapen(value) ||
  lackForDeck(kind, value) !== undefined ||
  unknownToDeck(kind, value) !== undefined ||
  strangeReference(kind, value) !== undefined;

/** The values of an entity that are `null` and that decK reads. */
export function* nullsForDeck(value: JsonObject): Generator<string[]> {
  for (const key of Object.keys(value)) {
    const own = value[key];
    if (own === null) yield [key];
    else if (isObject(own) && !isFree(key)) for (const path of nullsForDeck(own)) yield [key, ...path];
  }
}

/** The fields in which a map stands for a list, or a list for a map: to Kong they are the same where they are empty. */
export const misshapenForDeck = (value: JsonObject): string[] =>
  Object.keys(value).filter((key) =>
    Array.isArray(value[key]) ? maps.has(key) : lists.has(key) && isObject(value[key]),
  );

const names = (fields: readonly string[]): string => fields.map((field) => `\`${field}\``).join(' or ');

/** What an entity has that no file of decK's has, in words. */
function strangeness(kind: string, value: JsonObject): string {
  const lack = lackForDeck(kind, value);
  if (lack) return `decK wants ${names(lack)} on ${oneOf(kind)}, and one has none.`;
  const unknown = unknownToDeck(kind, value);
  if (unknown !== undefined) return `decK knows no \`${unknown}\` of ${oneOf(kind)}.`;
  const [empty] = nullsForDeck(value);
  if (empty) return `decK takes no \`null\`, and \`${empty.join('.')}\` of ${oneOf(kind)} is.`;
  const strange = misshapenForDeck(value)[0] ?? strangeReference(kind, value);
  return `decK does not write ${strange === undefined ? '' : `\`${strange}\` of `}${oneOf(kind)} like that.`;
}

/**
 * Whether decK's reader would refuse an entity, or one that is nested in it, for what Kong takes.
 * @returns why, in a sentence; undefined when decK would read it.
 */
export function signAgainstDeck(kind: string, value: JsonObject): string | undefined {
  if (isStrangeToDeck(kind, value)) return strangeness(kind, value);
  for (const { key, kind: child } of deckNesting[kind] ?? noChildren) {
    const sign = signInList(child, value[key]);
    if (sign !== undefined) return sign;
  }
  return undefined;
}

const noChildren: (typeof deckNesting)[string] = [];

function signInList(kind: string, list: Json | undefined): string | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const item of list) {
    const sign = isObject(item) ? signAgainstDeck(kind, item) : undefined;
    if (sign !== undefined) return sign;
  }
  return undefined;
}

/** The same, of all that a file lists. */
export function fileSignAgainstDeck(file: JsonObject): string | undefined {
  for (const kind of deckTopLevel.entities) {
    const list = file[kind];
    if (list === null || isObject(list)) return `decK wants a list for \`${kind}\`.`;
    const sign = signInList(kind, list);
    if (sign !== undefined) return sign;
  }
  return undefined;
}
