/** Character classes of Lua's patterns, as the inside of a JavaScript class; bytes above 127 belong to none of them. */
const classes: Readonly<Record<string, string>> = {
  a: 'A-Za-z',
  c: '\\x00-\\x1f\\x7f',
  d: '0-9',
  g: '\\x21-\\x7e',
  l: 'a-z',
  p: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  s: '\\t-\\r ',
  u: 'A-Z',
  w: 'A-Za-z0-9',
  x: 'A-Fa-f0-9',
};

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

interface Read {
  source: string;
  /** Where to go on in the pattern. */
  next: number;
}

/** `%a`, `%S`, `%.` inside or outside of a set. */
function escaped(letter: string, inSet: boolean): string | undefined {
  const members = classes[letter.toLowerCase()];
  if (members === undefined) return literal(letter);
  if (letter === letter.toLowerCase()) return inSet ? members : `[${members}]`;
  return inSet ? undefined : `[^${members}]`;
}

/** A set from its `[` on; undefined when it never ends or holds the complement of a class. */
function set(pattern: string, start: number): Read | undefined {
  let at = start + 1;
  let source = '[';
  if (pattern[at] === '^') {
    source += '^';
    at++;
  }
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const character = pattern[at];
    if (character === undefined) return undefined;
    if (character === '%') {
      const member = escaped(pattern[at + 1] ?? '', true);
      if (member === undefined || pattern[at + 1] === undefined) return undefined;
      source += member;
      at += 2;
    } else if (pattern[at + 1] === '-' && pattern[at + 2] !== undefined && pattern[at + 2] !== ']') {
      source += `${literal(character)}-${literal(pattern[at + 2] ?? '')}`;
      at += 3;
    } else {
      source += literal(character);
      at++;
    }
  }
  return { source: `${source}]`, next: at + 1 };
}

/** One thing that a quantifier can follow. */
function single(pattern: string, at: number): Read | undefined {
  const character = pattern[at] ?? '';
  if (character === '.') return { source: '[^]', next: at + 1 };
  if (character === '[') return set(pattern, at);
  if (character !== '%') return { source: literal(character), next: at + 1 };
  const letter = pattern[at + 1];
  // %b, %f and back references have no counterpart worth having: no schema of Kong's uses them.
  if (letter === undefined || /[bf0-9]/.test(letter)) return undefined;
  const source = escaped(letter, false);
  return source === undefined ? undefined : { source, next: at + 2 };
}

const quantifiers: Readonly<Record<string, string>> = { '*': '*', '+': '+', '-': '*?', '?': '?' };

/** @returns the pattern as a regular expression that matches the same strings; undefined when it cannot be put so. */
export function luaPattern(pattern: string): RegExp | undefined {
  let source = pattern.startsWith('^') ? '^' : '';
  let at = source.length;
  while (at < pattern.length) {
    const character = pattern[at] ?? '';
    if (character === '(' || character === ')') {
      source += character;
      at++;
      continue;
    }
    if (character === '$' && at === pattern.length - 1) return compiled(`${source}$`);
    const read = single(pattern, at);
    if (!read) return undefined;
    const quantifier = quantifiers[pattern[read.next] ?? ''];
    source += read.source + (quantifier ?? '');
    at = read.next + (quantifier === undefined ? 0 : 1);
  }
  return compiled(source);
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
