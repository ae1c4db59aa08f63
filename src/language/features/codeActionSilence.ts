import type { TextEdit } from 'vscode-languageserver-types';
import { directiveMark } from '../directives.js';
import { isJsonText, topOf } from '../edits.js';
import type { OpenDocument } from '../openDocument.js';
import { textLines } from '../textLines.js';
import type { Finding, Fix } from './codeActionFinding.js';

/** Codes of texts that can't be read, where a comment would not be either. */
const never: ReadonlySet<string> = new Set([
  'yaml-syntax',
  'not-text',
  'line-too-long',
  'too-large',
  'too-deep',
  'more-findings',
  'unknown-comment',
]);

/** Comments that turn a check off: on the line, or in the whole file. JSON has none. */
export function silences(document: OpenDocument, finding: Finding): Fix[] {
  const { code } = finding;
  if (never.has(code) || isJsonText(document)) return [];
  return [
    { title: `Ignore \`${code}\` here`, edits: [onLine(document, finding)], isSure: false },
    { title: `Ignore \`${code}\` in this file`, edits: [inFile(document, code)], isSure: false },
  ];
}

function onLine(document: OpenDocument, { code, range }: Finding): TextEdit {
  const { text } = document;
  const continued = textLines(document, document.partAt(range.start.line).startLine, range.start.line + 2);
  const line = continued.get(range.start.line) ?? range.start.line;
  const written = text.line(line);
  const before = line > 0 ? text.line(line - 1) : '';
  const known = new RegExp(`^\\s*#\\s*${directiveMark}\\s*ignore\\s+\\S`).test(before);
  if (known) return insert(line - 1, before.trimEnd().length, `, ${code}`);
  // A comment on the line silences nothing else; where the line may be part of a text it goes above.
  if (!continued.has(line + 1) && line === range.start.line && !/[#|>"']/.test(written))
    return insert(line, written.trimEnd().length, ` # ${directiveMark} ignore ${code}`);
  const start = line === 0 ? topOf(text).character : 0;
  const blanks = /^ */.exec(written.slice(start))?.[0] ?? '';
  return insert(line, start, `${blanks}# ${directiveMark} ignore ${code}\n`);
}

function inFile({ text }: OpenDocument, code: string): TextEdit {
  const { line, character } = topOf(text);
  return insert(line, character, `# ${directiveMark} ignore-file ${code}\n`);
}

function insert(line: number, character: number, newText: string): TextEdit {
  const at = { line, character };
  return { range: { start: at, end: at }, newText };
}
