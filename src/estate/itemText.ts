import { deckNesting } from '../schema/nesting.js';
import type { Piece } from './equalPieces.js';

const [lineBreak, blank, dash, hash, colon, underscore, letterA, letterZ] = [10, 32, 45, 35, 58, 95, 97, 122];

/** Memberships are entities too, though written as names in a list. */
const counted: Readonly<Record<string, readonly CountedList[]>> = Object.fromEntries(
  Object.entries(deckNesting).map(([kind, nested]) => [
    kind,
    [
      ...nested.map(({ key, kind: childKind }) => ({ key, kind: childKind })),
      ...(kind === 'consumers' ? [{ key: 'groups', kind: '' }] : []),
      ...(kind === 'consumer_groups' ? [{ key: 'consumers', kind: '' }] : []),
    ],
  ]),
);

interface CountedList {
  key: string;
  /** Of its items. */
  kind: string;
}

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
  const item: SplitItem = { own: [], lists: new Map() };
  const addOwn = (from: number, to: number): void => {
    if (from < to) item.own.push(from === 0 ? withoutDash(text.slice(0, to), indent) : text.slice(from, to));
  };
  let at = 0;
  let ownStart = 0;
  while (at < text.length) {
    const next = endOfLine(text, at);
    // Only a line that ends in a colon can be the head of a list. The first one stands behind the dash.
    const isHead = text.charCodeAt(next - 2) === colon && (at === 0 || indentAt(text, at, next) === column);
    const child = isHead ? keyIn(text, at + column, next) : '';
    if (child === '' || !keys.some(({ key }) => key === child)) {
      at = next;
      continue;
    }
    addOwn(ownStart, at);
    const list = readList(text, next, column);
    if (!list || item.lists.has(child)) return undefined;
    const headLine = at === 0 ? withoutDash(text.slice(0, next), indent) : text.slice(at, next);
    item.lists.set(child, { head: headLine, indent: list.indent, items: list.items });
    at = ownStart = list.end;
  }
  addOwn(ownStart, text.length);
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

/** The text of an entity without its children, its dash a blank. @returns undefined as `splitItem`. */
export function ownText(text: string, kind: string, indent: number): string | undefined {
  if (!startsFields(text, indent)) return undefined;
  const keys = deckNesting[kind];
  if (!keys?.some(({ key }) => text.includes(key))) return withoutDash(text, indent);
  return splitItem(text, kind, indent)?.own.join('');
}

/** How many entities an item holds, itself counted. */
export function countEntities(text: string, kind: string, indent: number): number {
  return countIn(text, kind, indent, 0, text.length);
}

/** The same of a part of a text. */
function countIn(text: string, kind: string, indent: number, start: number, end: number): number {
  const keys = counted[kind];
  let count = 1;
  if (!keys) return count;
  const column = indent + 2;
  for (let at = start; at < end;) {
    const next = endOfLine(text, at);
    // Only a line that ends in a colon can be the head of a list.
    const isHead = text.charCodeAt(next - 2) === colon && (at === start || indentAt(text, at, next) === column);
    const child = isHead ? listNamed(keys, text, at + column, next - 2) : undefined;
    const list = child && listAt(text, next, column, end);
    if (child && list) count += countItems(text, child.kind, list);
    at = list?.end ?? next;
  }
  return count;
}

function countItems(text: string, kind: string, { starts, indent, end }: ItemPlaces): number {
  if (!(kind in counted)) return starts.length;
  let count = 0;
  for (let index = 0; index < starts.length; index++) {
    count += countIn(text, kind, indent, starts[index] ?? end, starts[index + 1] ?? end);
  }
  return count;
}

/** The list whose key stands there. Nothing is cut out of the text for it: this is asked of each map of a large file. */
function listNamed(keys: readonly CountedList[], text: string, at: number, end: number): CountedList | undefined {
  for (const list of keys) if (list.key.length === end - at && text.startsWith(list.key, at)) return list;
  return undefined;
}

/** Of a list. */
interface ItemPlaces {
  starts: number[];
  /** Blanks before the dashes. */
  indent: number;
  end: number;
}

/** Where the items of a list start whose head was just read. @returns undefined for a layout that is not that of a tool. */
function listAt(text: string, start: number, column: number, stop: number): ItemPlaces | undefined {
  const indent = indentAt(text, start, endOfLine(text, start));
  if (indent < column || text.charCodeAt(start + indent) !== dash) return undefined;
  const starts: number[] = [];
  let at = start;
  while (at < stop) {
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
  return { starts, indent, end: at };
}

/** The items themselves. */
function readList(
  text: string,
  start: number,
  column: number,
): { items: Piece[]; indent: number; end: number } | undefined {
  const list = listAt(text, start, column, text.length);
  if (!list) return undefined;
  const { starts, indent, end } = list;
  const items = starts.map((from, index) => ({ text: text.slice(from, starts[index + 1] ?? end) }));
  return { items, indent, end };
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
