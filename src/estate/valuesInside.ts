import { deckNesting } from '../schema/nesting.js';
import {
  type DifferingLine,
  differingLines,
  namesIn,
  type OwnText,
  type ValueChange,
  type ValueJudge,
  type ValueLine,
  valueOf,
} from './valueChanges.js';

/** An entity in the text of the one that it stands in, outermost: where its lines start and end. */
interface Item {
  kind: string;
  start: number;
  end: number;
  /** Blanks before its dash. */
  indent: number;
  parent?: { field: string; item: Item };
  names?: string[] | undefined;
  /** Those of its own that differ. */
  lines: DifferingLine[];
}

/** Two texts of an entity with its children, in which each line but some says the same. */
class Pair {
  /** Those that are known so far: few. */
  readonly items: Item[];

  constructor(
    root: Item,
    readonly before: string,
    readonly after: string,
    private readonly lines: readonly DifferingLine[],
  ) {
    this.items = [root];
  }

  /** The entity that a line belongs to: what starts at this column. @returns undefined for a layout that is not a tool's. */
  itemAt(start: number, column: number): Item | undefined {
    const first = this.firstLine(start, column);
    if (first === undefined) return undefined;
    const known = this.items.find((item) => item.start === first.start);
    if (known) return known;
    const list = listOf(this.before, first.start, first.indent);
    const parent = list && this.itemAt(list.start, list.column);
    const nested = parent && deckNesting[parent.kind]?.find(({ key }) => key === list?.key);
    if (!list || !nested || list.column !== parent.indent + 2) return undefined;
    const end = endOf(this.before, first.start, first.indent);
    const item: Item = { kind: nested.kind, ...first, end, parent: { field: nested.field, item: parent }, lines: [] };
    this.items.push(item);
    return item;
  }

  /** The line with the dash of the item that a line stands in, maps inside it left behind. */
  private firstLine(start: number, column: number): { start: number; indent: number } | undefined {
    let [at, current] = [start, column];
    for (;;) {
      const dash = dashAt(this.before, at);
      if (dash !== undefined && dash + 2 === current) return { start: at, indent: dash };
      if (at === 0) return undefined;
      at = lineBefore(this.before, at);
      const here = columnAt(this.before, at);
      if (here < 0 || here >= current) continue;
      // A map that it stands in, unless it stands in something else.
      if (!isHead(this.before, at)) return undefined;
      current = here;
    }
  }

  ownOf({ kind, indent, start, end }: Item): [OwnText, OwnText] {
    const column = indent + 2;
    return [
      { kind, column, text: this.before.slice(start, end) },
      { kind, column, text: this.after.slice(this.inAfter(start), this.inAfter(end)) },
    ];
  }

  namesOf(item: Item): string[] | undefined {
    const text = this.before.slice(item.start, item.end);
    return (item.names ??= namesIn({ kind: item.kind, column: item.indent + 2, text }));
  }

  /** Where a line of the one text is in the other. */
  private inAfter(position: number): number {
    let shift = 0;
    for (const { end, endAfter } of this.lines) {
      if (end > position) break;
      shift = endAfter - end;
    }
    return position + shift;
  }
}

/**
 * What differs between two texts of an entity, its children with it, where nothing but values does. Most of it is not looked at.
 * @param text one item of a list, its dash behind `indent` blanks.
 * @returns undefined where anything else may differ.
 */
export function valuesInside(
  kind: string,
  indent: number,
  [before, after]: readonly [string, string],
  isValue: ValueJudge,
): ValueChange[] | undefined {
  const lines = differingLines(before, after);
  if (!lines) return undefined;
  const pair = new Pair({ kind, indent, start: 0, end: before.length, lines: [] }, before, after, lines);
  for (const line of lines) {
    const item = pair.itemAt(line.start, line.column);
    if (!item) return undefined;
    item.lines.push(line);
  }
  const changes: ValueChange[] = [];
  for (const item of pair.items) {
    if (item.lines.length === 0) continue;
    const change = changeOf(pair, item, isValue);
    if (!change) return undefined;
    changes.push(change);
  }
  return changes;
}

function changeOf(pair: Pair, item: Item, isValue: ValueJudge): ValueChange | undefined {
  const own = pair.ownOf(item);
  const names = pair.namesOf(item);
  if (!names) return undefined;
  const lines: ValueLine[] = [];
  for (const line of item.lines) {
    const value = valueOf(line, pair.before, own, isValue);
    if (!value) return undefined;
    lines.push(value);
  }
  const [before, after] = own;
  if (!item.parent) return { before, after, lines, names };
  const { field, item: parent } = item.parent;
  const parentNames = pair.namesOf(parent);
  return parentNames && { before, after, lines, names, parent: { field, names: parentNames } };
}

/** The key that a list stands under. @param start of an item. */
function listOf(
  text: string,
  start: number,
  indent: number,
): { key: string; start: number; column: number } | undefined {
  let at = start;
  while (at > 0) {
    at = lineBefore(text, at);
    const dash = dashAt(text, at);
    const column = columnAt(text, at);
    // Other items, and what is in them.
    if (column < 0 || column > indent + 1 || dash === indent) continue;
    if (column > indent || !isHead(text, at)) return undefined;
    return { key: text.slice(at + column, lineEnd(text, at) - 1), start: at, column };
  }
  return undefined;
}

function endOf(text: string, start: number, indent: number): number {
  let at = lineEnd(text, start) + 1;
  while (at < text.length) {
    const column = columnAt(text, at);
    if (column >= 0 && Math.min(column, dashAt(text, at) ?? column) <= indent) return at;
    at = lineEnd(text, at) + 1;
  }
  return text.length;
}

const [blank, lineBreak, dashSign, hash, colon] = [32, 10, 45, 35, 58];

/** Start of the line before the one that starts here. */
const lineBefore = (text: string, at: number): number => text.lastIndexOf('\n', at - 2) + 1;

/** Before the line break. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function blanksAt(text: string, at: number): number {
  let here = at;
  while (text.charCodeAt(here) === blank) here++;
  return here - at;
}

/** Blanks before the dash of a line that starts an item. */
function dashAt(text: string, at: number): number | undefined {
  const blanks = blanksAt(text, at);
  const isDash = text.charCodeAt(at + blanks) === dashSign && text.charCodeAt(at + blanks + 1) === blank;
  return isDash ? blanks : undefined;
}

/** Where what a line says starts, behind its dash; -1 for one that says nothing. */
function columnAt(text: string, at: number): number {
  const blanks = blanksAt(text, at);
  const code = text.charCodeAt(at + blanks);
  if (code === lineBreak || code === hash || Number.isNaN(code)) return -1;
  return code === dashSign && text.charCodeAt(at + blanks + 1) === blank ? blanks + 2 : blanks;
}

/** Whether nothing stands behind the key of a line. */
function isHead(text: string, at: number): boolean {
  const end = lineEnd(text, at);
  if (text.charCodeAt(end - 1) !== colon) return false;
  for (let here = at + columnAt(text, at); here < end - 1; here++) {
    const code = text.charCodeAt(here);
    const isPlain = (code >= 97 && code <= 122) || code === 95 || (code >= 48 && code <= 57);
    if (!isPlain) return false;
  }
  return true;
}
