import type { Finding } from './checks/check.js';
import type { Diagnostic, Severity } from './diagnostic.js';
import type { DiagnosticCode } from './diagnosticCodes.js';
import { knownCodes } from './diagnosticCodes.js';
import type { Directives, IgnoredLines } from './directives.js';
import { didYouMean, suggest } from '../core/suggest.js';

export const severityChoices = ['off', 'information', 'warning', 'error'] as const;
export type SeverityChoice = (typeof severityChoices)[number];

/** What a person decided about checks, in settings or in the file of environments. */
export interface ValidationRules {
  /** By code. A code that is not named keeps its severity. */
  severity?: Readonly<Partial<Record<string, SeverityChoice>>>;
  /** Plugins that the gateway has and we have no schema of: said to be unchecked, not wrong. */
  customPlugins?: readonly string[];
}

/** Rules from a source that may hold anything: what is not understood is left out. */
export function rulesFrom(value: unknown): ValidationRules {
  const { severity, customPlugins } = (value ?? {}) as Record<string, unknown>;
  const choices = typeof severity === 'object' && severity !== null ? Object.entries(severity) : [];
  return {
    severity: Object.fromEntries(choices.filter(([code, choice]) => knownCodes.has(code) && isChoice(choice))),
    customPlugins: Array.isArray(customPlugins) ? customPlugins.filter((name) => typeof name === 'string') : [],
  };
}

/** What of a person's rules is not understood, and so does nothing. */
export interface RuleFault {
  /** Keys that lead to it: `["severity", "plaintext-secrets"]`. */
  path: readonly string[];
  message: string;
}

/** @param value rules from a source that may hold anything. */
export function ruleFaults(value: unknown): RuleFault[] {
  if (typeof value !== 'object' || value === null) return [];
  const { severity, customPlugins, ...others } = value as Record<string, unknown>;
  const faults = Object.keys(others).map((key) => {
    const message = `Unknown key \`${key}\`: there are \`severity\` and \`customPlugins\`.`;
    return { path: [key], message: message + didYouMean(suggest(key, ['severity', 'customPlugins'])) };
  });
  if (customPlugins !== undefined && !isListOfText(customPlugins)) {
    faults.push({ path: ['customPlugins'], message: '`customPlugins` must be a list of names.' });
  }
  if (severity === undefined || severity === null) return faults;
  if (typeof severity !== 'object') {
    return [...faults, { path: ['severity'], message: '`severity` must be a map, such as `plaintext-secret: off`.' }];
  }
  return [...faults, ...Object.entries(severity).flatMap(([code, choice]) => severityFault(code, choice) ?? [])];
}

