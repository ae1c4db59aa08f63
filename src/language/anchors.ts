import type { Position, Range } from './diagnostic.js';
import { flowAt } from './flowCursor.js';
import type { OpenDocument } from './openDocument.js';
import { offsetsOf } from './textSearch.js';
import type { Span } from './tree.js';

/** A name that a value is given in YAML (`&name`), or a place that takes the value (`*name`). */
export interface AnchorToken {
  /** Without its mark. */
  name: string;
  isAnchor: boolean;
  /** Of the name alone. */
  range: Range;
}

/** An anchor with the aliases that mean it, in the order of the text. */
export interface AnchorGroup {
  /** What the position is on. */
  token: AnchorToken;
  /** Undefined for an alias that no anchor stands before. */
  anchor: AnchorToken | undefined;
  all: readonly AnchorToken[];
}

const pattern = /[&*]([^\s,[\]{}]+)/g;

/** The anchor or alias at a position. Costs a look through the text, where there is one. */
export function anchorAt(document: OpenDocument, { line, character }: Position): AnchorGroup | undefined {
  for (const { index, 0: whole, 1: name = '' } of document.text.line(line).matchAll(pattern)) {
    if (character < index || character > index + whole.length || !isToken(document, { line, character: index }))
      continue;
    return groupOf(document, name, { line, character: index + 1 });
  }
  return undefined;
}

/** Whether a file names a value so. */
export const hasAnchor = (document: OpenDocument, name: string): boolean =>
  tokensOf(document, name).some(({ isAnchor }) => isAnchor);

/** Whether aliases elsewhere need what stands in a stretch of a text. */
export function isNeededElsewhere(document: OpenDocument, { start, end }: Span): boolean {
  const names = document.text.slice(start, end).matchAll(/&([^\s,[\]{}]+)/g);
  return [...names].some(([, name = '']) =>
    tokensOf(document, name).some(({ isAnchor, range }) => {
      const at = document.text.offset(range.start);
      return !isAnchor && (at < start || at >= end);
    }),
  );
}

/** A name can be given again further down: aliases mean the last one above them. */
function groupOf(document: OpenDocument, name: string, { line, character }: Position): AnchorGroup | undefined {
  const tokens = tokensOf(document, name);
  const at = tokens.findIndex(({ range: { start } }) => start.line === line && start.character === character);
  const token = tokens[at];
  if (!token) return undefined;
  const first = tokens.findLastIndex(({ isAnchor }, index) => isAnchor && index <= at);
  const next = tokens.findIndex(({ isAnchor }, index) => isAnchor && index > at);
  const all = tokens.slice(Math.max(0, first), next < 0 ? undefined : next);
  return { token, anchor: tokens[first], all };
}

function tokensOf(document: OpenDocument, name: string): AnchorToken[] {
  const { text } = document;
  return ['&', '*']
    .flatMap((mark) => [...offsetsOf(text, mark + name)])
    .sort((a, b) => a - b)
    .flatMap((offset) => {
      const end = offset + 1 + name.length;
      const at = text.position(offset);
      if (!/^(?:$|[\s,[\]{}])/.test(text.slice(end, end + 1)) || !isToken(document, at)) return [];
      const start = { line: at.line, character: at.character + 1 };
      const range = { start, end: { line: at.line, character: start.character + name.length } };
      return [{ name, isAnchor: text.slice(offset, offset + 1) === '&', range }];
    });
}

/** Whether a mark begins a value, and does not stand in a text or a comment. */
function isToken(document: OpenDocument, at: Position): boolean {
  const before = document.text
    .line(at.line)
    .slice(0, at.character)
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, 'x');
  const opens = /(?:^|(?:^|\s)[-:?]|[^\s]:|([,[{])|(?:^|\s)!\S*)\s*$/.exec(before);
  if (!opens || /["']/.test(before)) return false;
  const around = flowAt(document.text, document.partAt(at.line), at);
  return around !== 'text' && (opens[1] === undefined || around !== undefined);
}
