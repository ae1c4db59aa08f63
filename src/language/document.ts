import type { Json } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { Range } from './diagnostic.js';
import { LineIndex } from './lineIndex.js';
import { parseText, readInAnyColumn, type ParsedText } from './parse.js';
import { isIrregular, readRegularValue, type RegularValue } from './regularValue.js';
import { longLine, strangeCharacter } from './textFaults.js';
import { cutText } from './incremental/cutText.js';
import { PartNodes } from './incremental/partNodes.js';
import type { SyntaxProblem } from './syntaxProblem.js';
import { childOf, nodeAt, shift, valueOf } from './tree.js';
import type { Entry, MapNode, Node, Span } from './tree.js';

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
  /** The parts in which keys stand twice in a map, where that is known without a look at the tree; of very many the first. */
  readonly repeatedKeysIn: readonly Path[] | undefined;
  /** The node that a path leads to: cheaper than by the whole tree, where that was not made yet. */
  nodeAt(path: Path): Node | undefined;
}

/** Beyond what nearly all files are made of: then the other questions need not be asked. */
const beyondAscii = /[^\n -~]/;
/**
 * Reads a text, whatever it holds. Never throws.
 * @param json True for a file that is named `.json`, where Kong takes no YAML.
 */
export function readDocument(text: string, json = false): KongDocument {
  const lines = new LineIndex(text);
  const isAscii = !beyondAscii.test(text);
  const problem = isAscii ? undefined : strangeCharacter(text);
  const plain = problem || (!isAscii && isIrregular(text)) ? undefined : readRegularValue(text, json);
  if (plain) return plainDocument(text, lines, plain, json);
  const fault = problem ?? longLine(text);
  if (fault) return treeDocument(text, lines, { root: undefined, problems: [fault], furtherDocuments: [] });
  const parts = json ? undefined : cutText(text);
  if (!parts) return treeDocument(text, lines, parseText(text, json));
  const nodes = new PartNodes(parts);
  const loose = readInAnyColumn(text, nodes.problems);
  return loose ? treeDocument(text, lines, loose) : partsDocument(text, lines, nodes);
}

/** A text of which parts are out of the ordinary, errors above all: the others mean what they say all the same. */
function partsDocument(text: string, lines: LineIndex, parts: PartNodes): KongDocument {
  let value: Json | undefined;
  return {
    text,
    lines,
    get root() {
      return parts.root;
    },
    get value() {
      return (value ??= parts.value);
    },
    problems: parts.problems,
    furtherDocuments: [],
    repeatedKeysIn: undefined,
    nodeAt: (path) => parts.nodeAt(path),
  };
}

/** A text of which all is known. */
export function treeDocument(
  text: string,
  lines: LineIndex,
  { root, problems, furtherDocuments }: ParsedText,
): KongDocument {
  return {
    text,
    lines,
    root,
    get value() {
      return root && valueOf(root);
    },
    problems,
    furtherDocuments,
    repeatedKeysIn: undefined,
    nodeAt: (path) => nodeAt(root, path),
  };
}

/** A text without a fault, of which trees are made only of the parts where somebody wants to know a place. */
function plainDocument(text: string, lines: LineIndex, plain: RegularValue, json: boolean): KongDocument {
  const parts = new PartReader(text, plain);
  let root: Node | undefined;
  const tree = (): Node | undefined => (root ??= plain.isKnotted ? parseText(text, json).root : parts.top);
  return {
    text,
    lines,
    get root() {
      return tree();
    },
    value: plain.value,
    problems: [],
    furtherDocuments: [],
    repeatedKeysIn: partsAt(plain.repeatedKeys, plain),
    nodeAt: (path) => parts.nodeAt(path, () => nodeAt(tree(), path)),
  };
}

/** So many say enough, and the tree of each takes time. */
const partsNamed = 2000;

/** The entries of the top, or the items of lists there, that places in the order of the text are in. */
function partsAt(places: readonly number[], { entries }: RegularValue): Path[] {
  const parts: Path[] = [];
  let partEnd = -1;
  for (const place of places) {
    if (place < partEnd) continue;
    const entry = [...entries].find(([, { start, end }]) => start <= place && place < end);
    if (!entry || parts.length === partsNamed) break;
    const [key, { items, end }] = entry;
    const index = items ? lastAtMost(items, place) : undefined;
    parts.push(index === undefined ? [key] : [key, index]);
    partEnd = (index === undefined ? undefined : items?.[index + 1]) ?? end;
  }
  return parts;
}

