import { ofString, type Format } from './format.js';

/** A fault that any Lua compiler finds; a full grammar is not worth its weight here, and a doubt is no error. */
interface Sign {
  pattern: RegExp;
  fault(match: RegExpExecArray): string;
}

const statements = 'break|do|for|function|goto|if|local|repeat|return|while';

/** Looked for in code without comments and strings, first to last. */
const signs: readonly Sign[] = [
  { pattern: /^\s*([{}\])=,.*/+-])/, fault: ([, symbol]) => `unexpected symbol near '${symbol}'` },
  { pattern: /^\s*(end|until|else|elseif)\b/, fault: ([, word]) => `'<eof>' expected near '${word}'` },
  { pattern: /(?:[=(,+*/]|\b(?:and|or|not))\s*$/, fault: () => "unexpected symbol near '<eof>'" },
  {
    pattern: new RegExp(String.raw`^\s*(?!(?:${statements})\b)[A-Za-z_]\w*\s+([A-Za-z_]\w*)\s*$`),
    fault: ([, word]) => `'=' expected near '${word}'`,
  },
  {
    pattern: /^\s*(?!(?:break|return)\b)[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*\s*$/,
    fault: () => "'=' expected near '<eof>'",
  },
];

const closers: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };
const closing = new Set(Object.values(closers));

/** Without comments and the insides of strings, so that what is left is structure. */
const structureOf = (code: string): string =>
  code
    .replace(/--\[(=*)\[[^]*?\]\1\]|--[^\n]*/g, ' ')
    .replace(/\[(=*)\[[^]*?\]\1\]|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/g, ' "" ');

function bracketFault(structure: string): string | undefined {
  const open: string[] = [];
  for (const character of structure) {
    const closer = closers[character];
    if (closer !== undefined) open.push(closer);
    else if (closing.has(character) && open.pop() !== character) return `unexpected symbol near '${character}'`;
  }
  const expected = open.pop();
  return expected === undefined ? undefined : `'${expected}' expected near '<eof>'`;
}

/** What a Lua compiler is bound to refuse in a chunk of code; undefined when nothing is found. */
export function luaFault(code: string): string | undefined {
  const structure = structureOf(code);
  for (const { pattern, fault } of signs) {
    const match = pattern.exec(structure);
    if (match) return fault(match);
  }
  return bracketFault(structure);
}

/** @param start what Kong says before the compiler's words. */
export const luaChunk = (start: string): Format =>
  ofString((code) => {
    const fault = luaFault(code);
    return fault === undefined ? undefined : `${start}[string "${code.split('\n')[0] ?? ''}"]:1: ${fault}`;
  });
