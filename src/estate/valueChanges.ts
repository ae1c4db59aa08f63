import { type Field, schemaOf } from '../schema/compile.js';
import { subschemaOf } from '../schema/expand.js';
import type { SchemaFacts } from '../schema/facts.js';
import { entityKind } from './kinds.js';
import { computedFields } from './normalise.js';

// Most changes are another number or word in the same place. They can be told by the lines that differ: the rest of the entity
// need not be read before somebody looks at it.

/** The text of one entity, as it stands in its list, or without its children and its dash a blank. */
export interface OwnText {
  kind: string;
  /** Where its fields start in a line. */
  column: number;
  text: string;
}

export interface ValueLine {
  path: string[];
  /** As they are written. */
  before: string;
  after: string;
}

/** An entity of which nothing differs but values that are no part of what it is known by. */
export interface ValueChange {
  before: OwnText;
  after: OwnText;
  lines: ValueLine[];
  /** What it is called by: lines without their indentation. */
  names: string[];
  parent?: { field: string; names: string[] };
}

/** Whether another value of a field is a difference by itself: no default, no other name and no reference has a say in it. */
export type ValueJudge = (path: readonly string[], own: OwnText) => boolean;

/** Letters that mean nothing in YAML; never nothing, never an id. The dash of an item may stand in front. */
const written = /^( *(?:- )?)([a-z_][a-z_0-9]*): (-?\w(?:[\w.:+/-]*[\w/])?|"[^"\\]*"|'[^']*')$/;
const head = /^( *)([a-z_][a-z_0-9]*):$/;
const isTelling = (value: string): boolean => value.length < 36 && !/^(?:null|~|""|'')$/i.test(value);

/** A line that has another value in another text. */
export interface DifferingLine {
  /** Where it starts and ends. */
  start: number;
  end: number;
  /** Where it ends in the other text. */
  endAfter: number;
  /** Where its key starts in the line. */
  column: number;
  key: string;
  before: string;
  after: string;
}

/** @returns the lines that differ between two texts; undefined where anything but their values does. */
export function differingLines(was: string, is: string): DifferingLine[] | undefined {
  const lines: DifferingLine[] = [];
  let [at, atAfter] = [0, 0];
  while (at < was.length || atAfter < is.length) {
    const same = sameLength(was, at, is, atAfter);
    if (at + same === was.length && atAfter + same === is.length) break;
    const start = was.lastIndexOf('\n', at + same - 1) + 1;
    const startAfter = atAfter + start - at;
    const [end, endAfter] = [endOfLine(was, start), endOfLine(is, startAfter)];
    const [, lead = '', key = '', before = ''] = written.exec(was.slice(start, end)) ?? [];
    const [, leadAfter, keyAfter, after = ''] = written.exec(is.slice(startAfter, endAfter)) ?? [];
    if (key === '' || lead !== leadAfter || key !== keyAfter) return undefined;
    if (!isTelling(before) || !isTelling(after)) return undefined;
    if (goesOn(was, end, lead.length) || goesOn(is, endAfter, lead.length)) return undefined;
    lines.push({ start, end, endAfter, column: lead.length, key, before, after });
    [at, atAfter] = [end, endAfter];
  }
  return lines;
}

/** @returns the values that differ; undefined where anything else does. */
export function differingValues(before: OwnText, after: OwnText, isValue: ValueJudge): ValueLine[] | undefined {
  const lines = differingLines(before.text, after.text);
  if (!lines) return undefined;
  const values: ValueLine[] = [];
  for (const line of lines) {
    const value = valueOf(line, before.text, [before, after], isValue);
    if (!value) return undefined;
    values.push(value);
  }
  return values;
}

/**
 * The value that a line gives.
 * @param text the one that it stands in: of the entity, or of one around it.
 * @returns undefined for what is no plain value by itself.
 */
export function valueOf(
  { start, column, key, ...line }: DifferingLine,
  text: string,
  [before, after]: readonly [OwnText, OwnText],
  isValue: ValueJudge,
): ValueLine | undefined {
  const isFirst = column === before.column;
  if (!isFirst && text[start + column - 2] === '-') return undefined;
  const path = isFirst ? [] : pathOf(text, start, column, before.column);
  if (!path || isTwice(before.text, column, key) || isTwice(after.text, column, key)) return undefined;
  path.push(key);
  if (!isValue(path, before) || !isValue(path, after)) return undefined;
  return { path, before: line.before, after: line.after };
}

/** Letters that are compared in one go. */
const stride = 256;

function sameLength(one: string, at: number, other: string, atOther: number): number {
  let length = 0;
  const longest = Math.min(one.length - at, other.length - atOther);
  while (length + stride <= longest) {
    const [from, fromOther] = [at + length, atOther + length];
    if (one.slice(from, from + stride) !== other.slice(fromOther, fromOther + stride)) break;
    length += stride;
  }
  while (length < longest && one.charCodeAt(at + length) === other.charCodeAt(atOther + length)) length++;
  return length;
}