function severityFault(code: string, choice: unknown): RuleFault | undefined {
  const path = ['severity', code];
  if (!knownCodes.has(code)) {
    const close = suggest(code, knownCodes).map((near) => `\`${near}\``);
    const near = close.length ? ` Near it are ${close.join(', ')}.` : '';
    return { path, message: `There is no check \`${code}\`.${near}` };
  }
  if (isChoice(choice)) return undefined;
  return { path, message: `\`${code}\` can be ${severityChoices.map((known) => `\`${known}\``).join(', ')}.` };
}

const isListOfText = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

/** The rules of several places: of two severities the first counts, plugins add up. */
export function joinRules(...all: readonly ValidationRules[]): ValidationRules {
  return {
    severity: Object.assign({}, ...all.map(({ severity }) => severity).reverse()) as Record<string, SeverityChoice>,
    customPlugins: [...new Set(all.flatMap(({ customPlugins = [] }) => customPlugins))],
  };
}

/**
 * What is left to say after a person's settings and the file's own comments. Of hints that a large file can have by the
 * thousand the first are shown, and how many more there are.
 *
 * @param place finds out where a finding stands: only asked of what is left, because it takes longer than the rest.
 */
export function applyRules<T extends Finding>(
  findings: readonly T[],
  directives: Directives,
  rules: ValidationRules = {},
  place: (finding: T | Finding) => Diagnostic,
): Diagnostic[] {
  const kept = decided(findings, directives, rules);
  if (directives.ignored.length === 0) {
    const { shown, more } = firstOf(sparing(kept));
    return [...shown, ...more].map(place);
  }
  const isSilent = silences(directives);
  const { shown, more } = firstOf(
    sparing(kept.map(place).filter(({ code, range }) => !isSilent(code, range.start.line))),
  );
  return [...shown, ...more.map(place)];
}

/** Findings with the severities that a person chose, without those that are off, or ignored in the whole file. */
export function decided<T extends { code: string; severity: Severity }>(
  findings: readonly T[],
  { ignoredInFile }: Directives,
  { severity = {} }: ValidationRules,
): readonly T[] {
  if (ignoredInFile.size === 0 && Object.keys(severity).length === 0) return findings;
  const kept: T[] = [];
  for (const finding of findings) {
    const choice = Object.hasOwn(severity, finding.code) ? severity[finding.code] : undefined;
    if (choice === 'off' || ignoredInFile.has(finding.code)) continue;
    kept.push(choice === undefined ? finding : { ...finding, severity: choice });
  }
  return kept;
}

/** Whether a file's comments silence a code on a line. */
export function silences({ ignored }: Directives): (code: string, line: number) => boolean {
  const silent = new SilentLines(ignored);
  return (code, line) => silent.has(code, line);
}

/** Nobody reads further, and to find the place of each takes time. */
const mostShown = 1000;

/** The first findings, errors before others, and how many more there are. */
function firstOf<T extends Pick<Finding, 'severity'>>(found: readonly T[]): { shown: readonly T[]; more: Finding[] } {
  if (found.length <= mostShown) return { shown: found, more: [] };
  const isError = ({ severity }: T): boolean => severity === 'error';
  const inOrder = [...found.filter(isError), ...found.filter((one) => !isError(one))];
  const left = inOrder.slice(mostShown);
  const errors = left.filter(isError).length;
  const message = `The first ${mostShown} findings are shown; there are ${left.length} more, ${errors} of them errors.`;
  const severity = errors > 0 ? 'error' : 'information';
  const more: Finding = { severity, code: 'more-findings', message, path: [], span: { start: 0, end: 1 } };
  return { shown: inOrder.slice(0, mostShown), more: [more] };
}

/** Hints that are about a habit, not about a place: the first few say it all. */
const habits: ReadonlySet<DiagnosticCode> = new Set([
  'plaintext-secret',
  'hashed-credential',
  'deprecated-field',
  'regex-path',
  'unknown-schema',
]);
const shownOfHabit = 10;

function sparing<T extends Pick<Finding, 'code' | 'severity' | 'message'>>(found: readonly T[]): T[] {
  const counts = new Map<string, number>();
  for (const { code } of found) if (habits.has(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const shown = new Map<string, number>();
  const kept: T[] = [];
  for (const one of found) {
    const { code, message, severity } = one;
    const more = (counts.get(code) ?? 0) - shownOfHabit;
    if (more <= 0 || severity === 'error') {
      kept.push(one);
      continue;
    }
    const number = (shown.get(code) ?? 0) + 1;
    shown.set(code, number);
    if (number < shownOfHabit) kept.push(one);
    if (number === shownOfHabit) kept.push({ ...one, message: `${message} (And ${more} more like it.)` });
  }
  return kept;
}

/** Lines on which codes are not reported, as disjoint stretches by code. */
class SilentLines {
  private readonly byCode = new Map<string, [first: number, last: number][]>();

  constructor(ignored: readonly IgnoredLines[]) {
    for (const { codes, first, last } of [...ignored].sort((a, b) => a.first - b.first)) {
      for (const code of codes) this.add(code, first, last);
    }
  }

  has(code: string, line: number): boolean {
    const stretches = this.byCode.get(code);
    if (!stretches) return false;
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stretches[middle]![1] < line) low = middle + 1;
      else high = middle;
    }
    const found = stretches[low];
    return found !== undefined && found[0] <= line;
  }

  private add(code: string, first: number, last: number): void {
    const stretches = this.byCode.get(code) ?? [];
    this.byCode.set(code, stretches);
    const before = stretches.at(-1);
    if (before && first <= before[1]) before[1] = Math.max(before[1], last);
    else stretches.push([first, last]);
  }
}

const isChoice = (choice: unknown): choice is SeverityChoice =>
  (severityChoices as readonly unknown[]).includes(choice);
