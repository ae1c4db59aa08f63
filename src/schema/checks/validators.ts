import type { Json } from '../../core/json.js';
import type { Field, Pattern } from '../compile.js';
import type { FormatContext } from '../formats/format.js';
import { pcreFault } from '../formats/pcre.js';
import { asList, deepEqual, lengthOf, quotedList, tostring } from '../lua.js';
import { messages } from '../messages.js';
import type { ProblemCode } from '../problem.js';

export interface Validator {
  /** Whether a field has the rule at all: asked once a field. */
  applies(field: Field): boolean;
  code: ProblemCode;
  /** @returns Kong's answer; undefined when the rule is not there or the value keeps it. */
  check(field: Field, value: Json, context: FormatContext): string | undefined;
}

const has = (list: readonly Json[], value: Json): boolean => list.some((member) => deepEqual(member, value));

const matches = ({ regex, longest }: Pattern, value: string): boolean =>
  regex === undefined || value.length > longest || regex.test(value);

const surelyMatches = ({ regex, longest }: Pattern, value: string): boolean =>
  value.length <= longest && regex?.test(value) === true;

const ofText =
  (check: (field: Field, value: string) => string | undefined): Validator['check'] =>
  (field, value) =>
    typeof value === 'string' ? check(field, value) : undefined;

const ofNumber =
  (check: (field: Field, value: number) => string | undefined): Validator['check'] =>
  (field, value) =>
    typeof value === 'number' ? check(field, value) : undefined;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Strings are at least one byte long unless their schema says otherwise. */
const shortest = ({ type, len_min }: Field): number | undefined => len_min ?? (type === 'string' ? 1 : undefined);

function exclusiveSubsets({ mutually_exclusive_subsets: subsets }: Field, value: Json): string | undefined {
  if (!subsets) return undefined;
  const touched = new Set<string[]>();
  for (const member of asList(value) ?? []) {
    const subset = subsets.find((each) => each.some((name) => name === member));
    if (subset) touched.add(subset);
  }
  return touched.size > 1 ? messages.mutuallyExclusiveSets(quotedList([...touched])) : undefined;
}

