import type { Json, JsonObject } from '../core/json.js';
import { keyText, matchAt, patterns, readScalar } from './regularPatterns.js';
import { resolvePlain } from './scalars.js';

// The plain values of a text that regularYaml.ts reads without a fault, several times as fast: no tree is made, only where the
// items of the top's lists start is kept, so that the tree of the one item that something is said about can be made later.

export interface RegularValue {
  value: JsonObject;
  /** Where the lines of the items of each list at the top start, and where the last one ends. */
  items: ReadonlyMap<string, readonly number[]>;
}

/** @returns undefined for a text in which anything is out of the ordinary, a key that stands twice included. */
export function readRegularValue(text: string): RegularValue | undefined {
  // Markers of documents and directives are no keys, so that the reader stops at them anyhow.
  if (patterns.irregularCharacter.test(text)) return undefined;
  try {
    return new ValueReader(text).read();
  } catch (error) {
    if (error === unusual) return undefined;
    throw error;
  }
}

const unusual = Symbol('unusual YAML');

const deepest = 100;
const [lineBreak, blank, hash, dash, colon] = [10, 32, 35, 45, 58];

/** A key, and the one that came behind it the last time: files say the same things in the same order again and again. */
interface Key {
  name: string;
  /** As it is written. */
  written: string;
  next: Key | undefined;
}

