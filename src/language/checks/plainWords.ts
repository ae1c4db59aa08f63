import type { Json } from '../../core/json.js';
import type { SchemaProblem } from '../../schema/problem.js';

interface Rewording {
  /** Kong's own words. */
  said: RegExp;
  /** @param found what the expression found, the whole first. @param match the Lua pattern of the field. */
  plain(found: readonly string[], value: Json | undefined, match: string | undefined): string | undefined;
}

const isPem = (value: Json | undefined): boolean => typeof value === 'string' && value.includes('-----BEGIN ');

const quoted = (list: string): string => list.replaceAll(/'([^']*)'/g, '`$1`');

/** What a pattern of Kong's asks for, by the pattern. */
const valueForms: Readonly<Record<string, (value: string) => string | undefined>> = {
  '^%u+$': (value) => `must be in capitals: \`${value.toUpperCase()}\``,
  '^[^:]+:.*$': () => 'must have the form `name:value`',
};

/** What Kong says in the words of its code, and how a colleague would say it. What is not here is clear as it is. */
const rewordings: readonly Rewording[] = [
  { said: /^length must be at least 1$/, plain: () => 'must not be empty' },
  { said: /^should start with: (\S+)$/, plain: ([, start]) => `must start with \`${start}\`` },
  {
    said: /^invalid value: (.+)$/,
    plain: ([, value = ''], _, match) => valueForms[match ?? '']?.(value),
  },
  {
    said: /^failed conditional validation given value of field '(.+)'$/,
    plain: ([, field]) =>
      `the value of \`${field}\` makes other fields needed, or other values: see what else is marked here`,
  },
  {
    said: /^at least one of these fields must be non-empty: (.+)$/,
    plain: ([, fields = '']) => `at least one of ${quoted(fields)} is needed`,
  },
  {
    said: /^must set one of (.+) when 'protocols' is '(.+)'$/,
    plain: ([, fields = '', protocol]) => `one of ${quoted(fields)} is needed for the protocol \`${protocol}\``,
  },
  {
    said: /^these sets are mutually exclusive: \((.+)\)$/,
    plain: ([, sets = '']) => `takes values of one group only: ${quoted(sets.replaceAll('), (', ' or '))}`,
  },
  {
    said: /^only one of these fields must be non-empty: (.+)$/,
    plain: ([, fields = '']) => `only one of ${quoted(fields)} may be given`,
  },
  {
    said: /^invalid certificate: /,
    plain: (_, value) =>
      isPem(value) ? undefined : 'must be a certificate in PEM form, which starts with `-----BEGIN CERTIFICATE-----`',
  },
  {
    said: /^invalid key: /,
    plain: (_, value) =>
      isPem(value) ? undefined : 'must be a private key in PEM form, which starts with `-----BEGIN PRIVATE KEY-----`',
  },
];

/** A problem in plain words; Kong's own where those say it. */
export function plainWords({ message }: SchemaProblem, value: Json | undefined, match?: string): string {
  for (const { said, plain } of rewordings) {
    const found = said.exec(message);
    const words = found && plain(found, value, match);
    if (words) return words;
  }
  return message;
}

const typeNames: Readonly<Record<string, string>> = {
  'an array': 'a list, each item behind `- ` or all in `[ ]`',
  'a set': 'a list, each item behind `- ` or all in `[ ]`',
  'a map': 'a map of keys and values',
  'a record': 'a map of keys and values',
  'a string': 'text',
  'an integer': 'a whole number',
  'a boolean': '`true` or `false`',
};

/** What a field takes, and what to do about what it got. Never shows the value, which may be a secret. */
export function wrongType({ message }: SchemaProblem, value: Json | undefined): string {
  const wanted = /^expected (.+)$/.exec(message)?.[1];
  if (wanted === undefined) return message;
  const isNumber = /^a number$|^an integer$/.test(wanted);
  if (isNumber && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) {
    return 'must be a number: take the quotes away';
  }
  if (wanted === 'a string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `must be text: put the ${typeof value} in quotes`;
  }
  return `must be ${typeNames[wanted] ?? wanted}; this is ${typeName(value)}`;
}

function typeName(value: Json | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