/** Before its line break. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const blank = ' '.charCodeAt(0);

function indentAt(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === blank) at++;
  return at - start;
}

/** Whether what follows the end of a line may belong to its value. */
function goesOn(text: string, end: number, indent: number): boolean {
  if (end + 1 >= text.length) return false;
  const next = indentAt(text, end + 1);
  return next > indent || '\n-#'.includes(text.charAt(end + 1 + next));
}

function isTwice(text: string, column: number, key: string): boolean {
  const start = `\n${' '.repeat(column)}${key}:`;
  const isFirst = text.startsWith(`${key}:`, column) && text.lastIndexOf('\n', column) < 0;
  return text.includes(start, isFirst ? 0 : text.indexOf(start) + 1);
}

/** The keys that a line stands under; undefined where it stands in a list or in a text of several lines. */
function pathOf(text: string, start: number, indent: number, column: number): string[] | undefined {
  const path: string[] = [];
  for (let at = start; indent > column && at > 0;) {
    const end = at - 1;
    at = text.lastIndexOf('\n', end - 1) + 1;
    const here = indentAt(text, at);
    if (here >= indent || at + here === end) continue;
    const [, , key] = head.exec(text.slice(at, end)) ?? [];
    if (key === undefined) return undefined;
    path.unshift(key);
    indent = here;
  }
  return indent === column ? path : undefined;
}

/** What entities are called by. */
const calledBy = 'id|name|instance_name|group|target|key|prefix|kid|username|custom_id';
/** A text that means itself on one line. */
const plainLine = /^[a-z_]+: (?:[A-Za-z0-9_/.](?:(?!: | #).)*[^\s:]|\w|"[^"\\]*"|'[^']*')$/;

/** @returns undefined for an entity without any, or where one is not simply written. */
export function namesIn({ text, column }: OwnText): string[] | undefined {
  const names: string[] = [];
  const pattern = namePattern(column);
  pattern.lastIndex = 0;
  while (pattern.test(text)) {
    const end = pattern.lastIndex;
    const name = text.slice(text.lastIndexOf('\n', end - 1) + 1 + column, end);
    if (!plainLine.test(name) || goesOn(text, end, column)) return undefined;
    names.push(name);
  }
  return names.length > 0 ? names : undefined;
}

const patterns: RegExp[] = [];

/** Made once a column. The first line of an item may have its dash. */
const namePattern = (column: number): RegExp =>
  (patterns[column] ??= new RegExp(`^ {${column - 2}}[ -] (?:${calledBy}):.*$`, 'gm'));

const scalars: readonly string[] = ['boolean', 'integer', 'number', 'string'];

/** A judge by the schemas of a gateway. */
export function valueJudge(facts: SchemaFacts): ValueJudge {
  const known = new Map<string, readonly string[] | undefined>();
  return (path, { kind, text, column }) => {
    const name = kind === 'plugins' ? pluginName(text, column) : '';
    if (name === undefined) return false;
    const key = `${kind} ${name} ${path.join('.')}`;
    if (!known.has(key)) known.set(key, othersWithASay(facts, kind, name, path));
    const others = known.get(key);
    return others !== undefined && !others.some((other) => text.includes(`${other}:`));
  };
}

function pluginName(text: string, column: number): string | undefined {
  const mark = 'name: ';
  const found = text.startsWith(mark, column) ? 0 : text.indexOf(`\n${' '.repeat(column)}${mark}`) + 1;
  if (found === 0 && !text.startsWith(mark, column)) return undefined;
  const name = text.slice(found + column + mark.length, endOfLine(text, found));
  return /^[a-z][a-z-]*$/.test(name) ? name : undefined;
}

/** Fields that stand for several, in the records on the way to a value. @returns undefined for a field that is no plain value. */
function othersWithASay(
  facts: SchemaFacts,
  kind: string,
  plugin: string,
  path: readonly string[],
): string[] | undefined {
  const { keys, wholeGateway } = entityKind(kind, facts);
  const [first = ''] = path;
  const schema = schemaOf(facts, kind);
  const special = ['id', 'ttl', 'password', schema?.subschemaKey ?? '', ...computedFields(kind), ...keys.flat()];
  if (wholeGateway || special.includes(first) || !schema) return undefined;
  // What the protocols of a route decide are lists.
  const sub = plugin === '' ? undefined : subschemaOf(schema, { name: plugin });
  if (!sub && schema.subschemaKey !== undefined && kind !== 'routes') return undefined;
  const others = kind === 'services' ? ['url'] : [];
  let records = sub ? [schema, sub] : [schema];
  let field: Field | undefined;
  for (const name of path) {
    if (records.some(({ shorthands }) => shorthands.has(name))) return undefined;
    others.push(...records.flatMap(({ shorthands }) => [...shorthands.keys()]));
    // A plugin's own fields take the place of those that all have.
    field = records.flatMap(({ fields }) => fields.get(name) ?? []).at(-1);
    if (!field || field.deprecation || field.reference !== undefined) return undefined;
    records = field.record ? [field.record] : [];
  }
  return field && scalars.includes(field.type) ? others : undefined;
}
