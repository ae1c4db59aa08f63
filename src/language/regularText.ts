import { unusual } from './regularMemory.js';

// Text that goes over several lines, and what stands behind a backslash.

const simpleEscapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};

/** Sticky. */
const escape = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/y;
/** To join pieces now and then takes less memory than to join millions at the end. */
const joinedAtOnce = 10_000;

/** What stands in double quotes. @throws `unusual` for what YAML has no meaning for. */
export function unescaped(inside: string): string {
  let slash = inside.indexOf('\\');
  if (slash < 0) return inside;
  const joined: string[] = [];
  let pieces: string[] = [];
  let at = 0;
  for (; slash >= 0; slash = inside.indexOf('\\', at)) {
    escape.lastIndex = slash;
    const match = escape.exec(inside);
    if (!match) throw unusual;
    pieces.push(inside.slice(at, slash), meaningOf(match));
    at = slash + match[0].length;
    if (pieces.length >= joinedAtOnce) {
      joined.push(pieces.join(''));
      pieces = [];
    }
  }
  return `${joined.join('')}${pieces.join('')}${inside.slice(at)}`;
}

function meaningOf([, x, u, U, simple]: RegExpExecArray): string {
  const code = simple === undefined ? parseInt(x ?? u ?? U ?? '', 16) : 0;
  const meant = simple === undefined ? undefined : simpleEscapes[simple];
  if (code > 0x10ffff || (simple !== undefined && meant === undefined)) throw unusual;
  return meant ?? String.fromCodePoint(code);
}

/**
 * The lines of a quoted text as one: a line break is a blank, and each empty line a line break.
 * @param column that lines after the first are indented more than.
 */
export function foldQuoted(inside: string, column: number, double: boolean): string {
  const lines = inside.split(/\r?\n/);
  let text = '';
  let breaks = -1;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const content = index === 0 ? line : line.replace(/^[ \t]+/, '');
    if (index > 0 && (content !== '' || isLast) && line.search(/[^ ]|$/) <= column) throw unusual;
    if (content === '' && index > 0 && !isLast) {
      breaks++;
      continue;
    }
    if (breaks >= 0) text += breaks === 0 ? ' ' : '\n'.repeat(breaks);
    breaks = 0;
    if (isLast) text += content;
    else if (double && /(?:^|[^\\])(?:\\\\)*\\$/.test(content)) {
      text += content.slice(0, -1);
      breaks = -1;
    } else if (double && /\\[ \t]+$/.test(content)) throw unusual;
    else text += content.replace(/[ \t]+$/, '');
  }
  return text;
}

/** The lines of a `>` block as one: lines that are indented more than the others stay lines of their own. */
export function foldBlock(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  let wasIndented = true;
  for (const line of lines) {
    if (line === '') {
      breaks++;
      continue;
    }
    const isIndented = line.startsWith(' ') || line.startsWith('\t');
    if (text === '') text = '\n'.repeat(breaks);
    else if (wasIndented || isIndented) text += '\n'.repeat(breaks + 1);
    else text += breaks === 0 ? ' ' : '\n'.repeat(breaks);
    text += line;
    wasIndented = isIndented;
    breaks = 0;
  }
  return text;
}
