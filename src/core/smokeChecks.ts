import { type Check, duration, listOf, oneOf, section, text, texts, whole } from './fieldChecks.js';
import { answeredHeaders, httpAddress, sentHeaders } from './httpFields.js';

/** How the bodies of two answers are compared: byte by byte, as JSON whatever the order of keys, or not at all. */
export const bodyComparisons = ['exact', 'json', 'ignore'] as const;
export type BodyComparison = (typeof bodyComparisons)[number];

/** A request through a gateway's proxy, and what it has to answer. Written in the environments file. */
export interface SmokeCheck {
  /** Unique in the environment. */
  name: string;
  /** Behind the environment's `proxyUrl`. Either it or `url`. */
  path?: string;
  /** A whole address. */
  url?: string;
  /** `GET` when absent. */
  method?: string;
  /** Values may hold references `${env:NAME}`. */
  headers?: Record<string, string>;
  body?: string;
  /** The status that it answers with; any of 200 to 399 when absent. */
  status?: number;
  /** Headers that the answer has, with these values. */
  expectHeaders?: Record<string, string>;
  /** What of two gateways' answers has to be alike when a migration compares them; the status always. */
  compareHeaders?: string[];
  /** `ignore` when absent. */
  compareBody?: BodyComparison;
  /** Such as `5s`. `10s` when absent. */
  timeout?: string;
}

/** What became of one check. */
export interface CheckResult {
  name: string;
  passed: boolean;
  /** Absent where nothing answered. */
  status?: number;
  /** Milliseconds. */
  duration: number;
  /** In sentences; empty when it passed. */
  problems: string[];
}

/** What became of a check after a restore, beside what it said before. */
export interface CheckChange {
  name: string;
  /** `broken`: it passed before and fails now. */
  change: 'broken' | 'failing' | 'mended' | 'passing';
  before: CheckResult;
  after: CheckResult;
}

const ranks: readonly CheckChange['change'][] = ['broken', 'failing', 'mended', 'passing'];

/** The same checks before and after something was written: what broke by it comes first. */
export function compareChecks(before: readonly CheckResult[], after: readonly CheckResult[]): CheckChange[] {
  return before
    .flatMap((was) => {
      const is = after.find(({ name }) => name === was.name);
      return is ? [{ name: was.name, change: changeOf(was, is), before: was, after: is }] : [];
    })
    .sort((a, b) => ranks.indexOf(a.change) - ranks.indexOf(b.change));
}

function changeOf({ passed: did }: CheckResult, { passed: does }: CheckResult): CheckChange['change'] {
  if (did) return does ? 'passing' : 'broken';
  return does ? 'mended' : 'failing';
}

/** Those that passed before and fail after. */
export const brokenChecks = (checks: readonly CheckChange[] = []): CheckChange[] =>
  checks.filter(({ change }) => change === 'broken');

const changeWords: Readonly<Record<CheckChange['change'], string>> = {
  broken: 'passed before and fails after',
  failing: 'failed before and after',
  mended: 'failed before and passes after',
  passing: 'passed before and after',
};

/** One check in a line. */
export const checkText = ({ name, change, after }: CheckChange): string =>
  `${name}: ${[changeWords[change], ...after.problems].join(': ')}`;

const path: Check = (value) =>
  typeof value === 'string' && value.startsWith('/') ? undefined : 'It must be a path that begins with /.';

const method: Check = (value) =>
  typeof value === 'string' && /^[A-Z]+$/.test(value) ? undefined : 'It must be an HTTP method, such as GET.';

/** Every setting of a check. */
export const checkFields: Readonly<Record<string, Check>> = {
  name: text,
  path,
  url: httpAddress(),
  method,
  headers: sentHeaders,
  body: text,
  status: whole(100, 599),
  expectHeaders: answeredHeaders,
  compareHeaders: texts,
  compareBody: oneOf(bodyComparisons),
  timeout: duration,
};

const check = section(checkFields, ['name']);

/** Of the list under `checks`. */
export const smokeChecks: Check = (value) => {
  const problem = listOf(check, 'maps of name, path, status')(value);
  if (problem) return problem;
  const names = new Set<unknown>();
  for (const each of value as Record<string, unknown>[]) {
    const { name, path: behind, url } = each;
    if (names.has(name)) return `${JSON.stringify(name)} stands there twice.`;
    if ((behind === undefined) === (url === undefined))
      return `${JSON.stringify(name)}: It must have either path or url.`;
    names.add(name);
  }
  return undefined;
};
