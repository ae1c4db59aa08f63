import { isObject } from './json.js';
import { isSecretByReference } from './secretReference.js';
import { didYouMean, suggest } from './suggest.js';

/** What a check takes, for those who help to write it; it says no more than the check itself. */
export interface Shape {
  /** In a word or two. */
  type: string;
  /** The only values. */
  values?: readonly (string | boolean)[];
  /** Of a list that holds more than texts. */
  items?: Check;
  /** Of a map of known fields. */
  fields?: Readonly<Record<string, Check>>;
  needed?: readonly string[];
}

/** What is wrong with a value of the environments file, in a sentence; undefined when nothing is. */
export interface Check {
  (value: unknown): string | undefined;
  shape?: Shape;
}

/** The same check, with what it takes. */
export const shaped = (check: Check, shape: Shape): Check => Object.assign((value: unknown) => check(value), { shape });

export const text: Check = shaped(
  (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'It must be a text.'),
  { type: 'text' },
);

export const flag: Check = shaped((value) => (typeof value === 'boolean' ? undefined : 'It must be true or false.'), {
  type: 'true or false',
  values: [true, false],
});

/** A whole number. */
export const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `It must be a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}.`;

/** A part of a whole: 0 to 1. */
export const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'It must be a number from 0 to 1.';

export const oneOf = (allowed: readonly string[]): Check =>
  shaped((value) => (allowed.includes(value as string) ? undefined : `It must be one of ${allowed.join(', ')}.`), {
    type: 'one of some words',
    values: allowed,
  });

/** A list that is not empty. */
export const listOf = (check: Check, what: string): Check =>
  shaped(
    (value) => {
      if (!Array.isArray(value) || value.length === 0) return `It must be a list of ${what} that is not empty.`;
      const wrong = value.findIndex((each) => check(each) !== undefined);
      return wrong < 0 ? undefined : `Entry ${wrong + 1}: ${check(value[wrong]) ?? ''}`;
    },
    { type: 'list', items: check },
  );

export const texts: Check = shaped(
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => text(each) === undefined)
      ? undefined
      : 'It must be a list of texts that is not empty.',
  { type: 'list of texts' },
);

/** A program and its arguments: a list, because nothing passes a shell. */
export const command: Check = (value) =>
  texts(value) && 'It must be a list: the program, then one entry an argument, such as [docker, exec, kong, kong].';

/** A secret that is named, not held. */
export const secret: Check = (value) =>
  typeof value === 'string' && isSecretByReference(value)
    ? undefined
    : 'A secret does not belong in this file: write ${env:NAME} or ${file:path}, or leave it out and store it in the editor.';

const durationPattern = /^(\d+)(s|m|h|d|w)$/;
const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const duration: Check = (value) =>
  typeof value === 'string' && durationPattern.test(value)
    ? undefined
    : 'It must be a time such as 30m, 12h, 7d or 4w.';

/** @param value a text that `duration` passes. @returns milliseconds. */
export function milliseconds(value: string): number {
  const [, count = '0', unit = 's'] = durationPattern.exec(value) ?? [];
  return Number(count) * (seconds[unit] ?? 0) * 1000;
}

/** A map of known fields, those in `needed` always there. */
export const section = (fields: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check =>
  shaped((value) => sectionProblem(value, fields, needed), { type: 'map', fields, needed });

/** What is wrong with the name of a setting. @param known those that there are. */
export function noSuchSetting(name: string, known: readonly string[]): string {
  const hint = didYouMean(suggest(name, known));
  return `There is no such setting.${hint === '' ? ` Known are ${known.join(', ')}.` : hint}`;
}

function sectionProblem(
  value: unknown,
  fields: Readonly<Record<string, Check>>,
  needed: readonly string[],
): string | undefined {
  const names = Object.keys(fields).join(', ');
  if (!isObject(value)) return `It must be a map of ${names}.`;
  for (const [name, content] of Object.entries(value)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!check) return `${name}: ${noSuchSetting(name, Object.keys(fields))}`;
    const problem = check(content);
    if (problem) return `${name}: ${problem}`;
  }
  const missing = needed.find((name) => !Object.hasOwn(value, name));
  return missing === undefined ? undefined : `It must have ${missing}.`;
}

/** A map with exactly one of some sections, for what is one thing or another. */
export const exactlyOne =
  (names: readonly string[], check: Check): Check =>
  (value) => {
    const problem = check(value);
    if (problem || !isObject(value)) return problem;
    return names.filter((name) => Object.hasOwn(value, name)).length === 1
      ? undefined
      : `It must have one of ${names.join(', ')}.`;
  };
