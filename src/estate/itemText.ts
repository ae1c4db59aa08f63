import { deckNesting } from '../schema/nesting.js';
import type { Piece } from './equalPieces.js';

const [lineBreak, blank, dash, hash, colon, underscore, letterA, letterZ] = [10, 32, 45, 35, 58, 95, 97, 122];

/** Memberships are entities too, though written as names in a list. */
const counted: Readonly<Record<string, ReadonlyMap<string, string>>> = Object.fromEntries(
  Object.entries(deckNesting).map(([kind, nested]) => [
    kind,
    new Map([
      ...nested.map(({ key, kind: childKind }) => [key, childKind] as const),
      ...(kind === 'consumers' ? [['groups', ''] as const] : []),
      ...(kind === 'consumer_groups' ? [['consumers', ''] as const] : []),
    ]),
  ]),
);

/** A list of children. */
export interface ChildList {
  /** The line with its key. */
  head: string;
  /** Blanks before the dashes. */
  indent: number;
  items: Piece[];
}

/** The text of an entity, its lists of children apart. */
export interface SplitItem {
  /** Its own fields; the dash is a blank. */
  own: string[];
  /** By key. */
  lists: Map<string, ChildList>;
}

/**
 * @param text one item of a list, its dash behind `indent` blanks.
 * @returns undefined for a text that is laid out in another way.
 */
export function splitItem(text: string, kind: string, indent: number): SplitItem | undefined {
  const column = indent + 2;
  if (!startsFields(text, indent)) return undefined;
  const keys = deckNesting[kind] ?? [];
  const plain = withoutDash(text, indent);
  const item: SplitItem = { own: [], lists: new Map() };
  let at = 0;
  let ownStart = 0;
  while (at < plain.length) {
    const next = endOfLine(plain, at);
    // Only a line that ends in a colon can be the head of a list.
    const isHead = plain.charCodeAt(next - 2) === colon && indentAt(plain, at, next) === column;
    const child = isHead ? keyIn(plain, at + column, next) : '';
    if (child === '' || !keys.some(({ key }) => key === child)) {
      at = next;
      continue;
    }
    item.own.push(plain.slice(ownStart, at));
    const list = readList(plain, next, column);
    if (!list || item.lists.has(child)) return undefined;
    item.lists.set(child, { head: plain.slice(at, next), indent: list.indent, items: list.items });
    at = ownStart = list.end;
  }
  item.own.push(plain.slice(ownStart));
  return item;
}

/** The first field stands on the line of the dash. */
export function startsFields(text: string, indent: number): boolean {
  const code = text.charCodeAt(indent + 2);
  return text.charCodeAt(indent + 1) === blank && (code === underscore || (code >= letterA && code <= letterZ));
}

/** An item as a map. */
export const withoutDash = (text: string, indent: number): string =>
  `${text.slice(0, indent)} ${text.slice(indent + 1)}`;

/** How many entities an item holds, itself counted. */
export function countEntities(text: string, kind: string, indent: number): number {
  return 1 + countChildren(text, kind, indent + 2);
}

function countChildren(text: string, kind: string, column: number): number {
  const keys = counted[kind];
  if (!keys) return 0;
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const next = endOfLine(text, at);
    // Only a line that ends in a colon can be the head of a list.
    const isHead = text.charCodeAt(next - 2) === colon && (at === 0 || indentAt(text, at, next) === column);
    const child = isHead ? keys.get(keyIn(text, at + column, next)) : undefined;
    const list = child === undefined ? undefined : readList(text, next, column);
    if (child !== undefined && list) {
      for (const piece of list.items) count += countEntities(piece.text, child, list.indent);
    }
    at = list?.end ?? next;
  }
  return count;
}

/** Reads the items of a list whose head was just read. @returns undefined for a layout that is not that of a tool. */
function readList(
  text: string,
  start: number,
  column: number,
): { items: Piece[]; indent: number; end: number } | undefined {
  const indent = indentAt(text, start, endOfLine(text, start));
  if (indent < column || text.charCodeAt(start + indent) !== dash) return undefined;
  const starts: number[] = [];
  let at = start;
  while (at < text.length) {
    const next = endOfLine(text, at);
    const here = indentAt(text, at, next);
    if (here === indent && text.charCodeAt(at + here) === dash && text.charCodeAt(at + here + 1) === blank) {
      starts.push(at);
    } else if (here >= 0 && here <= indent) {
      if (here !== column) return undefined;
      break;
    }
    at = next;
  }
  const items = starts.map((from, index) => ({ text: text.slice(from, starts[index + 1] ?? at) }));
  return { items, indent, end: at };
}

const keyIn = (text: string, at: number, next: number): string =>
  text.charCodeAt(next - 2) === colon ? text.slice(at, next - 2) : '';

/** Behind the line break. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Blanks that a line starts with; -1 for a line that says nothing. */
function indentAt(text: string, at: number, next: number): number {
  let here = at;
  while (text.charCodeAt(here) === blank) here++;
  const code = text.charCodeAt(here);
  return here >= next || code === lineBreak || code === hash ? -1 : here - at;
}
