import type { Json, JsonObject } from '../core/json.js';
import { insides, meaningful, ofKeys, starts, startsKey } from './regularCharacters.js';
import { FlowReader, says } from './regularFlow.js';
import { merged } from './regularMerge.js';
import { type Key, type RegularMemory, unusual } from './regularMemory.js';
import { matchAt, patterns } from './regularPatterns.js';
import { readLines, readQuoted } from './regularScalars.js';
import type { EntryPlace, RegularValue } from './regularValue.js';
import { resolvePlain } from './scalars.js';

const [lineBreak, carriageReturn, blank, doubleQuote, hash, ampersand, singleQuote, star, dash, colon] = [
  10, 13, 32, 34, 35, 38, 39, 42, 45, 58,
];
const [openList, openMap] = [91, 123];

/** Sticky: all that may stand before the first line that says something, up to the mark that a document starts. */
const prologue = /\ufeff?(?:(?: *#[^\n]*| *\r?)\n)*--- *(?:#[^\n]*)?\r?\n/y;

/** Reads a text of block maps and lists. @throws `unusual` for what is out of the ordinary. */
export function readBlocks(
  text: string,
  start: number,
  memory: RegularMemory,
): Pick<RegularValue, 'value' | 'entries'> {
  return new BlockReader(text, memory).read(start);
}

class BlockReader {
  /** Where the line under the eye starts to say something, and where the one before it ends; `indent` is -1 after the last. */
  private at = 0;
  private end = -1;
  private indent = -1;

  private readonly flow: FlowReader;
  private readonly entries = new Map<string, EntryPlace>();
  /** Of the list that is being read at the top. */
  private items: number[] | undefined;

  constructor(
    private readonly text: string,
    private readonly memory: RegularMemory,
  ) {
    this.flow = new FlowReader(text, memory, false);
  }

  read(start: number): Pick<RegularValue, 'value' | 'entries'> {
    this.end = (matchAt(prologue, this.text, 0)?.length ?? start) - 1;
    this.nextLine();
    if (this.indent !== 0 || this.isItem()) throw unusual;
    const value = this.map(0);
    if (this.indent >= 0) throw unusual;
    return { value, entries: this.entries };
  }

  /** Goes to the next line that is neither blank nor a comment. */
  private nextLine(): void {
    const { text } = this;
    for (let start = this.end + 1; start < text.length; start = this.end + 1) {
      let at = start;
      let code = text.charCodeAt(at);
      while (code === blank) code = text.charCodeAt(++at);
      if (code === lineBreak || code === carriageReturn || code === hash || at === text.length) {
        this.end = this.lineEnd(at);
        continue;
      }
      this.at = at;
      this.indent = at - start;
      return;
    }
    this.at = text.length;
    this.indent = -1;
  }

  private lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length : end;
  }

  private isItem(): boolean {
    return this.text.charCodeAt(this.at) === dash && this.isGap(this.at + 1);
  }

  private isGap(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === blank || code === lineBreak || code === carriageReturn || code !== code;
  }

  private block(): Json {
    return this.isItem() ? this.list(this.indent) : this.map(this.indent);
  }

  /** @param first the map's first key, where it has been read already. */
  private map(column: number, first?: Key): JsonObject {
    const { memory } = this;
    memory.enter();
    const map: JsonObject = {};
    const merges: Json[] = [];
    const top = memory.depth === 1;
    let previous: Key | undefined;
    while (this.indent === column && !this.isItem()) {
      const key = previous || !first ? this.key(this.at, previous) : first;
      if (key === undefined) throw unusual;
      const { name } = key;
      if (map[name] !== undefined) memory.repeatedKey(this.at);
      if (previous) previous.next = key;
      previous = key;
      memory.size++;
      const from = this.at + key.written.length + 1;
      const value = top ? this.entry(key) : this.value(from, column, key);
      if (name === '<<') merges.push(value);
      else map[name] = value;
    }
    if (this.indent > column || previous === undefined) throw unusual;
    memory.leave();
    return merges.length ? merged(map, merges) : map;
  }

  /** An entry of the top. */
  private entry(key: Key): Json {
    const { name, written } = key;
    const start = this.at;
    if (name === '<<') throw unusual;
    const value = this.value(start + written.length + 1, 0, key);
    const end = this.lineStart();
    this.items?.push(end);
    const keySpan = { start, end: start + written.length };
    this.entries.set(name, { keySpan, start, end, items: this.items });
    this.items = undefined;
    return value;
  }

  /** Of the line under the eye. */
  private lineStart(): number {
    return this.indent < 0 ? this.text.length : this.at - this.indent;
  }

  /** The key at a place, if there is one. @param previous the key before it, which may tell what to expect. */
  private key(at: number, previous: Key | undefined): Key | undefined {
    const { text } = this;
    const expected = previous?.next;
    if (expected) {
      const end = at + expected.written.length;
      if (text.charCodeAt(end) === colon && says(expected.written, text, at) && this.isGap(end + 1)) return expected;
    }
    let end = at;
    let code = text.charCodeAt(end);
    if (startsKey[code] !== 1) {
      const other = matchAt(patterns.otherKey, text, at);
      return other === undefined ? undefined : this.memory.key(other.slice(0, -1));
    }
    while (ofKeys[code] === 1) code = text.charCodeAt(++end);
    if (code !== colon || end - at > 101 || !this.isGap(end + 1)) return undefined;
    return this.memory.key(text.slice(at, end));
  }

  private list(column: number): Json[] {
    const { memory } = this;
    memory.enter();
    const list: Json[] = [];
    const starts: number[] | undefined = memory.depth === 2 ? [] : undefined;
    // Items start alike.
    const lead: Key = { name: '', written: '', next: undefined, repeats: undefined };
    while (this.indent === column && this.isItem()) {
      starts?.push(this.at - column);
      list.push(this.item(column, lead));
    }
    if (this.indent > column) throw unusual;
    memory.leave();
    if (starts) this.items = starts;
    return list;
  }

  private item(column: number, lead: Key): Json {
    const { text } = this;
    const from = this.at + 1;
    let inner = from;
    while (text.charCodeAt(inner) === blank) inner++;
    const first = this.key(inner, lead);
    if (first === undefined) return this.value(from, column, undefined);
    this.memory.size++;
    lead.next = first;
    this.indent = column + inner - this.at;
    this.at = inner;
    return this.map(this.indent, first);
  }

  /** What stands behind a key or a dash: on the same line, or as a block below. */
  private value(from: number, column: number, key: Key | undefined): Json {
    const { text } = this;
    this.memory.size++;
    let start = from;
    let code = text.charCodeAt(start);
    while (code === blank) code = text.charCodeAt(++start);
    if (code === lineBreak || code === carriageReturn || code !== code) return this.repeated(start, column, key);
    if (code === hash && start > from) return this.below(start, column, key);
    const value = this.plain(start, code, column) ?? this.other(start, code, column, key);
    if (this.indent > column) throw unusual;
    return value === nothing ? null : (value as Json);
  }

  /** A block below a key, which may be written as one that the key had before. */
  private repeated(at: number, column: number, key: Key | undefined): Json {
    const { memory, text } = this;
    const repeats = key && memory.repeatsOf(key);
    if (!repeats) return this.below(at, column, key);
    const start = this.lineEnd(at) + 1;
    const known = repeats.find(text, start, column);
    if (known) {
      this.end = start + known.end - known.start - 1;
      this.nextLine();
      // It ends here only if what follows is not part of it too: a blank line, or what looks like a comment, may be.
      const isEnd = this.indent < column || (this.indent === column && !this.isItem());
      if (isEnd && this.lineStart() === start + known.end - known.start) {
        memory.size += known.size;
        return known.value;
      }
    }
    const { size } = memory;
    const repeatedKeys = memory.repeatedKeys.length;
    const value = this.below(at, column, key);
    if (value === null || memory.hasAnchors || memory.repeatedKeys.length > repeatedKeys) return value;
    repeats.add({ start, end: this.lineStart(), column, value, size: memory.size - size });
    return value;
  }

  private below(at: number, column: number, key: Key | undefined): Json {
    this.end = this.lineEnd(at);
    this.nextLine();
    // The list of a key may stand level with it.
    if (this.indent > column || (key && this.indent === column && this.isItem())) return this.block();
    return null;
  }

  /** A plain scalar to the end of its line, and on to the next; undefined for what is to be looked at more closely. */
  private plain(start: number, first: number, column: number): Exclude<Json, null> | typeof nothing | undefined {
    if (starts[first] !== 1) return undefined;
    const { text } = this;
    let at = start + 1;
    let end = at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (insides[code] === 1 && (code !== hash || end === at)) end = ++at;
      else if (code === blank) at++;
      else if (code === lineBreak || code === carriageReturn || code !== code) break;
      else if (code === colon && end === at && insides[text.charCodeAt(at + 1)] === 1) end = ++at;
      else return undefined;
    }
    this.end = text.charCodeAt(at) === carriageReturn ? at + 1 : at;
    const lineEnd = this.end;
    this.nextLine();
    const written = text.slice(start, end);
    if (this.indent > column) return this.continued(written, lineEnd, column);
    return meaningful[first] === 1 ? (resolvePlain(written) ?? nothing) : written;
  }

  /** A plain scalar that goes on below: a line break is a blank, and each empty line a line break. */
  private continued(first: string, lineEnd: number, column: number): string {
    const { text } = this;
    let whole = first;
    let breaks = 0;
    this.end = lineEnd;
    for (let start = this.end + 1; start < text.length; start = this.end + 1) {
      let at = start;
      while (text.charCodeAt(at) === blank) at++;
      const end = this.lineEnd(at);
      const line = text.slice(at, end).trimEnd();
      if (line === '') breaks++;
      else {
        if (at - start <= column) break;
        if (matchAt(patterns.plain, text, at)?.length !== line.length) throw unusual;
        whole += (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + line;
        breaks = 0;
      }
      this.end = end;
    }
    this.nextLine();
    return whole;
  }

  private other(start: number, code: number, column: number, key: Key | undefined): Json {
    const { text, memory } = this;
    const header = matchAt(patterns.block, text, start);
    if (header !== undefined) {
      const { value, end } = readLines(text, this.lineEnd(start), column, header);
      this.end = end;
      this.nextLine();
      return value;
    }
    if (code === openList || code === openMap) {
      const value = this.flow.read(start, column);
      this.endAt(this.flow.at);
      return value;
    }
    if (code === doubleQuote || code === singleQuote) {
      const { value, end } = readQuoted(text, start, code, column);
      this.endAt(end);
      return value;
    }
    if (code === star || code === ampersand) {
      const name = matchAt(patterns.anchor, text, start + 1);
      if (name === undefined) throw unusual;
      const end = start + 1 + name.length;
      if (code === ampersand) return memory.anchored(name, () => this.value(end, column, key));
      this.endAt(end);
      return memory.alias(name);
    }
    // What stands with other letters than those of English.
    const plain = matchAt(patterns.plain, text, start);
    if (plain === undefined) throw unusual;
    this.endAt(start + plain.length);
    return resolvePlain(plain);
  }

  /** Nothing more is said on the line. */
  private endAt(at: number): void {
    if (matchAt(patterns.end, this.text, at) === undefined) throw unusual;
    this.end = this.lineEnd(at);
    this.nextLine();
  }
}

/** Stands for null, where null would mean that nothing was read. */
const nothing = Symbol('null');
