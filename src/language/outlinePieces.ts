import type { SchemaFacts } from '../schema/facts.js';
import type { Range } from './diagnostic.js';
import type { FileKind } from './fileKind.js';
import type { OpenDocument, Piece } from './openDocument.js';
import type { OutlineItem, OutlineList } from './outline.js';
import { pieceScanner } from './outlineScan.js';

/** What a piece was read as, and what that depends on besides its text. */
interface Scanned {
  kind: FileKind;
  facts: SchemaFacts;
  deepest: number;
  item: OutlineItem | undefined;
}

const known = new WeakMap<object, Scanned>();

/** The same as `scanOutline` of the text in one piece. Of a text that was edited only the pieces that are new are read. */
export function outlineOfPieces(document: OpenDocument, pieces: Iterable<Piece>, deepest = Infinity): OutlineList[] {
  const { kind, facts } = document;
  const scanner = pieceScanner(document, deepest);
  const itemOf = (piece: Piece): OutlineItem | undefined => {
    let scanned = known.get(piece.id);
    if (scanned?.kind !== kind || scanned.facts !== facts || scanned.deepest !== deepest) {
      known.set(piece.id, (scanned = { kind, facts, deepest, item: scanner.item(piece) }));
    }
    return scanned.item;
  };
  const lists: OutlineList[] = [];
  let list: OutlineList | undefined;
  for (const piece of pieces) {
    if (piece.key === undefined) continue;
    if (!piece.isItem) {
      list = placedList(scanner.list(piece), piece.startLine);
      if (list) lists.push(list);
      continue;
    }
    const item = list && itemOf(piece);
    if (!list || !item) continue;
    const own = placed(item, piece.startLine, list.items.length);
    list.items.push(own);
    list.range.end = { ...own.range.end };
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
