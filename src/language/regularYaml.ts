import { keyText, matchAt, patterns, readScalar } from './regularPatterns.js';
import type { SyntaxProblem } from './syntaxProblem.js';
import type { Entry, ListNode, MapNode, Node, ScalarNode, Span } from './tree.js';
import { putEntry, shift } from './tree.js';

// The part of YAML that tools write: block maps and lists, scalars on one line, literal blocks. Thirty times as fast as the
// whole language. What is out of the ordinary, errors above all, is left to the full parser: an item of a top-level list or
// an entry of the top by itself, so that one line being typed does not slow down the file, or else the whole text.

export interface RegularText {
  root: Node;
  problems: SyntaxProblem[];
}

/** Reads a piece of a text with the full parser. */
export type PieceReader = (piece: string) => { root: Node | undefined; problems: SyntaxProblem[] };

/**
 * @param readPiece For pieces that are out of the ordinary; without it the whole text is, where one is.
 * @returns the tree that the full parser would make; undefined when the text has to be read as a whole.
 */
export function readRegularYaml(text: string, readPiece?: PieceReader): RegularText | undefined {
  const body = text.startsWith('---\n') ? text.slice(4) : text;
  if (patterns.irregular.test(body)) return undefined;
  try {
    return new RegularReader(text, readPiece).read();
  } catch (error) {
    if (error === unusual || error === tooMany) return undefined;
    throw error;
  }
}

/** Thrown once for a whole text, so that no reader has to look at the results of those it calls. */
const unusual = Symbol('unusual YAML');

/** Thrown where the tree would fill the memory: no piece makes it smaller. */
const tooMany = Symbol('too many values');
const mostValues = 2_500_000;

const deepest = 100;
const dash = 45;

class RegularReader {
  /** Where the line under the eye starts to say something, and where it ends; `indent` is -1 after the last. */
  private at = 0;
  private end = -1;
  private indent = -1;
  private depth = 0;
  private values = 0;

  private readonly problems: SyntaxProblem[] = [];

  constructor(
    private readonly text: string,
    private readonly readPiece: PieceReader | undefined,
  ) {}

  read(): RegularText {
    if (this.text.startsWith('---\n')) this.end = 3;
    this.nextLine();
    if (this.indent !== 0) throw unusual;
    const root = this.block();
    if (this.indent >= 0) throw unusual;
    return { root, problems: this.problems };
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
    const top = this.depth === 1;
    while (this.indent === column && !this.isItem()) {
      const entries = top
        ? this.orPiece(
            column,
            () => [this.entry(column)],
            () => this.entriesOfPiece(map),
          )
        : [this.entry(column)];
      for (const entry of entries) {
        putEntry(map, entry);
        map.end = entry.value.end;
      }
    }
    if (this.indent > column || map.entries.size === 0) throw unusual;
    return map;
  }

  private entry(column: number): Entry {
    const written = this.match(patterns.key, this.at);
    if (written === undefined) throw unusual;
    const keySpan = { start: this.at, end: this.at + written.length - 1 };
    const value = this.value(keySpan.end + 1, column, true);
    const key = keyText(written.slice(0, -1));
    if (key === undefined) throw unusual;
    return { key, keySpan, value };
  }

  private list(column: number): ListNode {
    const list: ListNode = { type: 'list', start: this.at, end: this.at, items: [], flow: false };
    const top = this.depth === 2;
    while (this.indent === column && this.isItem()) {
      const item = top
        ? this.orPiece(
            column,
            () => this.item(column),
            () => this.itemOfPiece(column),
          )
        : this.item(column);
      list.items.push(item);
      list.end = item.end;
    }
    if (this.indent > column) throw unusual;
    return list;
  }

  /** Reads on as usual; where that fails, goes back and has the piece read by the full parser. */
  private orPiece<T>(column: number, read: () => T, readPiece: () => T): T {
    const { at, end, indent, depth } = this;
    const known = this.problems.length;
    try {
      const result = read();
      if (this.indent > column) throw unusual;
      return result;
    } catch (error) {
      if (error !== unusual || !this.readPiece) throw error;
      Object.assign(this, { at, end, indent, depth });
      this.problems.length = known;
      return readPiece();
    }
  }

  private itemOfPiece(column: number): Node {
    const { root } = this.piece(() => this.indent > column);
    const [item, ...others] = root.type === 'list' ? root.items : [];
    if (!item || others.length) throw unusual;
    return item;
  }

  private entriesOfPiece(map: MapNode): Entry[] {
    // Tags, `?` and the like may be about what follows the piece.
    if (!/[\w"']/.test(this.text[this.at] ?? '')) throw unusual;
    const { root, span } = this.piece(() => this.indent > 0 || this.isItem());
    if (root.type === 'scalar' && root.style === 'plain' && !this.text.slice(root.start, root.end).includes('\n')) {
      const message = 'A `:` is missing after this key.';
      this.problems.push({ code: 'yaml-syntax', message, start: root.start, end: root.end, within: span });
      return [];
    }
    if (root.type !== 'map' || root.flow || root.entries.has('')) throw unusual;
    map.overridden.push(...root.overridden);
    return [...root.entries.values()];
  }

  /** Hands the lines from here on, as long as they belong together, to the full parser. */
  private piece(goesOn: () => boolean): { root: Node; span: Span } {
    const start = this.at - this.indent;
    do this.nextLine();
    while (this.indent >= 0 && goesOn());
    const span = { start, end: this.indent < 0 ? this.text.length : this.at - this.indent };
    const piece = this.text.slice(span.start, span.end);
    // Anchors and aliases reach beyond the piece.
    if (/(?:^|[\s,[{:-])[&*]\S/m.test(piece)) throw unusual;
    const { root, problems } = this.readPiece!(piece);
    if (!root) throw unusual;
    shift(root, start);
    for (const problem of problems) {
      this.problems.push({ ...problem, start: problem.start + start, end: problem.end + start, within: span });
    }
    return { root, span };
  }

  private item(column: number): Node {
    const from = this.at + 1;
    let inner = from;
    while (this.text[inner] === ' ') inner++;
    if (this.match(patterns.key, inner) === undefined) return this.value(from, column, false);
    this.indent = column + inner - this.at;
    this.at = inner;
    return this.block();
  }

  /** What stands behind a key or a dash: on the same line, or as a block below. */
  private value(from: number, column: number, ofKey: boolean): Node {
    if (++this.values > mostValues) throw tooMany;
    if (this.match(patterns.end, from) !== undefined) return this.below(from, column, ofKey);
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
    const header = this.match(patterns.literal, start);
    if (header !== undefined) return this.literal(start, column, header);
    const node = this.scalar(start) ?? this.empty(start);
    if (!node || this.match(patterns.end, node.end) === undefined) throw unusual;
    this.nextLine();
    return node;
  }

  private scalar(start: number): ScalarNode | undefined {
    const scalar = readScalar(this.text, start);
    return scalar && { type: 'scalar', value: scalar.value, style: scalar.style, start, end: start + scalar.length };
  }

  private empty(start: number): Node | undefined {
    const brackets = this.match(patterns.empty, start);
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
    return matchAt(pattern, this.text, at);
  }
}
