import type { SyntaxProblem } from './syntaxProblem.js';

/** What no YAML reader takes: control characters, halves of surrogate pairs, non-characters. */
const notText =
  // eslint-disable-next-line no-control-regex
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** Where there is none of these, the slower question need not be asked. */
const maybeNotText = /[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd]/;
/** Characters. Reading takes time in proportion; nobody writes such a line, and few tools could show it. */
const longestLine = 4_000_000;

/** The first character that no reader takes. */
export function strangeCharacter(text: string): SyntaxProblem | undefined {
  const match = maybeNotText.test(text) ? notText.exec(text) : null;
  if (!match) return undefined;
  const message =
    'This character cannot stand in a YAML file: is this a binary file, or one in another encoding than UTF-8?';
  return { code: 'not-text', message, start: match.index, end: match.index + 1 };
}

/** A line that no reader is given. */
export function longLine(text: string): SyntaxProblem | undefined {
  for (let start = 0; start + longestLine < text.length;) {
    const next = Math.max(text.lastIndexOf('\n', start + longestLine), text.lastIndexOf('\r', start + longestLine)) + 1;
    if (next <= start) {
      const message = `This line has more than ${longestLine / 1e6} million characters, so the file is not checked. Break it into lines.`;
      return { code: 'line-too-long', message, start, end: start + 1 };
    }
    start = next;
  }
  return undefined;
}
