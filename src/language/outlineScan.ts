import type { SchemaFacts } from '../schema/facts.js';
import type { Position } from './diagnostic.js';
import type { FileKind } from './fileKind.js';
import { nestingOf, topLevelKinds } from './model.js';
import type { OpenDocument, Piece } from './openDocument.js';
import type { OutlineItem, OutlineList } from './outline.js';
import type { Steps } from './steps.js';

/** A list of entities that is being read. */
interface Level {
  kind: string;
  /** Column of its dashes. */
  dash: number;
  items: OutlineItem[];
  /** Of its own items: `items` may hold those of other lists too. */
  count: number;
  parent: OutlineItem | undefined;
  /** The item that is being read, the column of its keys, and how good its label is. */
  item: OutlineItem | undefined;
  column: number;
  rank: number;
}

const space = 32;
const dash = 45;
const hash = 35;
const carriageReturn = 13;

/** Fields that name an entity, the best first. */
const labels = ['name', 'username', 'custom_id', 'target', 'group', 'prefix', 'kid', 'id'];
/** Those that are shown as the entity's place; the others are not for reading. */
const selected: ReadonlySet<string | undefined> = new Set(['name', 'username', 'target']);

/**
 * Reads the outline of block-style YAML in one look at its lines: only those that are indented no deeper than the keys of an
 * entity count, so that what strings and configurations hold is passed over.
 * @param deepest how deep entities are nested that are read: 1 for those at the top alone.
 * @returns undefined for a text in another style, such as JSON.
 */
export function* scanOutline(document: OpenDocument, deepest = Infinity): Steps<OutlineList[] | undefined> {
  const { text } = document;
  const start = text.slice(0, 1000).trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return undefined;
  const scanner = new Scanner(text.slice(0, text.length), kindsOf(document.kind, document.facts), deepest);
  while (scanner.readLines(linesAtAStretch)) yield;
  return scanner.end();
}

/** Lines of which some milliseconds are full. */
const linesAtAStretch = 3000;

/** Kinds of entities at the top, and of those in an entity of a kind. */
interface Kinds {
  top: ReadonlySet<string>;
  nested(kind: string): ReadonlySet<string>;
}

function kindsOf(kind: FileKind, facts: SchemaFacts): Kinds {
  const nesting = nestingOf(kind, facts);
  const known = new Map<string, ReadonlySet<string>>();
  const nested = (parent: string): ReadonlySet<string> => {
    let kinds = known.get(parent);
    if (!kinds) known.set(parent, (kinds = new Set(nesting(parent).map(({ key }) => key))));
    return kinds;
  };
  return { top: new Set(topLevelKinds(kind, facts)), nested };
}

/** Reads a text piece by piece. Lines count from the start of the piece. */
export interface PieceScanner {
  /** The list that an entry of the top is, with the items that stand in the piece itself. */
  list(piece: Piece): OutlineList | undefined;
  /** An item of a list at the top. */
  item(piece: Piece): OutlineItem | undefined;
}

/** @param deepest how deep entities are nested that are read. */
export function pieceScanner({ kind, facts }: OpenDocument, deepest = Infinity): PieceScanner {
  const kinds = kindsOf(kind, facts);
  return {
    list: ({ text }) => new Scanner(text, kinds, deepest).scan()[0],
    item: ({ text, key = '' }) => new Scanner(text, kinds, deepest).scanItem(key),
  };
}

class Scanner {
  private readonly lists: OutlineList[] = [];
  private readonly levels: Level[] = [];
  /** A key whose list is to come. */
  private pending: { kind: string; column: number } | undefined;
  private list: OutlineList | undefined;
  private line = 0;
  /** Where it starts in the text. */
  private start = 0;
  /** Where the last text ended. */
  private readonly last: Position = { line: 0, character: 0 };

  constructor(
    private readonly text: string,
    private readonly kinds: Kinds,
    private readonly deepest: number,
  ) {}

  scanItem(kind: string): OutlineItem | undefined {
    const nowhere = { start: this.last, end: this.last };
    this.list = { kind, keyRange: nowhere, range: nowhere, items: [] };
    this.pending = { kind, column: 0 };
    const { items } = this.list;
    this.scan();
    return items[0];
  }

  scan(): OutlineList[] {
    this.readLines(Infinity);
    return this.end();
  }

  /** @returns false where the text or the document ends. */
  readLines(most: number): boolean {
    const { text } = this;
    for (const until = this.line + most; this.start < text.length; this.line++) {
      if (this.line === until) return true;
      const { start } = this;
      const found = text.indexOf('\n', start);
      const next = found < 0 ? text.length + 1 : found + 1;
      let end = next - 1;
      if (text.charCodeAt(end - 1) === carriageReturn) end--;
      let at = start;
      while (text.charCodeAt(at) === space) at++;
      if (at < end && text.charCodeAt(at) !== hash && !this.readLine(start, at, end)) return false;
      this.start = next;
    }
    return false;
  }

  end(): OutlineList[] {
    this.close(-1);
    this.endList();
    return this.lists;
  }

