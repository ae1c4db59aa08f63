/** What the router's regular expressions lack of PCRE's, with the router's words. */
interface Lack {
  /** Sticky: tried where the scan stands. */
  pattern: RegExp;
  error: string;
}

const lacks: readonly Lack[] = [
  { pattern: /\(\?<?[=!]/y, error: 'look-around, including look-ahead and look-behind, is not supported' },
  { pattern: /\\[1-9]/y, error: 'backreferences are not supported' },
  { pattern: /\\[CEGHKNQRVXZceghk]/y, error: 'unrecognized escape sequence' },
];

export interface RegexLack {
  at: number;
  length: number;
  error: string;
}

/** @returns the first thing in a regular expression that the router's engine does not take; undefined when all is fine. */
export function rustRegexFault(text: string): RegexLack | undefined {
  for (let at = 0; at < text.length; at++) {
    for (const { pattern, error } of lacks) {
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) return { at, length: found.length, error };
    }
    if (text[at] === '\\') at++;
  }
  return undefined;
}

/** The router's whole message for a path: its expression, the place in it, the place in the regular expression. */
export function routerMessage(path: string): string | undefined {
  const regex = `^${path.slice(1)}`;
  const fault = rustRegexFault(regex);
  if (!fault) return undefined;
  const start = '(http.path ~ ';
  const value = `r#"${regex}"#`;
  const lines = [
    ` --> 1:${start.length + 1}`,
    '  |',
    `1 | ${start}${value})`,
    `  | ${' '.repeat(start.length)}^${'-'.repeat(value.length - 2)}^`,
    '  |',
    '  = regex parse error:',
    `    ${regex}`,
    `    ${' '.repeat(fault.at)}${'^'.repeat(fault.length)}`,
    `error: ${fault.error}`,
  ];
  return `Router Expression failed validation: ${lines.join('\n')}`;
}
