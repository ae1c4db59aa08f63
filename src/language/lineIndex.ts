import type { Position, Range } from './diagnostic.js';

/** Where lines start in a text, to turn offsets into positions and back. `\n`, `\r\n` and `\r` end a line, as in LSP. */
export class LineIndex {
  private known: LineStarts | undefined;

  constructor(private readonly text: string) {}

  /** Made when somebody first asks: most files have nothing to be said about. */
  private get starts(): LineStarts {
    return (this.known ??= new LineStarts(this.text));
  }

  get lineCount(): number {
    return this.starts.count;
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = this.starts.lineOf(at);
    // A line has no place behind its break, nor inside of it.
    return { line, character: Math.min(at, this.lineEnd(line)) - this.lineStart(line) };
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** Positions past the end of a line or of the text count as that end. */
  offset({ line, character }: Position): number {
    const start = this.starts.of(line);
    if (start === undefined) return this.text.length;
    return Math.max(start, Math.min(start + character, this.lineEnd(line)));
  }

  lineStart(line: number): number {
    return this.starts.of(line) ?? this.text.length;
  }

  /** Before the line break. */
  lineEnd(line: number): number {
    let end = this.starts.of(line + 1) ?? this.text.length;
    while (end > this.lineStart(line) && /[\r\n]/.test(this.text[end - 1]!)) end--;
    return end;
  }
}

/** Where lines start, found only as far as somebody asks: of a large file often no more than its beginning. */
class LineStarts {
  private starts: Uint32Array;
  private found = 1;
  private readonly hasReturns: boolean;

  constructor(private readonly text: string) {
    this.starts = new Uint32Array(Math.ceil(text.length / 20) + 16);
    this.hasReturns = text.includes('\r');
  }

  get count(): number {
    while (this.findNext());
    return this.found;
  }

  /** Undefined for a line that is not there. */
  of(line: number): number | undefined {
    while (this.found <= line) if (!this.findNext()) return undefined;
    return this.starts[line];
  }

  lineOf(offset: number): number {
    while (this.starts[this.found - 1]! <= offset && this.findNext());
    let low = 0;
    let high = this.found - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private findNext(): boolean {
    const lineBreak = this.nextBreak(this.starts[this.found - 1]!);
    if (lineBreak < 0) return false;
    if (this.found === this.starts.length) this.grow(lineBreak);
    this.starts[this.found++] = lineBreak + 1;
    return true;
  }

  /** The last character of the next line break from an offset on; -1 when there is none. */
  private nextBreak(from: number): number {
    // One search for a whole line is quicker than a look at each character.
    if (!this.hasReturns) return this.text.indexOf('\n', from);
    for (let at = from; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10 || (code === 13 && this.text.charCodeAt(at + 1) !== 10)) return at;
    }
    return -1;
  }

  /** At most once: a text may have as many lines as characters, and as a list of numbers they would fill the memory. */
  private grow(from: number): void {
    let breaks = 1;
    for (let at = from; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10 || code === 13) breaks++;
    }
    const grown = new Uint32Array(this.found + breaks);
    grown.set(this.starts);
    this.starts = grown;
  }
}
