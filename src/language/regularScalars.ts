import { unusual } from './regularMemory.js';
import { foldBlock, foldQuoted, unescaped } from './regularText.js';

const [lineBreak, carriageReturn, blank, doubleQuote, backslash] = [10, 13, 32, 34, 92];

/** A scalar of more than one word, and where reading goes on. */
export interface ScalarRead {
  value: string;
  end: number;
}

/** A text in quotes. `end` is behind the closing one. @throws `unusual` where none closes it. */
export function readQuoted(text: string, start: number, quote: number, column: number): ScalarRead {
  const double = quote === doubleQuote;
  let at = start + 1;
  let isSimple = true;
  let isFolded = false;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (double || text.charCodeAt(at + 1) !== quote) break;
      isSimple = false;
      at++;
    } else if (code === backslash && double) {
      isSimple = false;
      if (text.charCodeAt(++at) <= carriageReturn) isFolded = true;
    } else if (code === lineBreak) isFolded = true;
    else if (code !== code) throw unusual;
  }
  const inside = text.slice(start + 1, at);
  const end = at + 1;
  if (isSimple && !isFolded) return { value: inside, end };
  const line = isFolded ? foldQuoted(inside, column, double) : inside;
  return { value: double ? unescaped(line) : line.replaceAll("''", "'"), end };
}

/**
 * A block of lines behind `|` or `>`.
 * @param headEnd where the line with that mark ends. `end` is where the last line of the block does.
 */
export function readLines(text: string, headEnd: number, column: number, header: string): ScalarRead {
  const lines: string[] = [];
  let indent = -1;
  let end = headEnd;
  for (let from = end + 1; from < text.length; from = end + 1) {
    const found = text.indexOf('\n', from);
    const lineEnd = found < 0 ? text.length : found;
    const last = text.charCodeAt(lineEnd - 1) === carriageReturn ? lineEnd - 1 : lineEnd;
    let at = from;
    while (text.charCodeAt(at) === blank) at++;
    if (at === last) {
      if (indent < 0 || at - from > indent) throw unusual;
    } else {
      if (indent < 0) indent = at - from;
      if (at - from < indent) break;
    }
    lines.push(text.slice(from + indent, last));
    end = lineEnd;
  }
  if (indent <= column) throw unusual;
  return { value: joined(lines, header), end };
}

function joined(lines: string[], header: string): string {
  let blanks = 0;
  while (lines.at(-1) === '') {
    lines.pop();
    blanks++;
  }
  const whole = header.startsWith('>') ? foldBlock(lines) : lines.join('\n');
  if (header.endsWith('-')) return whole;
  return header.endsWith('+') ? whole + '\n'.repeat(blanks + 1) : `${whole}\n`;
}
