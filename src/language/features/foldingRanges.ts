import { FoldingRangeKind } from 'vscode-languageserver-types';
import type { FoldingRange } from 'vscode-languageserver-types';
import type { OpenDocument, Piece } from '../openDocument.js';
import { atOnce, type Steps } from '../steps.js';

/** Ranges that an editor takes when it does not say how many. */
const usual = 5000;

/**
 * What can be folded: whatever is indented below a line (entities, lists, block scalars, certificates), brackets over several
 * lines, and comments. Read from the lines alone, so that it works while something is being typed.
 * @param most as many as the client takes: of more, the outermost.
 */
export function* foldingRanges({ text, pieces }: OpenDocument, most = usual): Steps<FoldingRange[]> {
  const few = pieces && (yield* foldsOfItems(pieces, most));
  return few ?? outermost(yield* foldsIn(text.slice(0, text.length)), most);
}

/** Lines and pieces of which some milliseconds are full. */
const atAStretch = { lines: 5000, pieces: 200 };

function* foldsIn(all: string): Steps<Fold[]> {
  const reader = new FoldReader();
  let line = 0;
  for (let start = 0; start < all.length; line++) {
    const next = all.indexOf('\n', start);
    const end = next < 0 ? all.length : next;
    reader.read(line, all, start, end);
    if (line % atAStretch.lines === 0) yield;
    start = end + 1;
  }
  return reader.finish(line);
}

/** Where the items of lists at the top are as many as the client takes, nothing inside of them counts. */
function* foldsOfItems(pieces: Iterable<Piece>, most: number): Steps<FoldingRange[] | undefined> {
  const folds: Fold[] = [];
  let head: Fold | undefined;
  let items = 0;
  let count = 0;
  for (const { text, breaks, isItem, startLine } of pieces) {
    if (++count % atAStretch.pieces === 0) yield;
    // Lines that tabs indent are part of an item that they need not be deeper than.
    if (text.includes('\t')) return undefined;
    if (!isItem) {
      const own = atOnce(foldsIn(text)).map((fold) => ({
        ...fold,
        startLine: fold.startLine + startLine,
        endLine: fold.endLine + startLine,
      }));
      folds.push(...own);
      head = own.find((fold) => fold.startLine === startLine && !fold.kind);
      // A list whose items stand in pieces of their own.
      if (!head) folds.push((head = { startLine, endLine: startLine, depth: 0 }));
      continue;
    }
    const endLine = startLine + lastLineOf(text, breaks);
    if (head) head.endLine = endLine;
    if (endLine > startLine && ++items <= most) folds.push({ startLine, endLine, depth: 1 });
  }
  if (items < most) return undefined;
  const shown = folds.filter(({ startLine, endLine }) => endLine > startLine);
  return outermost(
    shown.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine),
    most,
  );
}

/** The last line of a piece that is neither blank nor a comment. */
function lastLineOf(text: string, breaks: number): number {
  let line = breaks;
  for (let end = text.length; line > 0; line--) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    let at = start;
    while (text.charCodeAt(at) === 32) at++;
    const code = text.charCodeAt(at);
    if (at < end && code !== hash && code !== 13) break;
    end = start - 1;
  }
  return line;
}

interface Fold extends FoldingRange {
  depth: number;
}

interface Open {
  line: number;
  indent: number;
  isItem: boolean;
}

const dash = 45;
const hash = 35;
const closing = new Set([93, 125]);

class FoldReader {
  private readonly folds: Fold[] = [];
  /** Lines that what follows may be below. */
  private readonly open: Open[] = [];
  private comment: number | undefined;
  private lastText = 0;

  read(line: number, text: string, start: number, end: number): void {
    let at = start;
    while (at < end && text.charCodeAt(at) === 32) at++;
    const code = text.charCodeAt(at);
    if (at >= end || code === 13) return this.endComment(line);
    if (code === hash) {
      this.comment ??= line;
      return;
    }
    this.endComment(line);
    const indent = at - start;
    const isItem = code === dash && text.charCodeAt(at + 1) <= 32;
    // A closing bracket belongs to the line that opened it.
    this.close(indent, isItem, closing.has(code) ? line - 1 : this.lastText);
    this.open.push({ line, indent, isItem });
    // The keys of an item stand deeper than its dash: what hangs on the first is below it, not below the item alone.
    const inner = isItem ? columnOfContent(text, at, end) - start : indent;
    if (inner > indent) this.open.push({ line, indent: inner, isItem: false });
    this.lastText = line;
  }

  finish(lines: number): Fold[] {
    this.endComment(lines);
    this.close(-1, false, this.lastText);
    return this.folds.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  }

  private close(indent: number, isItem: boolean, endLine: number): void {
    for (let top = this.open.at(-1); top; top = this.open.at(-1)) {
      // A list may stand as deep as the key that it belongs to.
      const isBelow = indent > top.indent || (indent === top.indent && isItem && !top.isItem);
      if (isBelow) return;
      this.open.pop();
      if (endLine > top.line) this.add(top.line, endLine, this.open.length);
    }
  }

  private add(startLine: number, endLine: number, depth: number): void {
    const before = this.folds.at(-1);
    // An item and its first key start on one line: the larger one counts.
    if (before?.startLine === startLine && before.endLine <= endLine) this.folds.pop();
    this.folds.push({ startLine, endLine, depth });
  }

  private endComment(line: number): void {
    if (this.comment !== undefined && line - 1 > this.comment) {
      const kind = FoldingRangeKind.Comment;
      this.folds.push({ startLine: this.comment, endLine: line - 1, kind, depth: this.open.length });
    }
    this.comment = undefined;
  }
}

function columnOfContent(text: string, at: number, end: number): number {
  let column = at + 1;
  while (column < end && text.charCodeAt(column) === 32) column++;
  return column < end ? column : at;
}

function outermost(folds: readonly Fold[], most: number): FoldingRange[] {
  const perDepth: number[] = [];
  for (const { depth } of folds) perDepth[depth] = (perDepth[depth] ?? 0) + 1;
  let sum = 0;
  let deepest = 0;
  while (deepest < perDepth.length && sum + (perDepth[deepest] ?? 0) <= most) sum += perDepth[deepest++] ?? 0;
  const left = { count: most - sum };
  const fits = ({ depth }: Fold): boolean => depth < deepest || (depth === deepest && left.count-- > 0);
  return folds.filter(fits).map(({ startLine, endLine, kind }) => ({ startLine, endLine, ...(kind && { kind }) }));
}