  /** @returns false where the document ends. */
  private readLine(start: number, at: number, end: number): boolean {
    const { text } = this;
    let column = at - start;
    let level = this.levels.at(-1);
    if (this.pending || column <= (level ? level.column : 0)) {
      const isItem = text.charCodeAt(at) === dash && (at + 1 >= end || text.charCodeAt(at + 1) === space);
      if (this.pending) this.open(column, isItem);
      this.close(isItem ? column : column - 0.5);
      level = this.levels.at(-1);
      if (column === 0 && !isItem) {
        if (text.startsWith('---', at) || text.startsWith('...', at)) return this.lists.length === 0;
        this.endList();
        this.readTopKey(start, at, end);
      } else if (level && isItem && column === level.dash) {
        at++;
        while (at < end && text.charCodeAt(at) === space) at++;
        column = at - start;
        this.startItem(level, start, at, end);
        this.readKey(level, start, at, end);
      } else if (level?.item && column === level.column) this.readKey(level, start, at, end);
    }
    while (end > at && text.charCodeAt(end - 1) <= space) end--;
    this.last.line = this.line;
    this.last.character = end - start;
    return true;
  }

  /** Starts the list of a key, if this is its first item. */
  private open(column: number, isItem: boolean): void {
    const { pending } = this;
    this.pending = undefined;
    if (!pending || !isItem || column < pending.column) return;
    const above = this.levels.at(-1);
    const items = above?.item?.children ?? this.list?.items;
    if (!items) return;
    const { kind } = pending;
    this.levels.push({ kind, dash: column, items, count: 0, parent: above?.item, item: undefined, column, rank: 0 });
  }

  /** Ends the lists whose dashes stand deeper than a column. */
  private close(column: number): void {
    for (let level = this.levels.at(-1); level && level.dash > column; level = this.levels.at(-1)) {
      this.endItem(level);
      this.levels.pop();
    }
  }

  private startItem(level: Level, start: number, at: number, end: number): void {
    this.endItem(level);
    const { line } = this;
    const range = { start: { line, character: at - start }, end: { line, character: end - start } };
    const { kind, items, parent } = level;
    level.item = { kind, index: level.count++, parent, label: undefined, range, labelRange: range, children: [] };
    level.column = at - start;
    level.rank = labels.length;
    items.push(level.item);
    if (this.text.charCodeAt(at) === 123) this.readFlowItem(level, at, end);
  }

  /** `- { name: a, … }`. */
  private readFlowItem(level: Level, at: number, end: number): void {
    const found = /[{,]\s*(?:name|username|target)\s*:\s*["']?([^"',}]+)/.exec(this.text.slice(at, end));
    if (found && level.item) level.item.label = found[1]?.trim();
  }

  private endItem(level: Level): void {
    if (!level.item) return;
    level.item.range.end.line = this.last.line;
    level.item.range.end.character = this.last.character;
    level.item = undefined;
  }

  private endList(): void {
    if (this.list) this.list.range.end = { ...this.last };
    this.list = undefined;
  }

  private readTopKey(start: number, at: number, end: number): void {
    const key = this.keyAt(at, end);
    if (key === undefined || !this.kinds.top.has(key)) return;
    const { line } = this;
    const from = { line, character: at - start };
    const to = { line, character: at - start + key.length };
    this.list = { kind: key, keyRange: { start: from, end: to }, range: { start: from, end: to }, items: [] };
    this.lists.push(this.list);
    if (this.isEmptyBehind(at + key.length + 1, end)) this.pending = { kind: key, column: 0 };
  }

  private readKey(level: Level, start: number, at: number, end: number): void {
    const key = this.keyAt(at, end);
    if (key === undefined || !level.item) return;
    const rank = labels.indexOf(key);
    if (rank >= 0 && rank < level.rank) this.readLabel(level, level.item, rank, start, at + key.length + 1, end);
    if (this.levels.length >= this.deepest || !this.kinds.nested(level.kind).has(key)) return;
    if (this.isEmptyBehind(at + key.length + 1, end)) this.pending = { kind: key, column: level.column };
  }

  /** A plain key: those of entities are never written otherwise. */
  private keyAt(at: number, end: number): string | undefined {
    const colon = this.text.indexOf(':', at);
    return colon > at && colon < end ? this.text.slice(at, colon) : undefined;
  }

  private isEmptyBehind(at: number, end: number): boolean {
    let from = at;
    while (from < end && this.text.charCodeAt(from) === space) from++;
    return from >= end || this.text.charCodeAt(from) === hash;
  }

  private readLabel(level: Level, item: OutlineItem, rank: number, start: number, at: number, end: number): void {
    const behind = this.text.slice(at, end);
    const [, blanks = '', quoted, plain] =
      /^(\s+)(?:("(?:[^"\\]|\\.)*"|'[^']*')|([^\s#"'|>&*].*?))\s*(?:\s#.*)?$/.exec(behind) ?? [];
    const written = quoted ?? plain;
    if (written === undefined) return;
    item.label = quoted === undefined ? written : quoted.slice(1, -1);
    level.rank = rank;
    if (!selected.has(labels[rank])) return;
    const { line } = this;
    const character = at + blanks.length - start;
    item.labelRange = { start: { line, character }, end: { line, character: character + written.length } };
  }
}
