import { parseEvents, YAMLException } from 'js-yaml';
import type { SyntaxProblem } from './syntaxProblem.js';

/** Characters. Up to here a text with errors is read as a whole, in a second or two, for all that can be said of it. */
const readTolerantly = 2_000_000;
/** Characters. Beyond, the full parser would take minutes and gigabytes. */
const readAtAll = 5_000_000;

export const tooLarge: SyntaxProblem = {
  code: 'too-large',
  message:
    'This file is too large for what is in it: tags, several documents and other rare forms of YAML are read in files of some two million characters. Is a quote or bracket never closed?',
  start: 0,
  end: 1,
};

/**
 * What keeps a large text from being read, when only the full parser could read it: its first error, found by a parser that is
 * fast and gives up there; or its size.
 */
export function faultOfLargeText(text: string, maxDepth: number): SyntaxProblem | undefined {
  if (text.length <= readTolerantly || isJson(text)) return undefined;
  const isWhole = text.length <= readAtAll;
  const read = isWhole ? text : text.slice(0, text.lastIndexOf('\n', readAtAll) + 1);
  try {
    parseEvents(read, { maxDepth });
  } catch (error) {
    // Where the part that was read ends in the middle of something, that says nothing of the text.
    const isOfText = error instanceof YAMLException && (isWhole || (error.mark?.position ?? 0) < read.length - 1);
    if (isOfText) return firstFault(error, text);
  }
  if (isWhole) return undefined;
  return tooLarge;
}

function firstFault({ reason, mark }: YAMLException, text: string): SyntaxProblem {
  const start = Math.min(mark?.position ?? 0, Math.max(0, text.length - 1));
  if (reason.startsWith('nesting')) {
    return { code: 'too-deep', message: 'Nested deeper than any Kong file needs.', start, end: start + 1 };
  }
  const words =
    reason === 'deficient indentation'
      ? 'Wrong indentation, or a quote or bracket before this is never closed'
      : `Not YAML: ${reason}`;
  return {
    code: 'yaml-syntax',
    message: `${words}. In a file of this size the first error is shown.`,
    start,
    end: start + 1,
  };
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
