import type { Path } from '../schema/problem.js';
import type { Range } from './diagnostic.js';
import { labelOf, type Entity } from './model.js';
import type { OpenDocument } from './openDocument.js';
import { outlineOfPieces } from './outlinePieces.js';
import { scanOutline } from './outlineScan.js';
import type { Steps } from './steps.js';

/** An entity, and where it stands. */
export interface OutlineItem {
  kind: string;
  /** Its place in the list that it is in. */
  index: number;
  parent: OutlineItem | undefined;
  /** What a person calls it, if anything. */
  label: string | undefined;
  range: Range;
  /** Of the label, within the other. */
  labelRange: Range;
  children: OutlineItem[];
}

/** Entities of a kind at the top of a file. */
export interface OutlineList {
  kind: string;
  /** Of the key. */
  keyRange: Range;
  range: Range;
  items: OutlineItem[];
}

/** Characters that are read with all care; longer texts are read by their lines, as tools write them. */
const readWithCare = 200_000;
/** Characters up to which entities of all depths are shown in time, and of a larger file where few stand at the top. */
const readWhole = 7_500_000;
const fewAtTop = 3000;
/** Entities of a long text that can't be read by its lines: to find the place of each takes time. */
const mostWithCare = 5000;

/** Of which some milliseconds are full. */
const atAStretch = 20;

const known = new WeakMap<OpenDocument, OutlineList[]>();

/** The entities of a file as they are nested, in the order of the text. Of a large file in one look at its lines. */
export function* outlineOf(document: OpenDocument): Steps<OutlineList[]> {
  let outline = known.get(document);
  if (!outline) {
    outline = (yield* outlineByLines(document)) ?? (yield* exactOutline(document));
    known.set(document, outline);
  }
  return outline;
}

function* outlineByLines(document: OpenDocument): Steps<OutlineList[] | undefined> {
  const { length } = document.text;
  if (length <= readWithCare) return undefined;
  const { pieces } = document;
  const scan = (deepest?: number) =>
    pieces ? outlineOfPieces(document, pieces, deepest) : scanOutline(document, deepest);
  if (length <= readWhole) return yield* scan();
  const top = yield* scan(1);
  const count = top?.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  return count > fewAtTop ? top : yield* scan();
}

export function pathOfItem({ kind, index, parent }: OutlineItem): Path {
  return parent ? [...pathOfItem(parent), kind, index] : [kind, index];
}

function* exactOutline(document: OpenDocument): Steps<OutlineList[]> {
  const lists = new Map<string, OutlineList>();
  const made = new Map<Entity, OutlineItem>();
  for (const entity of document.entities.all()) {
    const parent = entity.parent && made.get(entity.parent.entity);
    const item = exactItem(document, entity, parent);
    made.set(entity, item);
    (parent?.children ?? listOf(document, entity.kind, lists).items).push(item);
    if (made.size === mostWithCare && document.text.length > readWithCare) break;
    if (made.size % atAStretch === 0) yield;
  }
  return [...lists.values()].sort((a, b) => a.range.start.line - b.range.start.line);
}

function exactItem(
  document: OpenDocument,
  { kind, path, value }: Entity,
  parent: OutlineItem | undefined,
): OutlineItem {
  const label = labelOf(value);
  const key = Object.keys(value).find((each) => ['name', 'username', 'target'].includes(each) && value[each] === label);
  const range = document.rangeOf(path, 'value');
  const labelRange = document.rangeOf(key === undefined ? path : [...path, key], 'value');
  // An alias or a merge may put the name elsewhere.
  const isInside = !isBefore(labelRange.start, range.start) && !isBefore(range.end, labelRange.end);
  const index = Number(path.at(-1));
  return { kind, index, parent, label, range, labelRange: isInside ? labelRange : range, children: [] };
}

const isBefore = (a: Range['start'], b: Range['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character);

function listOf(document: OpenDocument, kind: string, lists: Map<string, OutlineList>): OutlineList {
  let list = lists.get(kind);
  if (!list) {
    const keyRange = document.rangeOf([kind], 'key');
    const { end } = document.rangeOf([kind], 'value');
    list = { kind, keyRange, range: { start: keyRange.start, end }, items: [] };
    lists.set(kind, list);
  }
  return list;
}
