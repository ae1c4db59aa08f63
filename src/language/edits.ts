import type { TextEdit } from 'vscode-languageserver-types';
import type { Json } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { OpenDocument } from './openDocument.js';
import type { Entry, MapNode, Node, Span } from './tree.js';
import { scalarText, yamlLines } from './yamlText.js';

type Text = OpenDocument['text'];

/** An edit of what stands between two offsets. */
export function replaced(text: Text, { start, end }: Span, newText: string): TextEdit {
  return { range: { start: text.position(start), end: text.position(end) }, newText };
}

/** A key of a map with its value; of the top by its ranges, so that the whole file need not be read. */
export function entryAt(document: OpenDocument, path: Path): { entry: Entry; parent: MapNode | undefined } | undefined {
  const key = path.at(-1);
  const value = document.nodeAt(path);
  if (typeof key !== 'string' || !value) return undefined;
  if (path.length === 1) {
    const { start, end } = document.rangeOf(path, 'key');
    const keySpan = { start: document.text.offset(start), end: document.text.offset(end) };
    return { entry: { key, keySpan, value }, parent: undefined };
  }
  const parent = document.nodeAt(path.slice(0, -1));
  const entry = parent?.type === 'map' ? parent.entries.get(key) : undefined;
  return entry && parent?.type === 'map' ? { entry, parent } : undefined;
}

/** Without a key and its value, and with all that stands around them. */
export function removeEntry(
  { text }: OpenDocument,
  { keySpan, value }: Entry,
  parent: MapNode | undefined,
): TextEdit[] {
  const span = { start: keySpan.start, end: Math.max(keySpan.end, lastOf(text, value)) };
  const isFlow = parent ? parent.flow : /^\s*\{/.test(text.line(0));
  if (isFlow) return [replaced(text, withComma(text, span), '')];
  const others = parent ? [...parent.entries.values(), ...parent.overridden].filter((e) => e.keySpan !== keySpan) : [];
  if (parent && others.length === 0) return [replaced(text, span, '{}')];
  const start = text.position(span.start);
  const end = text.position(span.end);
  const before = text.line(start.line).slice(0, start.character);
  if (before.trim() === '') return [removeLines(text, start.line, end.line + 1)];
  const following = others.map((e) => e.keySpan.start).filter((at) => at > span.end);
  if (following.length === 0) return [replaced(text, span, '{}')];
  const next = text.position(Math.min(...following));
  const comments: string[] = [];
  for (let line = end.line + 1; line < next.line; line++) {
    if (text.line(line).trim().startsWith('#')) comments.push(text.line(line));
  }
  const removed: TextEdit = { range: { start, end: next }, newText: '' };
  if (comments.length === 0) return [removed];
  const top = { line: start.line, character: 0 };
  return [{ range: { start: top, end: top }, newText: comments.map((comment) => `${comment}\n`).join('') }, removed];
}

/** Where the last character of a value is that is no blank. */
export function lastOf(text: Text, { start, end }: Node): number {
  const written = text.slice(start, end);
  return start + written.trimEnd().length;
}

/** Whole lines, each with the break that ends it. */
export function removeLines(text: Text, first: number, end: number): TextEdit {
  const last = end - 1;
  const to = end < text.lineCount ? { line: end, character: 0 } : { line: last, character: text.line(last).length };
  return { range: { start: { line: first, character: 0 }, end: to }, newText: '' };
}

/** The start of a text, behind the mark of its encoding that some editors write there. */
export const topOf = (text: Text): TextEdit['range']['start'] => ({
  line: 0,
  character: text.line(0).startsWith('\ufeff') ? 1 : 0,
});

/** Edits with the line breaks that their text has. */
export function withBreaksOf(text: Text, edits: TextEdit[]): TextEdit[] {
  const second = text.lineCount > 1 ? text.offset({ line: 1, character: 0 }) : 0;
  if (second === 0 || text.slice(second - 2, second) !== '\r\n') return edits;
  return edits.map(({ range, newText }) => ({ range, newText: newText.replace(/\r?\n/g, '\r\n') }));
}

/** Lines of their own, before another. */
export function insertedLines(text: Text, line: number, lines: readonly string[]): TextEdit {
  const isEnd = line >= text.lineCount;
  const at = isEnd ? { line: line - 1, character: text.line(line - 1).length } : { line, character: 0 };
  const newText = isEnd ? lines.map((each) => `\n${each}`).join('') : lines.map((each) => `${each}\n`).join('');
  return { range: { start: at, end: at }, newText };
}

function withComma(text: Text, { start, end }: Span): Span {
  const after = /^\s*,[ \t]*/.exec(text.slice(end, end + 200))?.[0].length;
  if (after !== undefined) return { start, end: end + after };
  const before = /,\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0].length ?? 0;
  return { start: start - before, end };
}

