import type { Json, JsonObject } from '../core/json.js';
import { readBlocks } from './regularBlocks.js';
import { FlowReader } from './regularFlow.js';
import { type Key, RegularMemory, unusual } from './regularMemory.js';
import type { Span } from './tree.js';

// The plain values of what most files are written in, thirty times as fast as the full parser reads them: no tree is made, only
// where the parts of the text stand is kept, so that the tree of the one part that something is said about can be made later.

export interface RegularValue {
  value: JsonObject;
  /** The entries of the map at the top. */
  entries: ReadonlyMap<string, EntryPlace>;
  /** In brackets: a part is a value that stands by itself. In blocks: an entry is its lines, and so is an item of a list. */
  flow: boolean;
  /** True where parts mean something only together: what one of them names stands in another. */
  isKnotted: boolean;
  /** Where keys stand, below the top, that stood in their map before. */
  repeatedKeys: readonly number[];
}

/** Where an entry of the top stands. */
export interface EntryPlace extends Span {
  keySpan: Span;
  /** Where the items of a list start, and where the last one ends; undefined for anything else. */
  items: readonly number[] | undefined;
}

/**
 * @param json True to read nothing but JSON.
 * @returns undefined for a text in which anything is out of the ordinary.
 */
export function readRegularValue(text: string, json: boolean): RegularValue | undefined {
  const memory = new RegularMemory();
  try {
    const start = text.startsWith('\ufeff') ? 1 : 0;
    const { value, entries } =
      json || opensMap(text, start) ? readJson(text, start, memory) : readBlocks(text, start, memory);
    const { hasAnchors: isKnotted, repeatedKeys } = memory;
    if (isKnotted && repeatedKeys.length > 0) return undefined;
    return { value, entries, flow: json || opensMap(text, start), isKnotted, repeatedKeys };
  } catch (error) {
    // Patterns run out of stack at texts of millions of letters.
    if (error === unusual || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Line breaks that nobody writes, and marks of byte order anywhere but at the start. */
const irregular = /\r(?!\n)|[\x85\u2028\u2029]|(?!^)\ufeff/;

/** Whether a text has characters that leave it to the full parser. It need not be asked of one of letters, blanks and `\n`. */
export const isIrregular = (text: string): boolean => irregular.test(text);

const opensMap = (text: string, start: number): boolean => /\s*\{/y.test(start === 0 ? text : text.slice(start));

/** A whole text of JSON, whose top is a map. */
function readJson(text: string, start: number, memory: RegularMemory): Pick<RegularValue, 'value' | 'entries'> {
  const reader = new FlowReader(text, memory, true);
  const value: JsonObject = {};
  const entries = new Map<string, EntryPlace>();
  reader.at = start;
  if (reader.next() !== '{'.charCodeAt(0)) throw unusual;
  reader.at++;
  const close = '}'.charCodeAt(0);
  let previous: Key | undefined;
  while (reader.next() !== close) {
    const from = reader.at;
    const { name, written } = (previous = reader.key(previous));
    if (entries.has(name) || name === '<<') throw unusual;
    const items = reader.next() === '['.charCodeAt(0) ? [] : undefined;
    const valueStart = reader.at;
    value[name] = items ? readItems(reader, items, memory) : reader.value();
    const keySpan = { start: from, end: from + written.length };
    entries.set(name, { keySpan, start: valueStart, end: reader.at, items });
    if (!reader.goesOn(close)) break;
  }
  reader.at++;
  if (!Number.isNaN(reader.next())) throw unusual;
  return { value, entries };
}

function readItems(reader: FlowReader, starts: number[], memory: RegularMemory): Json[] {
  const list: Json[] = [];
  const close = ']'.charCodeAt(0);
  memory.enter();
  reader.at++;
  while (reader.next() !== close) {
    starts.push(reader.at);
    list.push(reader.value());
    if (!reader.goesOn(close)) break;
  }
  starts.push(reader.at);
  reader.at++;
  memory.leave();
  return list;
}
