import { deckTopLevelKeys, dblessTopLevelKeys } from '../keys.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import type { CheckInput, Finding } from './check.js';
import { notes } from './notes.js';

const kong2Formats = ['1.1', '2.1'];
const kong3Formats = ['1.1', '2.1', '3.0'];

/** `_format_version` and the keys at the top of the file. */
export function* fileHeader(input: CheckInput): Generator<Finding> {
  yield* formatVersion(input);
  yield* transform(input);
  if (input.kind === 'dbless') yield* notes(input.value, []);
  yield* topLevelKeys(input);
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
  } else if (!formats.includes(version)) {
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
