import { parse, type Options } from 'luaparse';
import { ofString, type Format } from './format.js';

/** A fault in the words of LuaJIT, which are not those of the parser that finds it. */
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

/** The fault in LuaJIT's words, for the faults that are made most. */
function wordedFault(code: string): string | undefined {
  const structure = structureOf(code);
  for (const { pattern, fault } of signs) {
    const match = pattern.exec(structure);
    if (match) return fault(match);
  }
  return bracketFault(structure);
}

/** Characters. Nobody writes more into a plugin's configuration. */
const longestCode = 500_000;

/** Characters. The words are found by patterns that try again at each of them. */
const longestWorded = 10_000;

/**
 * Kong's LuaJIT is built with what Lua 5.2 added (empty statements, `break` anywhere), and takes any letter beyond ASCII in
 * names. (The parser's types know that option as always off.)
 */
const dialects = ['LuaJIT', '5.2'].map(
  (luaVersion) => ({ luaVersion, extendedIdentifiers: true, comments: false }) as unknown as Partial<Options>,
);

/** @returns where and why a chunk of code does not compile; undefined when it does. */
export function luaFault(code: string): { line: number; message: string } | undefined {
  if (code.length > longestCode) return undefined;
  const [error, ...others] = dialects.map((dialect) => errorOf(code, dialect));
  if (error === undefined || others.includes(undefined)) return undefined;
  if (error instanceof RangeError) return { line: 1, message: 'chunk has too many syntax levels' };
  const { line = 1, message } = error as Error & { line?: number };
  const worded = code.length > longestWorded ? undefined : wordedFault(code);
  return { line, message: worded ?? message.replace(/^\[\d+:\d+\] /, '') };
}

/** What keeps code from being read; undefined where nothing does, or nothing that the code could help. */
function errorOf(code: string, dialect: Partial<Options>): Error | undefined {
  try {
    parse(code, dialect);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError || error instanceof RangeError ? error : undefined;
  }
}

/** @param start what Kong says before the compiler's words. */
export const luaChunk = (start: string): Format =>
  ofString((code) => {
    const fault = luaFault(code);
    return fault && `${start}[string "${code.split('\n')[0] ?? ''}"]:${fault.line}: ${fault.message}`;
  });
