import type { Position } from './diagnostic.js';
import type { Part, TextView } from './openDocument.js';

/** Braces or brackets around the cursor. */
export interface FlowLevel {
  list: boolean;
  /** Keys of a map, with the text of their values where those are plain. */
  keys: Map<string, string>;
  /** The key whose value the cursor is in. */
  at: string | undefined;
}

export interface FlowCursor {
  /** The line on which the outermost brace or bracket stands; undefined where the file is one in braces. */
  line: number | undefined;
  /** The key that the outermost brace or bracket is the value of, on its line. */
  key: string | undefined;
  /** From the outermost inwards; at least one. */
  levels: FlowLevel[];
  typed: { word: string; quote: '"' | "'" | '' };
  /** Column of the word. */
  column: number;
}

const start = /^(\s*(?:-(?:\s+|$))*)(.*)$/;
const keyBefore = /^(["']?)([^\s"'#:{}[\],&*!|>%@`][^"':]*?)\1\s*:\s+/;
const blockHeader = /(?:^|[:-]\s+)[|>][-+0-9]*\s*(?:#.*)?$/;

/** Lines of a part beyond which the flow style in it is not read: nobody types in there. */
const mostLines = 20_000;

/**
 * Where a position is in braces or brackets, the maps and lists around it.
 * @returns `text` in a comment and in a block of text; undefined for a place among lines.
 */
export function flowAt(text: TextView, part: Part, cursor: Position): FlowCursor | 'text' | undefined {
  if (cursor.line - part.startLine > mostLines) return undefined;
  for (let line = part.startLine; line <= cursor.line; line++) {
    const whole = text.line(line);
    const written = line === cursor.line ? whole.slice(0, cursor.character) : whole;
    const [, before = '', rest = ''] = start.exec(whole) ?? [];
    if (rest.startsWith('#')) {
      if (line === cursor.line && cursor.character > before.length) return 'text';
      continue;
    }
    if (blockHeader.test(whole)) {
      const end = endOfBlock(text, line, indentOf(before));
      if (cursor.line > line && cursor.line < end) return 'text';
      line = end - 1;
      continue;
    }
    const key = keyBefore.exec(rest);
    const opening = before.length + (key?.[0].length ?? 0);
    if (/^[{[]/.test(whole.slice(opening))) {
      const scan = new FlowScan();
      const end = scan.read(text, { line, character: opening }, cursor);
      if (end === undefined) {
        const isFile = key === null && before === '' && part.key === undefined;
        return { ...scan.result(), line: isFile ? undefined : line, key: key?.[2] };
      }
      line = end.line;
      if (end.line < cursor.line) continue;
    }
    if (line === cursor.line && /(?:^|\s)#/.test(withoutQuoted(written))) return 'text';
  }
  return undefined;
}

const indentOf = (before: string): number => /^\s*/.exec(before)?.[0].length ?? 0;

const withoutQuoted = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, 'x');

/** The first line after a block of text that is not part of it. */
function endOfBlock(text: TextView, header: number, indent: number): number {
  let line = header + 1;
  for (; line < text.lineCount; line++) {
    const written = text.line(line);
    if (written.trim() !== '' && (/^\s*/.exec(written)?.[0].length ?? 0) <= indent) break;
  }
  return line;
}

/** Reads braces and brackets up to the cursor, whatever is wrong with them. */
class FlowScan {
  private readonly open: FlowLevel[] = [];
  private word = '';
  private column = 0;
  private quote: '"' | "'" | '' = '';
  /** True behind a quoted word. */
  private closed = false;

  /** @returns where it all closes; undefined when the cursor comes first. */
  read(text: TextView, from: Position, cursor: Position): Position | undefined {
    for (let line = from.line; line <= cursor.line; line++) {
      const written = text.line(line);
      const end = line === cursor.line ? cursor.character : written.length;
      for (let at = line === from.line ? from.character : 0; at < end; at++) {
        if (this.quote === '' && written[at] === '#' && /^$|\s/.test(written[at - 1] ?? '')) break;
        if (this.quote === '"' && written[at] === '\\') {
          this.word += written.slice(at, at + 2);
          at++;
          continue;
        }
        this.take(written[at] ?? '', at);
        if (this.open.length === 0) return { line, character: at + 1 };
      }
      if (line < cursor.line) this.word += ' ';
    }
    return undefined;
  }

  result(): Omit<FlowCursor, 'line' | 'key'> {
    const word = this.quote === '' ? this.word.trimStart() : this.word;
    return { levels: this.open, typed: { word, quote: this.quote }, column: this.column };
  }

  private take(character: string, at: number): void {
    if (this.quote !== '') {
      if (character !== this.quote) this.word += character;
      else {
        this.quote = '';
        this.closed = true;
      }
      return;
    }
    switch (character) {
      case '"':
      case "'":
        if (this.word.trim() !== '') this.word += character;
        else {
          this.quote = character;
          this.begin(at);
        }
        return;
      case '{':
      case '[':
        // Templates such as `${{ … }}` are text.
        this.open.push({ list: character === '[', keys: new Map(), at: undefined });
        this.begin(at);
        return;
      case '}':
      case ']':
        this.endValue();
        this.open.pop();
        this.begin(at);
        return;
      case ',':
        this.endValue();
        this.begin(at);
        return;
      case ':':
        this.colon(at);
        return;
      default:
        if (this.word.trim() === '' && !this.closed) this.column = at;
        this.word += character;
    }
  }

  private begin(at: number): void {
    this.word = '';
    this.closed = false;
    this.column = at + 1;
  }

  private colon(at: number): void {
    const level = this.open.at(-1);
    if (!level || level.list || level.at !== undefined) {
      this.word += ':';
      return;
    }
    level.at = this.word.trim();
    level.keys.set(level.at, '');
    this.begin(at);
  }

  private endValue(): void {
    const level = this.open.at(-1);
    if (!level || level.at === undefined) return;
    level.keys.set(level.at, this.word.trim());
    level.at = undefined;
  }
}
