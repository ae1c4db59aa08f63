import { isObject, type Json, type JsonObject } from '../core/json.js';
import { merged } from './regularMerge.js';
import { type Key, type RegularMemory, unusual } from './regularMemory.js';
import { matchAt, patterns } from './regularPatterns.js';
import { unescaped } from './regularText.js';
import { resolvePlain } from './scalars.js';

const [tab, lineBreak, carriageReturn, blank, doubleQuote, hash, ampersand, singleQuote, star, comma, minus, colon] = [
  9, 10, 13, 32, 34, 35, 38, 39, 42, 44, 45, 58,
];
const [openList, backslash, closeList, openMap, closeMap] = [91, 92, 93, 123, 125];

/** Sticky. */
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const plain =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))(?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#| +(?=[^\s#:,[\]{}]))*/y;

/** Reads values in brackets: JSON, and what YAML allows beyond it. */
export class FlowReader {
  /** Behind what was read. */
  at = 0;
  /** Where the members of the lists and maps at the top stand, of a whole text in brackets. */
  private column = -1;

  /** @param strict true for nothing but JSON. */
  constructor(
    private readonly text: string,
    private readonly memory: RegularMemory,
    private readonly strict: boolean,
  ) {}

  /** @param column that the lines of the value are indented more than. */
  read(start: number, column: number): Json {
    this.at = start;
    this.column = column;
    return this.value();
  }

  /** Goes on to what is said next. @returns its first character. */
  next(): number {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === blank || code === carriageReturn || (code === tab && this.strict)) this.at++;
      else if (code === lineBreak) this.newLine();
      else if (code === hash && !this.strict && isWhite(text.charCodeAt(this.at - 1))) {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else return code;
    }
  }

  private newLine(): void {
    const start = ++this.at;
    if (this.strict) return;
    const { text } = this;
    while (text.charCodeAt(this.at) === blank) this.at++;
    const code = text.charCodeAt(this.at);
    const isEmpty = code === lineBreak || code === carriageReturn || code === hash;
    if (!isEmpty && this.at - start <= this.column) throw unusual;
  }

  value(): Json {
    const code = this.text.charCodeAt(this.at);
    this.memory.size++;
    if (code === openMap) return this.map();
    if (code === openList) return this.list();
    if (code === doubleQuote) return this.double();
    return this.strict ? this.literal(code) : this.loose(code);
  }

  /** The value of a key, which may be written as one that the key had before. */
  private repeated(key: Key): Json {
    const { at, memory, text } = this;
    const code = text.charCodeAt(at);
    const repeats = code === openMap || code === openList ? memory.repeatsOf(key) : undefined;
    if (!repeats) return this.value();
    const known = repeats.find(text, at, this.column);
    if (known) {
      this.at += known.end - known.start;
      memory.size += known.size;
      return known.value;
    }
    const { size } = memory;
    const repeatedKeys = memory.repeatedKeys.length;
    const value = this.value();
    if (!memory.hasAnchors && memory.repeatedKeys.length === repeatedKeys) {
      repeats.add({ start: at, end: this.at, column: this.column, value, size: memory.size - size });
    }
    return value;
  }

  private literal(code: number): Json {
    const isNumber = code === minus || (code >= 48 && code <= 57);
    const written = matchAt(isNumber ? number : word, this.text, this.at);
    if (written === undefined) throw unusual;
    this.at += written.length;
    return resolvePlain(written);
  }

  private loose(code: number): Json {
    if (code === singleQuote) return this.single();
    if (code === star) return this.alias();
    if (code === ampersand) {
      const name = this.name();
      this.next();
      return this.memory.anchored(name, () => this.value());
    }
    const written = matchAt(plain, this.text, this.at);
    if (written === undefined) throw unusual;
    this.at += written.length;
    return resolvePlain(written);
  }

  private alias(): Json {
    return this.memory.alias(this.name());
  }

  /** Of an anchor or alias. */
  private name(): string {
    const name = matchAt(patterns.anchor, this.text, this.at + 1);
    if (name === undefined) throw unusual;
    this.at += name.length + 1;
    return name;
  }

  private list(): Json[] {
    this.memory.enter();
    const list: Json[] = [];
    this.at++;
    while (this.next() !== closeList) {
      list.push(this.value());
      if (!this.goesOn(closeList)) break;
    }
    this.at++;
    this.memory.leave();
    return list;
  }

  private map(): JsonObject {
    this.memory.enter();
    const map: JsonObject = {};
    const merges: Json[] = [];
    let previous: Key | undefined;
    this.at++;
    while (this.next() !== closeMap) {
      const from = this.at;
      const key = this.key(previous);
      const { name } = key;
      if (map[name] !== undefined) this.memory.repeatedKey(from);
      if (previous) previous.next = key;
      previous = key;
      this.next();
      const value = this.repeated(key);
      if (name === '<<') merges.push(value);
      else map[name] = value;
      if (!this.goesOn(closeMap)) break;
    }
    this.at++;
    this.memory.leave();
    return merges.length ? merged(map, merges) : map;
  }

  /** Steps over a comma. @returns false at the end, where the closing bracket is under the eye. */
  goesOn(close: number): boolean {
    const code = this.next();
    if (code === close) return false;
    if (code !== comma) throw unusual;
    this.at++;
    // JSON has no comma behind the last.
    if (this.strict && this.next() === close) throw unusual;
    return true;
  }

  /** A key and its colon. */
  key(previous: Key | undefined): Key {
    const { memory, text } = this;
    memory.size++;
    const expected = previous?.next;
    const start = this.at;
    if (expected && text.charCodeAt(start + expected.written.length) === colon && says(expected.written, text, start)) {
      this.at = start + expected.written.length;
      this.colon(text.charCodeAt(start));
      return expected;
    }
    const code = text.charCodeAt(start);
    const value = code === doubleQuote ? this.double() : this.strict ? undefined : this.loose(code);
    if (value === undefined || isObject(value) || Array.isArray(value)) throw unusual;
    const written = text.slice(start, this.at);
    this.next();
    this.colon(code);
    if (code === star || code === ampersand || /\\|''/.test(written)) throw unusual;
    return memory.key(written);
  }

  /** Behind a key without quotes a colon alone is part of it. */
  private colon(first: number): void {
    const { text } = this;
    if (text.charCodeAt(this.at) !== colon) throw unusual;
    this.at++;
    if (this.strict) return;
    const code = text.charCodeAt(this.at);
    if (first !== doubleQuote && first !== singleQuote && !isWhite(code)) throw unusual;
  }

  private double(): string {
    const { strict, text } = this;
    const start = this.at + 1;
    let at = start;
    let isPlain = true;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === doubleQuote) break;
      if (code === backslash) {
        isPlain = false;
        at++;
      } else if (code === lineBreak || code !== code || (strict && code < blank)) throw unusual;
      at++;
    }
    this.at = at + 1;
    if (isPlain) return text.slice(start, at);
    return strict ? ofJson(text.slice(start - 1, at + 1)) : unescaped(text.slice(start, at));
  }

  private single(): string {
    const written = matchAt(patterns.single, this.text, this.at);
    if (written === undefined) throw unusual;
    this.at += written.length;
    return written.slice(1, -1).replaceAll("''", "'");
  }
}

function ofJson(written: string): string {
  try {
    return JSON.parse(written) as string;
  } catch {
    throw unusual;
  }
}

const isWhite = (code: number): boolean => code === blank || code === lineBreak || code === carriageReturn;

/** Whether a word stands at a place: for short words much quicker than `startsWith`. */
export function says(word: string, text: string, at: number): boolean {
  for (let index = 0; index < word.length; index++) {
    if (text.charCodeAt(at + index) !== word.charCodeAt(index)) return false;
  }
  return true;
}