/** Characters that a key may have: letters, digits and `_.-/`. */
const ofKeys = new Uint8Array(128);
/** Characters that a plain scalar may start with. */
const starts = new Uint8Array(128);
/** Characters that mean nothing by themselves inside a plain scalar. */
const insides = new Uint8Array(128);
for (let code = 33; code < 127; code++) {
  const character = String.fromCharCode(code);
  ofKeys[code] = /[\w.\-/]/.test(character) ? 1 : 0;
  starts[code] = /[\s\-?:,[\]{}#&*!|>'"%@`]/.test(character) ? 0 : 1;
  insides[code] = code === colon ? 0 : 1;
}
/** Characters that words with a meaning of their own start with, and numbers: `~`, `yes`, `.inf`, `-1`. */
const meaningful = new Uint8Array(128);
for (const character of '~nNtTyYoOfF.+-_0123456789') meaningful[character.charCodeAt(0)] = 1;

class ValueReader {
  /** Where the line under the eye starts to say something, and where the one before it ends; `indent` is -1 after the last. */
  private at = 0;
  private end = -1;
  private indent = -1;
  private depth = 0;

  private readonly keys = new Map<string, Key>();
  private readonly items = new Map<string, number[]>();
  private last: Key | undefined;

  constructor(private readonly text: string) {}

  read(): RegularValue {
    if (this.text.startsWith('---\n')) this.end = 3;
    this.nextLine();
    if (this.indent !== 0 || this.isItem()) throw unusual;
    const value = this.map(0);
    if (this.indent >= 0) throw unusual;
    return { value, items: this.items };
  }

  /** Goes to the next line that is neither blank nor a comment. */
  private nextLine(): void {
    const { text } = this;
    for (let start = this.end + 1; start < text.length; start = this.end + 1) {
      let at = start;
      let code = text.charCodeAt(at);
      while (code === blank) code = text.charCodeAt(++at);
      if (code === lineBreak || code === hash || at === text.length) {
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
    if (this.text.charCodeAt(this.at) !== dash) return false;
    const next = this.text.charCodeAt(this.at + 1);
    return next === blank || next === lineBreak || next !== next;
  }

  private block(): Json {
    return this.isItem() ? this.list(this.indent) : this.map(this.indent);
  }

  /** @param first the map's first key, where it has been read already. */
  private map(column: number, first?: Key): JsonObject {
    if (++this.depth > deepest) throw unusual;
    const map: JsonObject = {};
    const top = this.depth === 1;
    let previous: Key | undefined;
    while (this.indent === column && !this.isItem()) {
      const key = previous || !first ? this.key(this.at, previous) : first;
      if (key === undefined) throw unusual;
      const { name } = key;
      // A key that stands twice; of what every object has, no more is asked.
      if (map[name] !== undefined || name === '__proto__') throw unusual;
      if (top) this.last = key;
      if (previous) previous.next = key;
      map[name] = this.value(this.at + key.written.length + 1, column, true);
      previous = key;
    }
    if (this.indent > column || previous === undefined) throw unusual;
    this.depth--;
    return map;
  }

  /** The key at a place, if there is one. @param previous the key before it, which may tell what to expect. */
  private key(at: number, previous: Key | undefined): Key | undefined {
    const { text } = this;
    const expected = previous?.next;
    if (expected) {
      const end = at + expected.written.length;
      if (text.charCodeAt(end) === colon && this.says(expected.written, at) && this.isGap(end + 1)) return expected;
    }
    let end = at;
    let code = text.charCodeAt(end);
    if (code === 34) {
      const quoted = matchAt(patterns.key, text, at);
      return quoted === undefined ? undefined : this.known(quoted.slice(0, -1));
    }
    if (code < 65 || ofKeys[code] !== 1) return undefined;
    while (ofKeys[code] === 1) code = text.charCodeAt(++end);
    if (code !== colon || end - at > 101 || !this.isGap(end + 1)) return undefined;
    return this.known(text.slice(at, end));
  }

  /** Whether a word stands at a place: for short words much quicker than `startsWith`. */
  private says(word: string, at: number): boolean {
    const { text } = this;
    for (let index = 0; index < word.length; index++) {
      if (text.charCodeAt(at + index) !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  private known(written: string): Key {
    let key = this.keys.get(written);
    if (!key) {
      const name = keyText(written);
      if (name === undefined) throw unusual;
      this.keys.set(written, (key = { name, written, next: undefined }));
    }
    return key;
  }

  private isGap(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === lineBreak || code === blank || code !== code;
  }

  private list(column: number): Json[] {
    if (++this.depth > deepest) throw unusual;
    const list: Json[] = [];
    const starts: number[] | undefined = this.depth === 2 ? [] : undefined;
    const key = this.last?.name;
    // Items start alike.
    const lead: Key = { name: '', written: '', next: undefined };
    while (this.indent === column && this.isItem()) {
      starts?.push(this.at - column);
      list.push(this.item(column, lead));
    }
    if (this.indent > column) throw unusual;
    if (starts && key !== undefined) {
      starts.push(this.indent < 0 ? this.text.length : this.at - this.indent);
      this.items.set(key, starts);
    }
    this.depth--;
    return list;
  }

  private item(column: number, lead: Key): Json {
    const { text } = this;
    const from = this.at + 1;
    let inner = from;
    while (text.charCodeAt(inner) === blank) inner++;
    const code = text.charCodeAt(inner);
    if (code !== 34 && (code < 65 || ofKeys[code] !== 1)) return this.value(from, column, false);
    const first = this.key(inner, lead);
    if (first === undefined) return this.value(from, column, false);
    lead.next = first;
    this.indent = column + inner - this.at;
    this.at = inner;
    return this.map(this.indent, first);
  }

  /** What stands behind a key or a dash: on the same line, or as a block below. */
  private value(from: number, column: number, ofKey: boolean): Json {
    const { text } = this;
    let start = from;
    let code = text.charCodeAt(start);
    while (code === blank) code = text.charCodeAt(++start);
    if (code === lineBreak || code !== code) return this.below(start, column, ofKey);
    if (code === hash && start > from) return this.below(this.lineEnd(start), column, ofKey);
    const value = this.plain(start, code) ?? this.other(start, column);
    if (this.indent > column) throw unusual;
    return value === nothing ? null : (value as Json);
  }

  private below(end: number, column: number, ofKey: boolean): Json {
    this.end = end;
    this.nextLine();
    // The list of a key may stand level with it.
    if (this.indent > column || (ofKey && this.indent === column && this.isItem())) return this.block();
    return null;
  }

  /** A plain scalar to the end of its line, and on to the next; undefined for what is to be looked at more closely. */
  private plain(start: number, first: number): Exclude<Json, null> | typeof nothing | undefined {
    if (starts[first] !== 1) return undefined;
    const { text } = this;
    let at = start + 1;
    let end = at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (insides[code] === 1 && (code !== hash || end === at)) end = ++at;
      else if (code === blank) at++;
      else if (code === lineBreak || code !== code) break;
      else if (code === colon && end === at && insides[text.charCodeAt(at + 1)] === 1) end = ++at;
      else return undefined;
    }
    this.end = at;
    this.nextLine();
    const written = text.slice(start, end);
    return meaningful[first] === 1 ? (resolvePlain(written) ?? nothing) : written;
  }

  private other(start: number, column: number): Json {
    const { text } = this;
    const header = matchAt(patterns.literal, text, start);
    if (header !== undefined) return this.literal(start, column, header);
    const scalar = readScalar(text, start);
    let value: Json;
    let end = start + 2;
    if (scalar) {
      value = scalar.value;
      end = start + scalar.length;
    } else {
      const brackets = matchAt(patterns.empty, text, start);
      if (brackets === undefined) throw unusual;
      value = brackets === '[]' ? [] : {};
    }
    if (matchAt(patterns.end, text, end) === undefined) throw unusual;
    this.end = this.lineEnd(end);
    this.nextLine();
    return value;
  }

  private literal(start: number, column: number, header: string): string {
    const { text } = this;
    const lines: string[] = [];
    let indent = -1;
    this.end = this.lineEnd(start);
    for (let from = this.end + 1; from < text.length; from = this.end + 1) {
      const end = this.lineEnd(from);
      let at = from;
      while (text.charCodeAt(at) === blank) at++;
      if (at === end) {
        if (indent < 0 || at - from > indent) throw unusual;
      } else {
        if (indent < 0) indent = at - from;
        if (at - from < indent) break;
      }
      lines.push(text.slice(from + indent, end));
      this.end = end;
    }
    if (indent <= column) throw unusual;
    this.nextLine();
    while (lines.at(-1) === '') lines.pop();
    return lines.join('\n') + (header === '|' ? '\n' : '');
  }
}

/** Stands for null, where null would mean that nothing was read. */
const nothing = Symbol('null');
