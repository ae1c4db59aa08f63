import type { Json } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { Range } from './diagnostic.js';
import { LineIndex } from './lineIndex.js';
import { parseText, type ParsedText } from './parse.js';
import { readRegularValue, type RegularValue } from './regularValue.js';
import type { SyntaxProblem } from './syntaxProblem.js';
import { childOf, nodeAt, shift, valueOf } from './tree.js';
import type { Entry, Node, Span } from './tree.js';

/** What of a value to point at. `entity`: its first key, or the value when it has none. */
export type Aspect = 'key' | 'value' | 'entity';

/** A text that was read: its value, and where each part of it stands. Made anew for each version of a text. */
export interface KongDocument {
  readonly text: string;
  readonly lines: LineIndex;
  /** Undefined for an empty document and for one that cannot be read. */
  readonly root: Node | undefined;
  readonly value: Json | undefined;
  readonly problems: readonly SyntaxProblem[];
  readonly furtherDocuments: readonly Span[];
  /** True where every key is known to stand once in its map, without a look at the tree. */
  readonly hasUniqueKeys: boolean;
  /** The node of an item of a list at the top: cheaper than the whole tree, where that was not made yet. */
  item(key: string, index: number): Node | undefined;
}

/** What no YAML reader takes: control characters, halves of surrogate pairs, non-characters. */
const notText =
  // eslint-disable-next-line no-control-regex
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** Beyond what nearly all files are made of: then the other questions need not be asked. */
const beyondAscii = /[^\n -~]/;
/** Characters. Reading takes time in proportion; nobody writes such a line, and few tools could show it. */
const longestLine = 4_000_000;

/**
 * Reads a text, whatever it holds. Never throws.
 * @param json True for a file that is named `.json`, where Kong takes no YAML.
 */
export function readDocument(text: string, json = false): KongDocument {
  const lines = new LineIndex(text);
  const problem = textProblem(text, lines);
  if (problem) return treeDocument(text, lines, { root: undefined, problems: [problem], furtherDocuments: [] });
  const plain = json ? undefined : readRegularValue(text);
  return plain ? plainDocument(text, lines, plain) : treeDocument(text, lines, parseText(text, json));
}

function treeDocument(text: string, lines: LineIndex, { root, problems, furtherDocuments }: ParsedText): KongDocument {
  return {
    text,
    lines,
    root,
    get value() {
      return root && valueOf(root);
    },
    problems,
    furtherDocuments,
    hasUniqueKeys: false,
    item: (key, index) => nodeAt(root, [key, index]),
  };
}

/** A text without a fault, of which a tree is made only where somebody wants to know a place. */
function plainDocument(text: string, lines: LineIndex, { value, items }: RegularValue): KongDocument {
  let root: Node | undefined;
  const known = new Map<number, Node | undefined>();
  const tree = (): Node | undefined => (root ??= parseText(text, false).root);
  return {
    text,
    lines,
    get root() {
      return tree();
    },
    value,
    problems: [],
    furtherDocuments: [],
    hasUniqueKeys: true,
    item(key, index) {
      const starts = items.get(key);
      const [start, end] = [starts?.[index], starts?.[index + 1]];
      if (root || !starts) return nodeAt(tree(), [key, index]);
      if (start === undefined || end === undefined) return undefined;
      if (!known.has(start)) known.set(start, pieceOf(text, start, end));
      return known.get(start);
    },
  };
}

/** The only item of the list that stands between two places of a text. */
function pieceOf(text: string, start: number, end: number): Node | undefined {
  const { root } = parseText(text.slice(start, end), false);
  const item = childOf(root, 0);
  if (item) shift(item, start);
  return item;
}

/** The node that a path leads to. */
function nodeIn(document: KongDocument, path: Path): Node | undefined {
  const [key, index, ...rest] = path;
  if (typeof key !== 'string' || typeof index !== 'number') return nodeAt(document.root, path);
  return nodeAt(document.item(key, index), rest);
}

