import { luaFault } from './luaCode.js';

/** Expressions of a text such as `/a/$(uri_captures.id)`: what stands between `$(` and the bracket that closes it. */
function* expressions(text: string): Generator<string> {
  let at = text.indexOf('$(');
  while (at >= 0) {
    const end = closing(text, at + 1);
    // What is never closed is plain text.
    if (end !== undefined) yield text.slice(at + 2, end);
    at = text.indexOf('$(', end ?? at + 2);
    if (end === undefined && !text.includes(')', at)) return;
  }
}

/** Kong's template library counts brackets wherever they stand, in strings too. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return undefined;
}

/** Characters. Nobody writes longer templates, and each `$(` is looked for the end of. */
const longest = 4_000;

/** @returns what is wrong with a template whose placeholders are Lua expressions, in Kong's words. */
export function templateFault(text: string): string | undefined {
  if (text.length > longest || !text.includes('$(')) return undefined;
  for (const expression of expressions(text)) {
    const fault = luaFault(`return __tostring((${expression}) or '')`);
    if (fault) return `value '${text}' is not in supported format, error:[string "TMP"]:4: ${fault.message}`;
  }
  return undefined;
}
