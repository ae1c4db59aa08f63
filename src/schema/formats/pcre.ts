/** A regular expression as PCRE reads it, far enough to find what does not compile. */
interface Scan {
  text: string;
  at: number;
  depth: number;
  /** Whether a quantifier may follow. */
  repeatable: boolean;
  fault?: { message: string; at: number };
}

const messages = {
  group: 'missing closing parenthesis',
  unmatched: 'unmatched closing parenthesis',
  set: 'missing terminating ] for character class',
  quantifier: 'quantifier does not follow a repeatable item',
  escape: '\\ at end of pattern',
  range: 'range out of order in character class',
  counts: 'numbers out of order in {} quantifier',
  groupType: 'unrecognized character after (? or (?-',
  escapeType: 'unrecognized character follows \\',
} as const;

/** A character of a set that a range can start or end with; undefined for a class such as `\d`. */
function setMember(scan: Scan): string | undefined {
  const { text } = scan;
  if (text[scan.at] !== '\\') return text[scan.at++];
  const escaped = text[scan.at + 1];
  scan.at += 2;
  return escaped !== undefined && /[^A-Za-z0-9]/.test(escaped) ? escaped : undefined;
}

function readSet(scan: Scan): void {
  const { text } = scan;
  scan.at++;
  if (text[scan.at] === '^') scan.at++;
  for (let first = true; ; first = false) {
    if (scan.at >= text.length) {
      scan.fault = { message: messages.set, at: text.length };
      return;
    }
    if (text[scan.at] === ']' && !first) break;
    const posix = /^\[[:.=][^\]]*[:.=]\]/.exec(text.slice(scan.at));
    if (posix) {
      scan.at += posix[0].length;
      continue;
    }
    const low = setMember(scan);
    if (text[scan.at] !== '-' || text[scan.at + 1] === ']' || text[scan.at + 1] === undefined) continue;
    scan.at++;
    const high = setMember(scan);
    if (low !== undefined && high !== undefined && low > high) {
      scan.fault = { message: messages.range, at: scan.at - 1 };
      return;
    }
  }
  scan.at++;
  scan.repeatable = true;
}

/** Where `(?…` may go on: options, names, look-around, conditions, comments, recursion. */
const groupTypes = /^\(\?(?:[:|>=!#(&R+\d]|<[=!A-Za-z_]|P[<=>]|'|C|[-imsxnJU^]+[:)])/;

function openGroup(scan: Scan): void {
  const rest = scan.text.slice(scan.at);
  if (rest.startsWith('(?#')) {
    const end = rest.indexOf(')');
    if (end < 0) scan.fault = { message: 'missing ) after (?# comment', at: scan.text.length };
    scan.at += end + 1;
    return;
  }
  if (rest.startsWith('(?') && !groupTypes.test(rest)) {
    scan.fault =
      rest.length === 2
        ? { message: messages.group, at: scan.text.length }
        : { message: messages.groupType, at: scan.at + 2 };
    return;
  }
  scan.depth++;
  scan.repeatable = false;
  // What follows `(?` says what the group is and is not a quantifier.
  scan.at +=
    /^\(\?(?:P?<[=!]?|[-imsxnJU^]+:?|[:|>=!(&R+\d'C])/.exec(rest)?.[0].length ?? (rest.startsWith('(*') ? 2 : 1);
  if (rest.startsWith('(?(')) scan.depth++;
}

function closeGroup(scan: Scan): void {
  if (scan.depth === 0) {
    scan.fault = { message: messages.unmatched, at: scan.at };
    return;
  }
  scan.depth--;
  scan.at++;
  scan.repeatable = true;
}

function readQuantifier(scan: Scan, length: number): void {
  if (!scan.repeatable) {
    scan.fault = { message: messages.quantifier, at: scan.at + length - 1 };
    return;
  }
  const [, low, high] = /^\{(\d+),(\d+)\}/.exec(scan.text.slice(scan.at)) ?? [];
  if (low !== undefined && high !== undefined && Number(low) > Number(high)) {
    scan.fault = { message: messages.counts, at: scan.at + length - 1 };
    return;
  }
  scan.at += length;
  // Lazy and possessive marks.
  if (scan.text[scan.at] === '?' || scan.text[scan.at] === '+') scan.at++;
  scan.repeatable = false;
}

function readEscape(scan: Scan): void {
  const next = scan.text[scan.at + 1];
  if (next === undefined) {
    scan.fault = { message: messages.escape, at: scan.text.length };
    return;
  }
  if (next === 'Q') {
    const end = scan.text.indexOf('\\E', scan.at);
    scan.at = end < 0 ? scan.text.length : end + 2;
    scan.repeatable = true;
    return;
  }
  if (/[ijmqyFIJLMTYlLuU]/.test(next)) {
    scan.fault = { message: messages.escapeType, at: scan.at + 2 };
    return;
  }
  scan.at += 2;
  scan.repeatable = true;
}

const quantifier = /^(?:[*+?]|\{(?:\d+(?:,\d*)?)\})/;

function step(scan: Scan): void {
  const character = scan.text[scan.at];
  if (character === '\\') return readEscape(scan);
  if (character === '[') return readSet(scan);
  if (character === '(') return openGroup(scan);
  if (character === ')') return closeGroup(scan);
  const repeated = quantifier.exec(scan.text.slice(scan.at, scan.at + 16))?.[0];
  if (repeated !== undefined) return readQuantifier(scan, repeated.length);
  scan.repeatable = character !== '|' && character !== '^';
  scan.at++;
}

/**
 * What PCRE says of a regular expression that does not compile, in its own words; undefined when nothing is found.
 * What only a full compiler would see passes: a doubt is no error.
 */
export function pcreFault(text: string): string | undefined {
  const scan: Scan = { text, at: 0, depth: 0, repeatable: false };
  while (scan.at < text.length && !scan.fault) step(scan);
  if (!scan.fault && scan.depth > 0) scan.fault = { message: messages.group, at: text.length };
  if (!scan.fault) return undefined;
  const { message, at } = scan.fault;
  const near = at < text.length ? ` at "${text.slice(at)}"` : '';
  return `pcre2_compile() failed: ${message} in "${text}"${near}`;
}
