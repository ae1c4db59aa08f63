import { isObject } from '../core/json.js';
import type { Json, JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { fileSignAgainstDeck } from './deckFormat.js';
import { dblessExtraKeys, deckExtraKeys, deckTopLevelKeys, dblessTopLevelKeys } from './keys.js';

/** The two formats of declarative files: decK's state files, and what `kong config` and DB-less gateways read. */
export type FileKind = 'deck' | 'dbless';

export interface KindVerdict {
  kind: FileKind;
  /** Why, in a sentence. */
  reason: string;
}

/** Of a file that decK's reader takes as it is, and that says nothing of its format. */
export const readByDeck: KindVerdict = { kind: 'deck', reason: 'nothing in it is peculiar to the DB-less format.' };

/**
 * Tells the two formats apart by what only one of them has, and by what decK's reader refuses. A file that both would read is
 * taken for decK's: that is what `deck dump`, this product and nearly all files in the wild are, and a DB-less gateway's file
 * can be named as such.
 */
export function fileKindOf(value: Json | undefined, text: string, facts: SchemaFacts): KindVerdict {
  if (!isObject(value)) return readByDeck;
  return (
    headerSign(value) ??
    topLevelSign(value, facts) ??
    nestedSign(value) ??
    templateSign(text) ??
    refusalSign(value) ??
    readByDeck
  );
}

function headerSign(value: JsonObject): KindVerdict | undefined {
  if (value['_transform'] === false) {
    return { kind: 'dbless', reason: '`_transform: false` is what `kong config db_export` writes; decK refuses it.' };
  }
  return undefined;
}

/** Keys at the top that only one format has; the format with more of them wins. */
function topLevelSign(value: JsonObject, facts: SchemaFacts): KindVerdict | undefined {
  const deck = new Set(deckTopLevelKeys());
  const dbless = new Set(dblessTopLevelKeys(facts));
  const keys = Object.keys(value);
  const deckOnly = keys.filter((key) => deck.has(key) && !dbless.has(key));
  const dblessOnly = keys.filter((key) => dbless.has(key) && !deck.has(key));
  if (deckOnly.length === 0 && dblessOnly.length === 0) return undefined;
  if (deckOnly.length >= dblessOnly.length) return { kind: 'deck', reason: `only decK reads \`${deckOnly[0]}\`.` };
  return { kind: 'dbless', reason: `\`${dblessOnly[0]}\` stands at the top only in DB-less files.` };
}

const ownOfDeck: ReadonlySet<string> = new Set(['_config', 'groups', 'partials']);

/** How references are written, and keys of entities that decK alone knows. */
function nestedSign(value: JsonObject): KindVerdict | undefined {
  for (const route of entitiesOf(value, 'routes')) {
    const service = route['service'];
    if (typeof service === 'string') return { kind: 'dbless', reason: 'a route names its service by a plain string.' };
    if (isObject(service) && 'name' in service) {
      return { kind: 'deck', reason: 'a route names its service as `{ name: … }`.' };
    }
  }
  for (const [kind, extra] of Object.entries(deckExtraKeys)) {
    const key = firstIn(
      value[kind],
      extra.filter((each) => ownOfDeck.has(each)),
    );
    if (key !== undefined) return { kind: 'deck', reason: `only decK reads \`${key}\` in \`${kind}\`.` };
  }
  for (const list of Object.values(value)) {
    const key = firstIn(list, dblessExtraKeys);
    if (key !== undefined) return { kind: 'dbless', reason: `only the DB-less format has \`${key}\`.` };
  }
  return undefined;
}

/** Whether a text has something that decK fills in. */
export const isFilledIn = (text: string): boolean => text.includes('${{') && /\$\{\{-?\s*env\s/.test(text);

function templateSign(text: string): KindVerdict | undefined {
  return isFilledIn(text) ? { kind: 'deck', reason: 'only decK fills in `${{ env … }}`.' } : undefined;
}

/** A file that says nothing of its format is not decK's where decK would not read it. */
function refusalSign(value: JsonObject): KindVerdict | undefined {
  const sign = fileSignAgainstDeck(value);
  return sign === undefined ? undefined : { kind: 'dbless', reason: sign };
}

/** The first of the keys that any of the entities has. */
function firstIn(list: Json | undefined, keys: readonly string[]): string | undefined {
  if (!Array.isArray(list) || keys.length === 0) return undefined;
  for (const item of list) {
    if (!isObject(item)) continue;
    for (const key of keys) if (key in item) return key;
  }
  return undefined;
}

function* entitiesOf(value: JsonObject, kind: string): Generator<JsonObject> {
  const list = value[kind];
  if (Array.isArray(list)) for (const item of list) if (isObject(item)) yield item;
}
