import { type Field, schemaOf } from '../schema/compile.js';
import { subschemaOf } from '../schema/expand.js';
import type { SchemaFacts } from '../schema/facts.js';
import { entityKind } from './kinds.js';
import { computedFields } from './normalise.js';

// Most changes are another number or word in the same place. They can be told by the lines that differ: the rest of the entity
// need not be read before somebody looks at it.

/** The text of one entity without its children; its dash is a blank. */
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

/** Letters that mean nothing in YAML; never nothing, never an id. */
const written = /^( *)([a-z_][a-z_0-9]*): (-?\w(?:[\w.:+/-]*[\w/])?|"[^"\\]*"|'[^']*')$/;
const head = /^( *)([a-z_][a-z_0-9]*):$/;
const isTelling = (value: string): boolean => value.length < 36 && !/^(?:null|~|""|'')$/i.test(value);

/** @returns the lines that differ; undefined where anything but values does. */
export function differingValues(before: OwnText, after: OwnText, isValue: ValueJudge): ValueLine[] | undefined {
  const [was, is] = [before.text, after.text];
  const lines: ValueLine[] = [];
  let [at, atAfter] = [0, 0];
  while (at < was.length || atAfter < is.length) {
    const same = sameLength(was, at, is, atAfter);
    if (at + same === was.length && atAfter + same === is.length) break;
    const start = was.lastIndexOf('\n', at + same - 1) + 1;
    const startAfter = atAfter + start - at;
    const [end, endAfter] = [endOfLine(was, start), endOfLine(is, startAfter)];
    const [, indent = '', key = '', value = ''] = written.exec(was.slice(start, end)) ?? [];
    const [, indentAfter, keyAfter, valueAfter = ''] = written.exec(is.slice(startAfter, endAfter)) ?? [];
    if (key === '' || indent !== indentAfter || key !== keyAfter) return undefined;
    if (!isTelling(value) || !isTelling(valueAfter)) return undefined;
    if (goesOn(was, end, indent.length) || goesOn(is, endAfter, indent.length)) return undefined;
    const path = pathOf(was, start, indent.length, before.column);
    if (!path || isTwice(was, `${indent}${key}:`) || isTwice(is, `${indent}${key}:`)) return undefined;
    path.push(key);
    if (!isValue(path, before) || !isValue(path, after)) return undefined;
    lines.push({ path, before: value, after: valueAfter });
    [at, atAfter] = [end, endAfter];
  }
  return lines;
}

function sameLength(one: string, at: number, other: string, atOther: number): number {
  let length = 0;
  const longest = Math.min(one.length - at, other.length - atOther);
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

function isTwice(text: string, start: string): boolean {
  const first = text.startsWith(start) ? 0 : text.indexOf(`\n${start}`);
  return text.includes(`\n${start}`, first + 1);
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

/** @returns undefined for an entity without an id, or where it is not simply written. */
export function namesIn({ text, column }: OwnText): string[] | undefined {
  const names: string[] = [];
  let hasId = false;
  for (const { 0: line, index } of text.matchAll(namePattern(column))) {
    const name = line.slice(column);
    if (!plainLine.test(name) || goesOn(text, index + line.length, column)) return undefined;
    hasId ||= name.startsWith('id: ');
    names.push(name);
  }
  return hasId ? names : undefined;
}

const patterns: RegExp[] = [];

/** Made once a column. */
const namePattern = (column: number): RegExp =>
  (patterns[column] ??= new RegExp(`^ {${column}}(?:${calledBy}):.*$`, 'gm'));

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
  const mark = `${' '.repeat(column)}name: `;
  const at = text.startsWith(mark) ? 0 : text.indexOf(`\n${mark}`) + 1;
  if (at === 0 && !text.startsWith(mark)) return undefined;
  const name = text.slice(at + mark.length, endOfLine(text, at));
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