/** A key and a value more, behind the first where that is on one line. */
export function addEntry(document: OpenDocument, path: Path, key: string, value: Json): TextEdit[] {
  const { text } = document;
  const node = document.nodeAt(path);
  if (!node) return [];
  if (node.type === 'scalar') return node.value === null ? addFirst(document, path, key, value) : [];
  if (node.type !== 'map') return [];
  const [first] = [...node.entries.values()]
    .filter(({ keySpan }) => keySpan.start >= node.start && keySpan.start < node.end)
    .sort((a, b) => a.keySpan.start - b.keySpan.start);
  if (node.flow) {
    const isJson = first ? text.slice(first.keySpan.start, first.keySpan.end).startsWith('"') : isJsonText(document);
    const entry = isJson
      ? `${JSON.stringify(key)}: ${JSON.stringify(value)}`
      : `${scalarText(key)}: ${typeof value === 'object' ? JSON.stringify(value) : scalarText(value)}`;
    const at = first?.keySpan.start ?? node.start + 1;
    return [replaced(text, { start: at, end: at }, first ? `${entry}, ` : entry)];
  }
  if (!first) return [];
  const { line, character } = text.position(first.keySpan.start);
  const blanks = ' '.repeat(character);
  const lines = yamlLines({ [key]: value });
  const isShort =
    first.value.type === 'scalar' && first.value.style !== 'block' && text.position(first.value.end).line === line;
  if (!isShort) {
    const at = first.keySpan.start;
    return [replaced(text, { start: at, end: at }, lines.map((each) => `${each}\n${blanks}`).join(''))];
  }
  const end = { line, character: text.line(line).length };
  return [{ range: { start: end, end }, newText: lines.map((each) => `\n${blanks}${each}`).join('') }];
}

/** Into a key, or an item, that has nothing yet. */
function addFirst(document: OpenDocument, path: Path, key: string, value: Json): TextEdit[] {
  const { text } = document;
  const found = entryAt(document, path);
  if (!found || found.parent?.flow) return [];
  const { line, character } = text.position(found.entry.keySpan.start);
  const blanks = ' '.repeat(character + 2);
  const end = { line, character: text.line(line).length };
  return [
    {
      range: { start: end, end },
      newText: yamlLines({ [key]: value })
        .map((each) => `\n${blanks}${each}`)
        .join(''),
    },
  ];
}

export const isJsonText = ({ uri, text }: OpenDocument): boolean =>
  uri.endsWith('.json') || /^\s*\{\s*(?:"|$)/.test(text.line(0));

/** The text once edits are made: for whoever wants to know what comes of them. */
export function applyEdits(text: Pick<Text, 'offset' | 'slice' | 'length'>, edits: readonly TextEdit[]): string {
  const sorted = edits
    .map(({ range, newText }) => ({ start: text.offset(range.start), end: text.offset(range.end), newText }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  let result = '';
  for (const { start, end, newText } of sorted) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at, text.length);
}
