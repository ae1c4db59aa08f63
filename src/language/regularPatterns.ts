import { resolvePlain, type ScalarValue } from './scalars.js';

// What both readers of regular YAML share: the forms of keys and of scalars on one line.

/** Sticky, all but the first two: they match where `lastIndex` says and nowhere else. */
export const patterns = {
  /** Anywhere in a text: what only the full parser reads. */
  irregular: /[\t\r\ufeff\x85\u2028\u2029]|^(?:---|\.\.\.|%)/m,
  key: /([A-Za-z_][\w.\-/]{0,100}|"[^"\\\n]{1,100}"):(?= |\n|$)/y,
  plain: /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#:]))*/y,
  double: /"(?:[^"\\\n]|\\["\\nt])*"/y,
  single: /'(?:[^'\n]|'')*'/y,
  empty: /\[\]|\{\}/y,
  literal: /\|-?(?= *\n)/y,
  end: / *(?: #[^\n]*)?(?=\r?\n|$)/y,
  /** Of a text over several lines, folded ones and all. */
  block: /[|>][-+]?(?= *\r?\n)/y,
  /** A key in quotes, or `<<`. */
  otherKey: /("[^"\\\n]{1,100}"|'[^'\n]{1,100}'|<<):(?= |\r?\n|$)/y,
  /** The name of an anchor or alias. */
  anchor: /[\w.-]+(?=[\s,\]}]|$)/y,
} as const;

export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The name that a key stands for; undefined for a number, which may make a list of a map. */
export function keyText(written: string): string | undefined {
  if (written.startsWith('"') || written.startsWith("'")) return written.slice(1, -1);
  const value = resolvePlain(written);
  return typeof value === 'number' ? undefined : String(value ?? '');
}

export interface RegularScalar {
  value: ScalarValue;
  style: 'plain' | 'quoted';
  /** Of the text that it is written with. */
  length: number;
}

/** A scalar on one line. */
export function readScalar(text: string, start: number): RegularScalar | undefined {
  const plain = matchAt(patterns.plain, text, start);
  if (plain !== undefined) return { value: resolvePlain(plain), style: 'plain', length: plain.length };
  const double = matchAt(patterns.double, text, start);
  if (double !== undefined) return { value: unescaped(double), style: 'quoted', length: double.length };
  const single = matchAt(patterns.single, text, start);
  if (single === undefined) return undefined;
  return { value: single.slice(1, -1).replaceAll("''", "'"), style: 'quoted', length: single.length };
}

const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\"': '"', '\\\\': '\\' };

const unescaped = (quoted: string): string => {
  const inside = quoted.slice(1, -1);
  return inside.includes('\\') ? inside.replace(/\\./g, (escape) => escapes[escape] ?? escape) : inside;
};