/** Rules on one value, in the order Kong tries them: the first that is broken is the one it answers. */
const validators: readonly Validator[] = [
  {
    applies: ({ eq }) => eq !== undefined,
    code: 'wrong-value',
    check: ({ eq }, value) => (eq === undefined || deepEqual(eq, value) ? undefined : messages.eq(tostring(eq))),
  },
  {
    applies: ({ ne }) => ne !== undefined,
    code: 'wrong-value',
    check: ({ ne }, value) => (ne === undefined || !deepEqual(ne, value) ? undefined : messages.ne(tostring(value))),
  },
  {
    applies: ({ not_one_of: refused }) => refused !== undefined,
    code: 'wrong-value',
    check: ({ not_one_of: refused }, value) =>
      refused && has(refused, value) ? messages.notOneOf(refused) : undefined,
  },
  {
    applies: ({ one_of: allowed }) => allowed !== undefined,
    code: 'not-in-enum',
    check: ({ one_of: allowed }, value) => (allowed && !has(allowed, value) ? messages.oneOf(allowed) : undefined),
  },
  {
    applies: ({ gt }) => gt !== undefined,
    code: 'out-of-range',
    check: ofNumber(({ gt }, value) => (gt !== undefined && !(value > gt) ? messages.gt(gt) : undefined)),
  },
  {
    applies: ({ timestamp }) => timestamp === true,
    code: 'wrong-format',
    check: ofNumber(({ timestamp }, value) => (timestamp && !(value > 0) ? messages.timestamp : undefined)),
  },
  {
    applies: ({ uuid: unique }) => unique === true,
    code: 'wrong-format',
    check: ofText((field, value) => (field.uuid && !uuid.test(value) ? messages.uuid : undefined)),
  },
  {
    applies: ({ is_regex: isRegex }) => isRegex === true,
    code: 'wrong-format',
    check: ofText(({ is_regex: isRegex }, value) =>
      isRegex && pcreFault(value) !== undefined ? messages.notRegex(value) : undefined,
    ),
  },
  {
    applies: ({ between }) => between !== undefined,
    code: 'out-of-range',
    check: ofNumber(({ between }, value) =>
      between && (value < between[0] || value > between[1]) ? messages.between(between) : undefined,
    ),
  },
  {
    applies: ({ len_eq: length }) => length !== undefined,
    code: 'wrong-length',
    check: ({ len_eq: length }, value) =>
      length !== undefined && lengthOf(value) !== length ? messages.lengthEq(length) : undefined,
  },
  {
    applies: (field) => shortest(field) !== undefined,
    code: 'wrong-length',
    check: (field, value) => {
      const length = shortest(field);
      return length !== undefined && lengthOf(value) < length ? messages.lengthMin(length) : undefined;
    },
  },
  {
    applies: ({ len_max: length }) => length !== undefined,
    code: 'wrong-length',
    check: ({ len_max: length }, value) =>
      length !== undefined && lengthOf(value) > length ? messages.lengthMax(length) : undefined,
  },
  {
    applies: ({ starts_with: start }) => start !== undefined,
    code: 'wrong-format',
    check: ofText(({ starts_with: start }, value) =>
      start !== undefined && !value.startsWith(start) ? messages.startsWith(start) : undefined,
    ),
  },
  {
    applies: ({ patterns }) => patterns?.not_match !== undefined,
    code: 'wrong-format',
    check: ofText(({ patterns }, value) =>
      patterns?.not_match && surelyMatches(patterns.not_match, value) ? messages.invalidValue(value) : undefined,
    ),
  },
  {
    applies: ({ patterns }) => patterns?.none !== undefined,
    code: 'wrong-format',
    check: ofText(({ patterns }, value) => {
      const broken = patterns?.none?.find((pattern) => surelyMatches(pattern, value));
      return broken && (broken.err ?? messages.invalidValue(value));
    }),
  },
  {
    applies: ({ patterns }) => patterns?.match !== undefined,
    code: 'wrong-format',
    check: ofText(({ patterns }, value) =>
      patterns?.match && !matches(patterns.match, value) ? messages.invalidValue(value) : undefined,
    ),
  },
  {
    applies: ({ patterns }) => patterns?.all !== undefined,
    code: 'wrong-format',
    check: ofText(({ patterns }, value) => {
      const broken = patterns?.all?.find((pattern) => !matches(pattern, value));
      return broken && (broken.err ?? messages.invalidValue(value));
    }),
  },
  {
    applies: ({ patterns }) => patterns?.any !== undefined,
    code: 'wrong-format',
    check: ofText(({ patterns }, value) => {
      const any = patterns?.any;
      if (!any || any.some((pattern) => matches(pattern, value))) return undefined;
      return any[0]?.err ?? messages.invalidValue(value);
    }),
  },
  {
    applies: ({ contains }) => contains !== undefined,
    code: 'wrong-value',
    check: ({ contains }, value) =>
      contains === undefined || has(asList(value) ?? [], contains) ? undefined : messages.contains(tostring(contains)),
  },
  {
    applies: ({ format }) => format !== undefined,
    code: 'wrong-format',
    check: ({ format }, value, context) => format?.(value, context),
  },
  {
    applies: ({ mutually_exclusive_subsets: subsets }) => subsets !== undefined,
    code: 'wrong-value',
    check: exclusiveSubsets,
  },
];

const byField = new WeakMap<Field, readonly Validator[]>();

/** The rules that a field has. */
export function validatorsOf(field: Field): readonly Validator[] {
  let own = byField.get(field);
  if (!own) byField.set(field, (own = validators.filter(({ applies }) => applies(field))));
  return own;
}
