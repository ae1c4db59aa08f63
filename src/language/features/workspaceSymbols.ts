import type { WorkspaceSymbol } from 'vscode-languageserver-types';
import { singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { outlineOf, type OutlineItem, type OutlineList } from '../outline.js';
import type { Steps } from '../steps.js';
import { iconOf } from './documentSymbols.js';

/** What a person picks from: with more, one letter more is quicker than reading. */
const most = 500;

/** Entities of files whose name holds the letters of a query in that order, as editors search. */
export function* workspaceSymbols(documents: readonly OpenDocument[], query: string): Steps<WorkspaceSymbol[]> {
  const found: WorkspaceSymbol[] = [];
  const wanted = query.toLowerCase();
  const add = ({ uri }: OpenDocument, { label, kind, labelRange, parent }: OutlineItem): void => {
    const containerName = parent?.label ?? singular(kind);
    found.push({ name: label ?? '', kind: iconOf(kind), location: { uri, range: labelRange }, containerName });
  };
  for (const document of documents) {
    const outline = yield* outlineOf(document);
    yield;
    for (const item of itemsOf(outline)) {
      if (item.label === undefined || !holds(item.label, wanted)) continue;
      add(document, item);
      if (found.length === most) return found;
    }
  }
  return found;
}

function* itemsOf(outline: readonly OutlineList[]): Generator<OutlineItem> {
  const walk = function* (items: readonly OutlineItem[]): Generator<OutlineItem> {
    for (const item of items) {
      yield item;
      if (item.children.length > 0) yield* walk(item.children);
    }
  };
  for (const { items } of outline) yield* walk(items);
}

function holds(label: string, wanted: string): boolean {
  if (wanted === '') return true;
  const text = label.toLowerCase();
  if (text.includes(wanted)) return true;
  let at = 0;
  for (const letter of wanted) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
