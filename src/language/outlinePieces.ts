import type { SchemaFacts } from '../schema/facts.js';
import type { Range } from './diagnostic.js';
import type { FileKind } from './fileKind.js';
import type { OpenDocument, Piece } from './openDocument.js';
import type { OutlineItem, OutlineList } from './outline.js';
import { pieceScanner } from './outlineScan.js';
import type { Steps } from './steps.js';

/** What a piece was read as where it stood last, and what that depends on besides its text. */
interface Scanned {
  kind: FileKind;
  facts: SchemaFacts;
  deepest: number;
  item: OutlineItem | undefined;
  line: number;
}

const known = new WeakMap<object, Scanned>();

/** Pieces of which some milliseconds are full. */
const atAStretch = 50;

/**
 * The same as `scanOutline` of the text in one piece. Of a text that was edited only the pieces that are new are read, and only those
 * behind it moved: the others are the same objects as before.
 */
export function* outlineOfPieces(
  document: OpenDocument,
  pieces: Iterable<Piece>,
  deepest = Infinity,
): Steps<OutlineList[]> {
  const { kind, facts } = document;
  const scanner = pieceScanner(document, deepest);
  const itemOf = (piece: Piece, index: number): OutlineItem | undefined => {
    const { id, startLine } = piece;
    let scanned = known.get(id);
    if (scanned?.kind !== kind || scanned.facts !== facts || scanned.deepest !== deepest) {
      known.set(id, (scanned = { kind, facts, deepest, item: scanner.item(piece), line: 0 }));
    }
    if (scanned.item && (scanned.line !== startLine || scanned.item.index !== index)) {
      scanned.item = placed(scanned.item, startLine - scanned.line, index);
      scanned.line = startLine;
    }
    return scanned.item;
  };
  const lists: OutlineList[] = [];
  let list: OutlineList | undefined;
  let count = 0;
  for (const piece of pieces) {
    if (++count % atAStretch === 0) yield;
    if (piece.key === undefined) continue;
    if (!piece.isItem) {
      list = placedList(scanner.list(piece), piece.startLine);
      if (list) lists.push(list);
      continue;
    }
    const item = list && itemOf(piece, list.items.length);
    if (!list || !item) continue;
    list.items.push(item);
    list.range.end = item.range.end;
  }
  return lists;
}

function placedList(list: OutlineList | undefined, line: number): OutlineList | undefined {
  return (
    list && {
      kind: list.kind,
      keyRange: moved(list.keyRange, line),
      range: moved(list.range, line),
      items: list.items.map((item) => placed(item, line)),
    }
  );
}

function placed(of: OutlineItem, line: number, index = of.index, parent?: OutlineItem): OutlineItem {
  const { kind, label, range, labelRange } = of;
  const children: OutlineItem[] = [];
  const own = { kind, index, parent, label, range: moved(range, line), labelRange: moved(labelRange, line), children };
  for (const child of of.children) children.push(placed(child, line, child.index, own));
  return own;
}

const moved = ({ start, end }: Range, by: number): Range => ({
  start: { line: start.line + by, character: start.character },
  end: { line: end.line + by, character: end.character },
});
