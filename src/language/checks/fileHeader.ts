import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { metaKeys, type MetaKey } from '../metaKeys.js';
import { deckTopLevel, deckTopLevelKeys, dblessTopLevelKeys } from '../keys.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import type { CheckInput, Finding } from './check.js';
import { isEnvTemplate } from '../templates.js';
import { notes } from './notes.js';

const kong2Formats = ['1.1', '2.1'];
const kong3Formats = ['1.1', '2.1', '3.0'];

/** `_format_version` and the keys at the top of the file. */
export function* fileHeader(input: CheckInput): Generator<Finding> {
  yield* formatVersion(input);
  yield* transform(input);
  if (input.kind === 'dbless') yield* notes(input.value, []);
  yield* topLevelKeys(input);
  if (input.kind === 'deck') yield* ofDeckAlone(input.value);
}

function* formatVersion({ kind, facts, value }: CheckInput): Generator<Finding> {
  const version = value['_format_version'];
  const path = ['_format_version'];
  const newest = Number(facts.version.split('.')[0]) < 3 ? '1.1' : '3.0';
  const formats = Number(facts.version.split('.')[0]) < 3 ? kong2Formats : kong3Formats;
  if (version === undefined || version === null) {
    // decK takes a file without it for its oldest format, which it does not sync with Kong 3.
    const severity = kind === 'deck' && formats === kong2Formats ? 'warning' : 'error';
    const message = `\`_format_version\` is missing: start the file with \`_format_version: "${newest}"\`.`;
    yield { severity, code: 'required', message, path, data: { missing: '_format_version' } };
  } else if (typeof version !== 'string') {
    const message = `\`_format_version\` must be text: put it in quotes, as in \`"${newest}"\`.`;
    yield { severity: 'error', code: 'wrong-type', message, path, data: { suggestions: formats } };
  } else if (!formats.includes(version) && !(kind === 'deck' && isEnvTemplate(version))) {
    const message = `Kong ${facts.version} knows no format "${version}": it takes ${formats.map((f) => `"${f}"`).join(', ')}.`;
    yield { severity: 'error', code: 'not-in-enum', message, path, data: { suggestions: formats } };
  }
}

function* transform({ kind, value }: CheckInput): Generator<Finding> {
  const flag = value['_transform'];
  const path = ['_transform'];
  if (kind === 'deck' && flag === false) {
    const message =
      'decK refuses `_transform: false`: such files are for `kong config db_import` and DB-less gateways.';
    yield { severity: 'error', code: 'dbless-only', message, path };
  } else if (flag !== undefined && flag !== null && typeof flag !== 'boolean') {
    yield { severity: 'error', code: 'wrong-type', message: '`_transform` must be `true` or `false`.', path };
  }
}

/** What decK reads of the file as a whole has a schema of its own, and no key besides. */
function* ofDeckAlone(value: JsonObject): Generator<Finding> {
  for (const key of deckTopLevel.entities) {
    if (value[key] !== null) continue;
    const message = `decK wants a list for \`${key}\`: take the key out where there are none.`;
    yield { severity: 'error', code: 'wrong-type', message, path: [key], at: 'key' };
  }
  for (const key of ['_info', '_konnect']) yield* unknownKeys(value[key], metaKeys[key]?.fields ?? {}, [key]);
  for (const kind of Object.keys(given(value['_info'], 'defaults'))) {
    const named = neverDefault.filter((field) => field in given(given(value['_info'], 'defaults'), kind));
    for (const field of named) {
      const message = `decK takes no \`${field}\` as a default: each ${kind} has its own.`;
      yield { severity: 'error', code: 'unknown-field', message, path: ['_info', 'defaults', kind, field], at: 'key' };
    }
  }
}

const neverDefault = ['id', 'name', 'target'];

const given = (value: Json | undefined, key: string): JsonObject => {
  const own = isObject(value) ? value[key] : undefined;
  return isObject(own) ? own : {};
};

function* unknownKeys(
  value: Json | undefined,
  known: NonNullable<MetaKey['fields']>,
  path: string[],
): Generator<Finding> {
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    const meta = Object.hasOwn(known, key) ? known[key] : undefined;
    if (meta) {
      // Of lists and values by kind decK alone knows more.
      if (meta.fields) yield* unknownKeys(value[key], meta.fields, [...path, key]);
      continue;
    }
    const suggestions = suggest(key, Object.keys(known));
    const message = `decK knows no \`${key}\` in \`${path.join('.')}\`.${didYouMean(suggestions)}`;
    yield { severity: 'error', code: 'unknown-field', message, path: [...path, key], at: 'key', data: { suggestions } };
  }
}

/** Unknown keys: of very many none is a slip. */
const described = 500;

function* topLevelKeys({ kind, facts, value }: CheckInput): Generator<Finding> {
  const deck = deckTopLevelKeys();
  const dbless = dblessTopLevelKeys(facts);
  let unknown = 0;
  const [known, others] = kind === 'deck' ? [deck, dbless] : [dbless, deck];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    if (others.includes(key)) {
      const message =
        kind === 'deck'
          ? `decK does not know \`${key}\`, which is of the DB-less format: decK would refuse the file.`
          : `Only decK reads \`${key}\`: a DB-less gateway refuses the file.`;
      yield { severity: 'error', code: kind === 'deck' ? 'dbless-only' : 'deck-only', message, path: [key], at: 'key' };
      continue;
    }
    if (++unknown > described) continue;
    const suggestions = suggest(key, known);
    const message = `Kong knows no \`${key}\` here.${didYouMean(suggestions)}`;
    yield { severity: 'error', code: 'unknown-field', message, path: [key], at: 'key', data: { suggestions } };
  }
  if (unknown <= described) return;
  const message = `Kong does not know ${unknown - described} more keys here.`;
  yield { severity: 'error', code: 'unknown-field', message, path: [] };
}
