import type { TextEdit } from 'vscode-languageserver-types';
import { itemTextAt, linesOf, indented, type ItemText } from '../itemText.js';
import { labelOf } from '../model.js';
import { isObject } from '../../core/json.js';
import type { OpenDocument } from '../openDocument.js';
import { topLevelKinds } from '../model.js';

interface Sortable {
  item: ItemText;
  label: string;
  lines: string[];
}

/** Entities of each list at the top by name. A list that is not in lines, or that anchors are in, stays as it is. */
export function sortEntities(document: OpenDocument): TextEdit[] {
  if (!document.isWhole) return [];
  const kinds = topLevelKinds(document.kind, document.facts);
  return document.topKeys.filter((key) => kinds.includes(key)).flatMap((key) => sortList(document, key));
}

/** Plugins may be the same but for what they are applied to: those stay in the order they are in. */
const compare = (a: Sortable, b: Sortable): number => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);

function sortList(document: OpenDocument, key: string): TextEdit[] {
  const items: Sortable[] = [];
  for (let index = 0; document.nodeAt([key, index]); index++) {
    const item = itemTextAt(document, [key, index]);
    const value = document.valueAt([key, index]);
    if (!item || !isObject(value)) return [];
    items.push({ item, label: labelOf(value) ?? '', lines: linesOf(document, item) });
  }
  const sorted = [...items].sort(compare);
  // Each takes the place of another: what stands between them stays where it is.
  return items.flatMap(({ item }, at): TextEdit[] => {
    const other = sorted[at];
    if (!other || other.item === item) return [];
    const end = { line: item.endLine - 1, character: document.text.line(item.endLine - 1).length };
    const newText = indented(other.lines, item.dash).join('\n');
    return [{ range: { start: { line: item.firstLine, character: 0 }, end }, newText }];
  });
}
