import { LineIndex } from '../lineIndex.js';
import type { Span } from '../tree.js';

/** A line `name = value` of a kong.conf. */
export interface ConfProperty extends Span {
  /** As Kong calls it: whatever is neither letter nor digit is `_`. */
  name: string;
  /** As it is written. */
  key: Span;
  /** Without the blanks around it and the comment behind it; empty where nothing stands there. */
  value: Span;
  /** As Kong reads it. */
  text: string;
  /** Where a `#` right behind other text ends the value, which may be meant to be part of it. */
  cut?: number;
  /** True below a `[section]`, where Kong does not look. */
  lost: boolean;
}

/** A heading in comments, as Kong's own file has them. */
export interface ConfHeading extends Span {
  title: string;
}

/** What a kong.conf is made of, in the order of the text. Spans are offsets. */
export interface ConfFile {
  text: string;
  lines: LineIndex;
  properties: ConfProperty[];
  headings: ConfHeading[];
  /** Lines that are neither a property nor a comment. */
  strays: Span[];
  /** Lines such as `[name]`, which begin a section. */
  sections: Span[];
}

const rule = /^\s*#\s*-{5,}\s*$/;
const headingText = /^\s*#\s*(\S.*?)\s*$/;

/** Reads a text as Kong reads its kong.conf. Never throws. */
export function readConf(text: string, lines = new LineIndex(text)): ConfFile {
  const file: ConfFile = { text, lines, properties: [], headings: [], strays: [], sections: [] };
  for (let line = 0; line < lines.lineCount; line++) {
    const start = lines.lineStart(line);
    const end = lines.lineEnd(line);
    const written = text.slice(start, end);
    if (isHeading(file, line)) file.headings.push({ title: headingText.exec(written)?.[1] ?? '', start, end });
    if (isSilent(written)) continue;
    const last = lastLineOf(file, line);
    readEntry(file, line, last);
    line = last;
  }
  return file;
}

/** Blank, or a comment. */
const isSilent = (line: string): boolean => /^\s*(?:[;#].*)?$/.test(line);

const lineText = ({ text, lines }: ConfFile, line: number): string =>
  line < 0 || line >= lines.lineCount ? '' : text.slice(lines.lineStart(line), lines.lineEnd(line));

/** A comment between two rules of hyphens. */
function isHeading(file: ConfFile, line: number): boolean {
  const own = lineText(file, line);
  return (
    headingText.test(own) &&
    !rule.test(own) &&
    rule.test(lineText(file, line - 1)) &&
    rule.test(lineText(file, line + 1))
  );
}

/** A `\` at the end of a line goes on with the next one; comments and blank lines between them do not count. */
function lastLineOf(file: ConfFile, first: number): number {
  let last = first;
  for (let line = first; line < file.lines.lineCount; line++) {
    const written = lineText(file, line);
    if (line > first && isSilent(written)) continue;
    last = line;
    if (!/\\\s*$/.test(written)) break;
  }
  return last;
}

function readEntry(file: ConfFile, first: number, last: number): void {
  const start = file.lines.lineStart(first);
  const end = file.lines.lineEnd(last);
  const written = lineText(file, first);
  if (/^\[[^\]]+\]/.test(written)) {
    file.sections.push({ start, end });
    return;
  }
  const equals = written.indexOf('=');
  const from = start + (/^\s*/.exec(written)?.[0].length ?? 0);
  if (equals < 0 || written.slice(0, equals).trim() === '') {
    file.strays.push({ start: from, end });
    return;
  }
  const key = trimmed(file.text, start, start + equals);
  const joined = joinedFrom(file, first, last, equals + 1);
  const { text, cut } = withoutComment(joined);
  const value =
    first === last
      ? trimmed(file.text, start + equals + 1, start + equals + 1 + joined.length - commentLength(joined))
      : trimmed(file.text, start + equals + 1, end);
  file.properties.push({
    name: file.text.slice(key.start, key.end).replace(/[^A-Za-z0-9]/g, '_'),
    key,
    value,
    text,
    lost: file.sections.length > 0,
    start: from,
    end,
    ...(cut !== undefined && first === last && { cut: start + equals + 1 + cut }),
  });
}

/** What stands behind the `=`, in one line. */
function joinedFrom(file: ConfFile, first: number, last: number, offset: number): string {
  let joined = '';
  for (let line = first; line <= last; line++) {
    const written = lineText(file, line);
    if (line > first && isSilent(written)) continue;
    const own = line === first ? written.slice(offset) : written;
    joined += line === last ? own : own.replace(/\\\s*$/, '');
  }
  return joined;
}

const comment = /(?<!\\)#.*$/;

const commentLength = (written: string): number => comment.exec(written)?.[0].length ?? 0;

function withoutComment(written: string): { text: string; cut?: number } {
  const found = comment.exec(written);
  const kept = found ? written.slice(0, found.index) : written;
  const text = kept.trim().replaceAll('\\#', '#');
  return found && /\S$/.test(kept) ? { text, cut: found.index } : { text };
}

function trimmed(text: string, start: number, end: number): Span {
  const written = text.slice(start, end);
  const blanks = /^\s*/.exec(written)?.[0].length ?? 0;
  return { start: start + blanks, end: start + Math.max(blanks, written.trimEnd().length) };
}

/** The property that counts: of several with one name the last. */
export function lastOf({ properties }: ConfFile, name: string): ConfProperty | undefined {
  return properties.findLast((property) => property.name === name && !property.lost);
}
