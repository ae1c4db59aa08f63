import type { Json, JsonObject } from '../../core/json.js';
import type { Path } from '../../schema/problem.js';
import type { SyntaxProblem } from '../syntaxProblem.js';
import { nodeAt, type Entry, type ListNode, type MapNode, type Node, type Span } from '../tree.js';
import type { CutText } from './cutText.js';
import type { Part, Section } from './part.js';
import { readPart, treeOf } from './readPart.js';

/** The values and nodes of a text that is read by its parts. A tree is made of a part when something in it is asked for. */
export class PartNodes {
  private indexes: Map<Part, number> | undefined;
  private itemsOf: Map<Section, Part[]> | undefined;

  constructor(readonly cut: CutText) {}

  /** Items stand side by side behind the head: none needs to be looked for. */
  private get isEven(): boolean {
    return this.cut.odd === 0;
  }

  /** The item of a list that a part is; 0 for a head. */
  indexOf(part: Part): number {
    if (part.role !== 'item' || !part.section) return 0;
    const { list } = this.cut;
    if (this.isEven) return list.standing(part).ordinal - list.standing(part.section.head).ordinal - 1;
    return this.counted().get(part) ?? 0;
  }

  item(section: Section, index: number): Part | undefined {
    if (index < 0 || index >= section.items || !Number.isInteger(index)) return undefined;
    if (this.isEven) return this.cut.list.at(this.cut.list.standing(section.head).ordinal + 1 + index);
    this.counted();
    return this.itemsOf?.get(section)?.[index];
  }

  private counted(): Map<Part, number> {
    if (this.indexes) return this.indexes;
    this.indexes = new Map();
    this.itemsOf = new Map();
    for (const part of this.cut.list) {
      if (part.role !== 'item' || !part.section) continue;
      let items = this.itemsOf.get(part.section);
      if (!items) this.itemsOf.set(part.section, (items = []));
      this.indexes.set(part, items.length);
      items.push(part);
    }
    return this.indexes;
  }

  items(section: Section): Iterable<Part> {
    return section.items === 0 ? [] : partsOf(this.cut, section);
  }

  /** The part that a path leads into, and where in it. */
  locate(path: Path): { part: Part; rest: Path } | undefined {
    const [key, index] = path;
    const section = key === undefined ? undefined : this.cut.sections.get(String(key));
    if (!section) return undefined;
    if (section.items === 0) return { part: section.head, rest: path.slice(1) };
    const part = typeof index === 'number' ? this.item(section, index) : undefined;
    return part && { part, rest: path.slice(2) };
  }

  nodeAt(path: Path): Node | undefined {
    const [key] = path;
    if (key === undefined) return this.root;
    const found = this.locate(path);
    if (found) return nodeAt(this.nodeOf(found.part), found.rest);
    const section = this.cut.sections.get(String(key));
    return section && path.length === 1 ? this.list(section) : undefined;
  }

  /** The item's node, or that of the entry's value, at its place in the whole text. */
  nodeOf(part: Part): Node | undefined {
    return treeAt(part, this.cut.list.standing(part).offset);
  }

  keySpan({ head }: Section): Span {
    const { offset } = this.cut.list.standing(head);
    return { start: offset, end: offset + writtenKeyOf(head).length };
  }

  get root(): MapNode {
    const all = [...this.cut.sections.values()].map((section): [string, Entry] => [section.key, this.entry(section)]);
    const last = all.at(-1)?.[1];
    return {
      type: 'map',
      start: all[0]?.[1].keySpan.start ?? 0,
      get end() {
        return last?.value.end ?? 0;
      },
      entries: new Map(all),
      overridden: [],
      flow: false,
    };
  }

  private entry(section: Section): Entry {
    const keySpan = this.keySpan(section);
    const made = (): Node => (section.items > 0 ? this.list(section) : this.nodeOf(section.head)) ?? empty(keySpan.end);
    return {
      key: section.key,
      keySpan,
      get value() {
        return made();
      },
    };
  }

  private list(section: Section): ListNode {
    const [first] = this.items(section);
    const start = first ? this.cut.list.standing(first).offset + first.text.indexOf('-') : 0;
    const last = (): Node | undefined => {
      const part = this.item(section, section.items - 1);
      return part && this.nodeOf(part);
    };
    const items = (): Node[] => [...this.items(section)].map((part) => this.nodeOf(part) ?? empty(start));
    return {
      type: 'list',
      start,
      get end() {
        return last()?.end ?? start;
      },
      get items() {
        return items();
      },
      flow: false,
    };
  }

  get value(): JsonObject {
    const value: JsonObject = {};
    for (const section of this.cut.sections.values()) {
      value[section.key] = section.items > 0 ? [...this.items(section)].map(valueOfPart) : valueOfPart(section.head);
    }
    return value;
  }

  get problems(): SyntaxProblem[] {
    const problems: SyntaxProblem[] = [];
    for (const part of this.cut.list) problems.push(...this.problemsOf(part));
    return problems;
  }

  problemsOf(part: Part): SyntaxProblem[] {
    const problems = part.reading?.problems ?? [];
    if (problems.length === 0) return [];
    const { offset } = this.cut.list.standing(part);
    const within = { start: offset, end: offset + part.text.length };
    return problems.map((problem) => ({
      ...problem,
      start: problem.start + offset,
      end: problem.end + offset,
      within,
    }));
  }

  repeatedKeysIn(most: number): Path[] {
    const paths: Path[] = [];
    for (const part of this.cut.list) {
      if (!part.reading?.repeats || !part.section || paths.length === most) continue;
      paths.push(part.role === 'item' ? [part.section.key, this.indexOf(part)] : [part.section.key]);
    }
    return paths;
  }
}

/** The key of a head as it is written. */
export const writtenKeyOf = ({ text }: Part): string => writtenKey.exec(text)?.[0] ?? '';

/** The nodes of a part as they stand when it starts at an offset. */
export function treeAt(part: Part, offset: number): Node | undefined {
  const tree = treeOf(part);
  if (tree.base !== offset) shiftOnce(tree.node, offset - tree.base);
  tree.base = offset;
  return tree.node;
}

const writtenKey = /^(?:"[^"]*"|'[^']*'|[^:]*)/;

const empty = (at: number): Node => ({ type: 'scalar', value: null, style: 'plain', start: at, end: at });

export const valueOfPart = (part: Part): Json => (part.reading ??= readPart(part)).value;

function* partsOf({ list }: CutText, section: Section): Generator<Part> {
  let left = section.items;
  for (let at = list.standing(section.head).ordinal + 1; left > 0; at++) {
    const part = list.at(at);
    if (!part) return;
    if (part.role !== 'item' || part.section !== section) continue;
    left--;
    yield part;
  }
}

/** Moves a tree to where its text stands. What an alias names is in it twice. */
function shiftOnce(root: Node | undefined, by: number): void {
  const seen = new Set<Span>();
  const open = root ? [root] : [];
  const move = (span: Span): boolean => {
    if (seen.has(span)) return false;
    seen.add(span);
    span.start += by;
    span.end += by;
    return true;
  };
  for (let node = open.pop(); node; node = open.pop()) {
    if (!move(node)) continue;
    if (node.type === 'list') for (const item of node.items) open.push(item);
    if (node.type !== 'map') continue;
    for (const { keySpan, value } of [...node.entries.values(), ...node.overridden]) {
      move(keySpan);
      open.push(value);
    }
  }
}
