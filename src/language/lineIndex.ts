import type { Position, Range } from './diagnostic.js';

/** Where lines start in a text, to turn offsets into positions and back. `\n`, `\r\n` and `\r` end a line, as in LSP. */
export class LineIndex {
  private known: Uint32Array | undefined;

  constructor(private readonly text: string) {}

  /** Found when somebody first asks: most files have nothing to be said about. */
  private get starts(): Uint32Array {
    return (this.known ??= lineStarts(this.text));
  }

  get lineCount(): number {
    return this.starts.length;
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    // A line has no place behind its break, nor inside of it.
    return { line: low, character: Math.min(at, this.lineEnd(low)) - this.starts[low]! };
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** Positions past the end of a line or of the text count as that end. */
  offset({ line, character }: Position): number {
    const start = this.starts[line];
    if (start === undefined) return this.text.length;
    return Math.max(start, Math.min(start + character, this.lineEnd(line)));
  }

  lineStart(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** Before the line break. */
  lineEnd(line: number): number {
    let end = this.starts[line + 1] ?? this.text.length;
    while (end > this.lineStart(line) && /[\r\n]/.test(this.text[end - 1]!)) end--;
    return end;
  }
}

function lineStarts(text: string): Uint32Array {
  const starts = new StartList(text);
  // One search for a whole line is quicker than a look at each character.
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.add(at + 1);
    return starts.all;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.add(i + 1);
  }
  return starts.all;
}

/** Grows at most once: a text may have as many lines as characters, and as a list of numbers they would fill the memory. */
class StartList {
  private starts: Uint32Array;
  private count = 1;

  constructor(private readonly text: string) {
    this.starts = new Uint32Array(Math.ceil(text.length / 20) + 16);
  }

  get all(): Uint32Array {
    return this.starts.subarray(0, this.count);
  }

  add(start: number): void {
    if (this.count === this.starts.length) this.grow(start);
    this.starts[this.count++] = start;
  }

  private grow(from: number): void {
    let breaks = 1;
    for (let at = from; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10 || code === 13) breaks++;
    }
    const grown = new Uint32Array(this.count + breaks);
    grown.set(this.starts);
    this.starts = grown;
  }
}