/** The index of the last number that is not above another, in numbers that rise. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Aliases: what they stand for is written elsewhere. */
const alias = /(?<=^|[\s,[{:-])\*[\w.-]+/gm;

/** Makes trees of single entries of the top, and of single items of the lists there. */
class PartReader {
  /** Its values are read when somebody looks at them. */
  readonly top: MapNode;
  private readonly known = new Map<number, Node | undefined>();

  constructor(
    private readonly text: string,
    private readonly plain: RegularValue,
  ) {
    this.top = lazyTree(text, plain, this);
  }

  /** @param ofWhole asks the tree of the whole text, where a part of it does not tell. */
  nodeAt(path: Path, ofWhole: () => Node | undefined): Node | undefined {
    const [key, index] = path;
    if (key === undefined) return this.top;
    const place = this.plain.entries.get(String(key));
    if (!place) return undefined;
    if (!place.items) return this.below(place, key, path.slice(1), ofWhole);
    if (typeof index !== 'number') return ofWhole();
    const [start, end] = [place.items[index], place.items[index + 1]];
    return start === undefined || end === undefined ? undefined : this.below({ start, end }, 0, path.slice(2), ofWhole);
  }

  private below(span: Span, key: string | number, path: Path, ofWhole: () => Node | undefined): Node | undefined {
    if (!this.plain.isKnotted) return nodeAt(this.part(span, key), path);
    // What is merged into a map, or named by an alias, stands elsewhere.
    if (this.text.slice(span.start, span.end).includes('<<')) return ofWhole();
    let node = this.part(span, key);
    for (const step of path) {
      if (!node || this.isAlias(node)) return ofWhole();
      node = childOf(node, step);
    }
    return node && this.isAlias(node) ? ofWhole() : node;
  }

  private isAlias({ start }: Node): boolean {
    return this.text[start] === '*';
  }

  /** The value of an entry of the top, or the only item of the lines of one. */
  part({ start, end }: Span, key: string | number): Node | undefined {
    if (this.known.has(start)) return this.known.get(start);
    const { flow, isKnotted } = this.plain;
    const lines = this.text.slice(start, end);
    const written = flow ? lines.replace(/[\s,]+$/, '') : isKnotted ? lines.replace(alias, nameless) : lines;
    const { root } = parseText(written, false);
    const node = flow ? root : childOf(root, key);
    if (node) shift(node, start);
    this.known.set(start, node);
    return node;
  }
}

/** As many letters, so that everything stays in its place. */
const nameless = (name: string): string => 'x'.repeat(name.length);

/** A map whose values are read when somebody looks at them. */
function lazyTree(text: string, { entries, flow }: RegularValue, parts: PartReader): MapNode {
  const all = [...entries].map(([key, { keySpan, start, end }]): [string, Entry] => {
    let known: Node | undefined;
    const entry = {
      key,
      keySpan,
      get value() {
        return (known ??= parts.part({ start, end }, key) ?? {
          type: 'scalar',
          value: null,
          style: 'plain',
          start: keySpan.end,
          end: keySpan.end,
        });
      },
    };
    return [key, entry];
  });
  const last = all.at(-1)?.[1];
  return {
    type: 'map',
    start: flow ? text.indexOf('{') : (all[0]?.[1].keySpan.start ?? 0),
    get end() {
      return flow ? text.lastIndexOf('}') + 1 : (last?.value.end ?? 0);
    },
    entries: new Map(all),
    overridden: [],
    flow,
  };
}

/** The entry that a path ends in; undefined when it ends in a list's item or leads nowhere. */
function entryIn(document: Pick<KongDocument, 'nodeAt'>, path: Path): Entry | undefined {
  const last = path.at(-1);
  // A list of the top is not asked for: its tree is that of the whole file.
  if (typeof last !== 'string') return undefined;
  const parent = document.nodeAt(path.slice(0, -1));
  return parent?.type === 'map' ? parent.entries.get(last) : undefined;
}

/**
 * The range of what a path names. Where the path leads to nothing (a field that is missing), the range of the nearest
 * thing above it that is there.
 */
export function rangeOf(document: KongDocument, path: Path, aspect: Aspect): Range {
  const span = spanOf(document, path, aspect);
  return trimmed(document, span);
}

/** The same as offsets, blanks at the end and all. */
export function spanOf(document: Pick<KongDocument, 'nodeAt'>, path: Path, aspect: Aspect): Span {
  let depth = path.length;
  while (depth > 0 && !document.nodeAt(path.slice(0, depth))) depth--;
  const there = path.slice(0, depth);
  const node = document.nodeAt(there);
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
  // Where nothing stands, readers differ by the blanks before it.
  let first = start;
  if (last <= start) while (first > 0 && /[ \t]/.test(text[first - 1]!)) first--;
  return lines.range(first, last <= start ? first : last);
}

/** The path of the innermost thing at an offset, and whether the offset is on its key. */
export function pathAt(document: KongDocument, offset: number): { path: Path; onKey: boolean } {
  return pathIn(document.root, offset);
}

/** The same below a node. */
export function pathIn(root: Node | undefined, offset: number): { path: Path; onKey: boolean } {
  const path: (string | number)[] = [];
  let node = root;
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
    // Where a key starts, the value before it may only just end.
    for (const { key, keySpan } of node.entries.values()) if (holds(keySpan)) return { key, onKey: true };
    for (const { key, value } of node.entries.values()) if (holds(value)) return { key, onKey: false };
  }
  return undefined;
}
