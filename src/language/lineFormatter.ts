import type { TextEdit } from 'vscode-languageserver-types';
import type { TextView } from './openDocument.js';
import type { ContinuedLines } from './textLines.js';

/** Where a map or list stands, and where it is to stand. */
interface Column {
  old: number;
  now: number;
}

const linePattern = /^(\s*)((?:-(?:\s+|$))*)(.*)$/;
const spaced = /^((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#:{}[\],&*!|>%@`-][^"':#]*?)\s*:)[ \t]{2,}(?=[^\s#])/;
const marker = /^(?:---|\.\.\.|%)/;

/** Indents lines anew, level by level, and takes out blanks that say nothing. */
export class LineFormatter {
  private readonly edits: TextEdit[] = [];
  private readonly columns: Column[] = [];
  /** By how much a line was moved, for the lines that go on with it. */
  private readonly moved = new Map<number, number>();
  private comments: number[] = [];
  private blanks = 0;

  /** @param isPart True for lines of the middle of a text: those that are furthest out stay where they are. */
  constructor(
    private readonly text: TextView,
    private readonly continued: ContinuedLines,
    private readonly options: { tabSize: number },
    private readonly isPart = false,
  ) {}

  /** @param end exclusive. */
  format(start: number, end: number): TextEdit[] {
    for (let line = start; line < end; line++) this.take(line);
    this.placeComments(undefined);
    if (!this.isPart) this.endOfText();
    return this.edits;
  }

  private take(line: number): void {
    const written = this.text.line(line);
    const owner = this.continued.get(line);
    if (owner !== undefined) {
      this.blanks = 0;
      this.goOn(line, written, this.moved.get(owner) ?? 0);
      return;
    }
    if (line === 0 && written.startsWith('\ufeff')) {
      // The mark of the encoding would be taken for a blank.
      this.columns.push({ old: 0, now: 0 });
      return;
    }
    const indent = written.search(/\S/);
    if (indent < 0) {
      this.blank(line, written);
      return;
    }
    this.blanks = 0;
    if (written[indent] === '#') this.comments.push(line);
    else if (marker.test(written)) {
      this.placeComments(undefined);
      this.columns.length = 0;
    } else this.indent(line, written);
  }

  /** Of several blank lines one stays. */
  private blank(line: number, written: string): void {
    this.blanks++;
    if (this.blanks > 1 && line > 0) {
      const end = this.text.line(line - 1).length;
      this.edits.push({
        range: { start: { line: line - 1, character: end }, end: { line, character: written.length } },
        newText: '',
      });
    } else if (written !== '') this.replace(line, 0, written.length, '');
  }

  private goOn(line: number, written: string, by: number): void {
    if (by === 0 || written.trim() === '') return;
    const indent = written.search(/\S/);
    if (by > 0) this.replace(line, 0, 0, ' '.repeat(by));
    else this.replace(line, 0, Math.min(indent, -by), '');
  }

  private indent(line: number, written: string): void {
    const [, blanks = '', dashes = '', rest = ''] = linePattern.exec(written) ?? [];
    const old = blanks.length;
    const from = this.columns.slice();
    const now = this.columnOf(old);
    this.placeComments({ old, now, from });
    let at = now;
    let oldAt = old;
    for (const dash of dashes.match(/-\s*/g) ?? []) {
      oldAt += dash.length;
      at += 2;
      if (rest !== '') this.push({ old: oldAt, now: at });
    }
    this.moved.set(line, at - oldAt);
    const count = dashes.match(/-/g)?.length ?? 0;
    const start =
      ' '.repeat(now) +
      (rest === '' ? `${'- '.repeat(Math.max(0, count - 1))}${count > 0 ? '-' : ''}` : '- '.repeat(count));
    this.replace(line, 0, blanks.length + dashes.length, start);
    const gap = spaced.exec(rest);
    if (gap) {
      const keyEnd = blanks.length + dashes.length + (gap[1]?.length ?? 0);
      this.replace(line, keyEnd, blanks.length + dashes.length + gap[0].length, ' ');
    }
    const kept = written.trimEnd().length;
    if (kept < written.length && kept > blanks.length + dashes.length) this.replace(line, kept, written.length, '');
  }

  /** The column that a map or list which stands at another comes to. */
  private columnOf(old: number): number {
    while ((this.columns.at(-1)?.old ?? -1) > old) this.columns.pop();
    const top = this.columns.at(-1);
    if (top?.old === old) return top.now;
    const outermost = this.isPart ? old : 0;
    const now = top ? top.now + this.options.tabSize : outermost;
    this.columns.push({ old, now });
    return now;
  }

  private push(column: Column): void {
    while ((this.columns.at(-1)?.old ?? -1) >= column.old) this.columns.pop();
    this.columns.push(column);
  }

  /** Comments go with what follows them, where they stand as deep, else with what they stand below. */
  private placeComments(next: (Column & { from: readonly Column[] }) | undefined): void {
    const from = next?.from ?? this.columns;
    for (const line of this.comments) {
      const written = this.text.line(line);
      const old = written.search(/\S/);
      const level = from.findLast((column) => column.old <= old);
      const now =
        next?.old === old
          ? next.now
          : level?.old === old
            ? level.now
            : next && next.old > old
              ? old
              : (level?.now ?? 0) + (old - (level?.old ?? old));
      this.replace(line, 0, old, ' '.repeat(Math.max(0, now)));
      const kept = written.trimEnd().length;
      if (kept < written.length) this.replace(line, kept, written.length, '');
    }
    this.comments = [];
  }

  /** One line break, and no blank lines before it. */
  private endOfText(): void {
    const last = this.text.lineCount - 1;
    if (this.text.line(last) !== '' && !this.continued.has(last)) {
      const end = { line: last, character: this.text.line(last).length };
      if (this.text.line(last).trim() !== '') this.edits.push({ range: { start: end, end }, newText: '\n' });
    }
  }

  private replace(line: number, start: number, end: number, newText: string): void {
    if (this.text.line(line).slice(start, end) === newText) return;
    this.edits.push({ range: { start: { line, character: start }, end: { line, character: end } }, newText });
  }
}