/** The entry that a path ends in; undefined when it ends in a list's item or leads nowhere. */
function entryIn(document: KongDocument, path: Path): Entry | undefined {
  const parent = nodeIn(document, path.slice(0, -1));
  const last = path.at(-1);
  return parent?.type === 'map' && last !== undefined ? parent.entries.get(String(last)) : undefined;
}

function textProblem(text: string, lines: LineIndex): SyntaxProblem | undefined {
  const match = beyondAscii.test(text) ? notText.exec(text) : null;
  if (match) {
    const message =
      'This character cannot stand in a YAML file: is this a binary file, or one in another encoding than UTF-8?';
    return { code: 'not-text', message, start: match.index, end: match.index + 1 };
  }
  if (text.length <= longestLine) return undefined;
  for (let line = 0; line < lines.lineCount; line++) {
    const start = lines.lineStart(line);
    if (lines.lineEnd(line) - start > longestLine) {
      const message = `This line has more than ${longestLine / 1e6} million characters, so the file is not checked. Break it into lines.`;
      return { code: 'line-too-long', message, start, end: start + 1 };
    }
  }
  return undefined;
}

/**
 * The range of what a path names. Where the path leads to nothing (a field that is missing), the range of the nearest
 * thing above it that is there.
 */
export function rangeOf(document: KongDocument, path: Path, aspect: Aspect): Range {
  const span = spanOf(document, path, aspect);
  return trimmed(document, span);
}

function spanOf(document: KongDocument, path: Path, aspect: Aspect): Span {
  let depth = path.length;
  while (depth > 0 && !nodeIn(document, path.slice(0, depth))) depth--;
  const there = path.slice(0, depth);
  const node = nodeIn(document, there);
  if (!node) return { start: 0, end: 0 };
  const entry = entryIn(document, there);
  if (depth < path.length) return missingIn(node, entry);
  if (aspect === 'key' && entry) return entry.keySpan;
  if (aspect === 'entity') return missingIn(node, undefined);
  // `key:` with nothing behind it: an empty range would be invisible.
  return entry && node.start === node.end ? entry.keySpan : node;
}

/** Where to show that something is missing in a value: the key that holds it, or the first key of a list's item. */
function missingIn(node: Node, entry: Entry | undefined): Span {
  if (entry) return entry.keySpan;
  if (node.type === 'map') {
    const [first] = [...node.entries.values()].filter(({ keySpan }) => keySpan.start >= node.start).sort(byStart);
    if (first && !node.flow) return first.keySpan;
  }
  return node.type === 'scalar' ? node : { start: node.start, end: Math.min(node.end, node.start + 1) };
}

const byStart = (a: Entry, b: Entry): number => a.keySpan.start - b.keySpan.start;

/** Block scalars and maps end where the next thing starts: a mark ends with the last character. */
function trimmed({ text, lines }: KongDocument, { start, end }: Span): Range {
  let last = Math.min(end, text.length);
  while (last > start && /\s/.test(text[last - 1]!)) last--;
  return lines.range(start, last);
}

/** The path of the innermost thing at an offset, and whether the offset is on its key. */
export function pathAt(document: KongDocument, offset: number): { path: Path; onKey: boolean } {
  const path: (string | number)[] = [];
  let node = document.root;
  for (;;) {
    const step = node && stepInto(node, offset);
    if (!step) return { path, onKey: false };
    path.push(step.key);
    if (step.onKey) return { path, onKey: true };
    node = childOf(node, step.key);
  }
}

function stepInto(node: Node, offset: number): { key: string | number; onKey: boolean } | undefined {
  const holds = ({ start, end }: Span): boolean => start <= offset && offset <= end;
  if (node.type === 'list') {
    const key = node.items.findIndex(holds);
    return key < 0 ? undefined : { key, onKey: false };
  }
  if (node.type === 'map') {
    for (const { key, keySpan, value } of node.entries.values()) {
      if (holds(keySpan)) return { key, onKey: true };
      if (holds(value)) return { key, onKey: false };
    }
  }
  return undefined;
}
