import { resolvePlain } from './scalars.js';
import type { ListNode, MapNode, Node, ScalarNode, Span } from './tree.js';
import { putEntry } from './tree.js';

// The part of YAML that tools write: block maps and lists, scalars on one line, literal blocks. Thirty times as fast as the
// whole language. Whatever is out of the ordinary, errors above all, is left to the full parser.

/** @returns the tree that the full parser would make; undefined when the text holds anything out of the ordinary. */
export function readRegularYaml(text: string): Node | undefined {
  if (/[\t\r\ufeff\x85\u2028\u2029]|^(?:---|\.\.\.|%)/m.test(text.startsWith('---\n') ? text.slice(4) : text))
    return undefined;
  try {
    return new RegularReader(text).read();
  } catch (error) {
    if (error === unusual) return undefined;
    throw error;
  }
}

/** Thrown once for a whole text, so that no reader has to look at the results of those it calls. */
const unusual = Symbol('unusual YAML');

const deepest = 100;
const dash = 45;

// Sticky patterns: they match where `lastIndex` says and nowhere else.
const keyPattern = /([A-Za-z_][\w.\-/]{0,100}|"[^"\\\n]{1,100}"):(?= |\n|$)/y;
const plainPattern = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#:]))*/y;
const doublePattern = /"(?:[^"\\\n]|\\["\\nt])*"/y;
const singlePattern = /'(?:[^'\n]|'')*'/y;
const emptyPattern = /\[\]|\{\}/y;
const literalPattern = /\|-?(?= *\n)/y;
const endPattern = / *(?: #[^\n]*)?(?=\n|$)/y;

class RegularReader {
  /** Where the line under the eye starts to say something, and where it ends; `indent` is -1 after the last. */
  private at = 0;
  private end = -1;
  private indent = -1;
  private depth = 0;

  constructor(private readonly text: string) {}

  read(): Node {
    if (this.text.startsWith('---\n')) this.end = 3;
    this.nextLine();
    if (this.indent !== 0) throw unusual;
    const root = this.block();
    if (this.indent >= 0) throw unusual;
    return root;
  }

  /** Goes to the next line that is neither blank nor a comment. */
  private nextLine(): void {
    while (this.end < this.text.length) {
      const start = this.end + 1;
      const lineBreak = this.text.indexOf('\n', start);
      this.end = lineBreak < 0 ? this.text.length : lineBreak;
      let at = start;
      while (this.text[at] === ' ') at++;
      if (at >= this.end || this.text[at] === '#') continue;
      this.at = at;
      this.indent = at - start;
      return;
    }
    this.indent = -1;
  }

  private block(): Node {
    if (++this.depth > deepest) throw unusual;
    const node = this.isItem() ? this.list(this.indent) : this.map(this.indent);
    this.depth--;
    return node;
  }

  private isItem(): boolean {
    const next = this.text[this.at + 1];
    return this.text.charCodeAt(this.at) === dash && (next === ' ' || next === '\n' || next === undefined);
  }

  private map(column: number): MapNode {
    const map: MapNode = { type: 'map', start: this.at, end: this.at, entries: new Map(), overridden: [], flow: false };
    while (this.indent === column && !this.isItem()) {
      const written = this.match(keyPattern, this.at);
      if (written === undefined) throw unusual;
      const keySpan = { start: this.at, end: this.at + written.length - 1 };
      const value = this.value(keySpan.end + 1, column, true);
      putEntry(map, { key: keyText(written.slice(0, -1)), keySpan, value });
      map.end = value.end;
    }
    if (this.indent > column || map.entries.size === 0) throw unusual;
    return map;
  }

  private list(column: number): ListNode {
    const list: ListNode = { type: 'list', start: this.at, end: this.at, items: [], flow: false };
    while (this.indent === column && this.isItem()) {
      const item = this.item(column);
      list.items.push(item);
      list.end = item.end;
    }
    if (this.indent > column) throw unusual;
    return list;
  }

  private item(column: number): Node {
    const from = this.at + 1;
    let inner = from;
    while (this.text[inner] === ' ') inner++;
    if (this.match(keyPattern, inner) === undefined) return this.value(from, column, false);
    this.indent = column + inner - this.at;
    this.at = inner;
    return this.block();
  }

  /** What stands behind a key or a dash: on the same line, or as a block below. */
  private value(from: number, column: number, ofKey: boolean): Node {
    if (this.match(endPattern, from) !== undefined) return this.below(from, column, ofKey);
    let start = from;
    while (this.text[start] === ' ') start++;
    const node = this.inline(start, column);
    if (this.indent > column) throw unusual;
    return node;
  }

  private below(from: number, column: number, ofKey: boolean): Node {
    this.nextLine();
    // The list of a key may stand level with it.
    if (this.indent > column || (ofKey && this.indent === column && this.isItem())) return this.block();
    return { type: 'scalar', value: null, style: 'plain', start: from, end: from };
  }

  private inline(start: number, column: number): Node {
    const header = this.match(literalPattern, start);
    if (header !== undefined) return this.literal(start, column, header);
    const node = this.scalar(start) ?? this.empty(start);
    if (!node || this.match(endPattern, node.end) === undefined) throw unusual;
    this.nextLine();
    return node;
  }

  private scalar(start: number): ScalarNode | undefined {
    const plain = this.match(plainPattern, start);
    if (plain !== undefined) return scalarNode(resolvePlain(plain), 'plain', start, plain.length);
    const double = this.match(doublePattern, start);
    if (double !== undefined) return scalarNode(unescape(double), 'quoted', start, double.length);
    const single = this.match(singlePattern, start);
    return single === undefined
      ? undefined
      : scalarNode(single.slice(1, -1).replaceAll("''", "'"), 'quoted', start, single.length);
  }

  private empty(start: number): Node | undefined {
    const brackets = this.match(emptyPattern, start);
    if (brackets === undefined) return undefined;
    const span: Span & { flow: boolean } = { start, end: start + 2, flow: true };
    return brackets === '[]'
      ? { type: 'list', ...span, items: [] }
      : { type: 'map', ...span, entries: new Map(), overridden: [] };
  }

  private literal(start: number, column: number, header: string): ScalarNode {
    const { text } = this;
    const lines: string[] = [];
    let indent = -1;
    let last = this.end;
    for (let from = this.end + 1; from < text.length; from = this.end + 1) {
      const lineBreak = text.indexOf('\n', from);
      const end = lineBreak < 0 ? text.length : lineBreak;
      let at = from;
      while (text[at] === ' ') at++;
      if (at === end) {
        if (indent < 0 || at - from > indent) throw unusual;
      } else {
        if (indent < 0) indent = at - from;
        if (at - from < indent) break;
        last = end;
      }
      lines.push(text.slice(from + indent, end));
      this.end = end;
    }
    if (indent <= column) throw unusual;
    this.nextLine();
    while (lines.at(-1) === '') lines.pop();
    return { type: 'scalar', value: lines.join('\n') + (header === '|' ? '\n' : ''), style: 'block', start, end: last };
  }

  private match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0];
  }
}

function keyText(written: string): string {
  if (written.startsWith('"')) return written.slice(1, -1);
  const value = resolvePlain(written);
  // Keys that are numbers may make a list of a map.
  if (typeof value === 'number') throw unusual;
  return String(value ?? '');
}

const scalarNode = (
  value: ScalarNode['value'],
  style: ScalarNode['style'],
  start: number,
  length: number,
): ScalarNode => ({
  type: 'scalar',
  value,
  style,
  start,
  end: start + length,
});

const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\"': '"', '\\\\': '\\' };

const unescape = (quoted: string): string => {
  const inside = quoted.slice(1, -1);
  return inside.includes('\\') ? inside.replace(/\\./g, (escape) => escapes[escape] ?? escape) : inside;
};
