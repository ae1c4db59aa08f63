import { SymbolKind } from 'vscode-languageserver-types';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { outlineOf, type OutlineItem, type OutlineList } from '../outline.js';
import type { Steps } from '../steps.js';

/** Symbols beyond these no editor shows in time: of a larger file the innermost entities are left out. */
const most = 30_000;

/** The entities of a file, as they are nested: for outline, breadcrumbs and *Go to Symbol*. */
export function* documentSymbols(document: OpenDocument): Steps<DocumentSymbol[]> {
  const outline = yield* outlineOf(document);
  yield;
  const depth = depthThatFits(outline);
  const words = new Map<string, string>();
  const wordOf = (kind: string): string => {
    let word = words.get(kind);
    if (word === undefined) words.set(kind, (word = singular(kind)));
    return word;
  };
  return outline.map((list) => ({
    name: list.kind,
    kind: SymbolKind.Namespace,
    range: list.range,
    selectionRange: list.keyRange,
    children: list.items.map((item) => symbolOf(item, depth, wordOf)),
  }));
}

const icons: Readonly<Record<string, SymbolKind>> = {
  services: SymbolKind.Class,
  routes: SymbolKind.Method,
  plugins: SymbolKind.Event,
  consumers: SymbolKind.Interface,
  consumer_groups: SymbolKind.Interface,
  upstreams: SymbolKind.Module,
  targets: SymbolKind.Field,
  certificates: SymbolKind.Key,
  ca_certificates: SymbolKind.Key,
  vaults: SymbolKind.Package,
};

/** How an editor shows entities of a kind. */
export const iconOf = (kind: string): SymbolKind => icons[kind] ?? SymbolKind.Object;

function symbolOf(
  { kind, label, range, labelRange, children }: OutlineItem,
  depth: number,
  wordOf: (kind: string) => string,
): DocumentSymbol {
  const word = wordOf(kind);
  const symbol: DocumentSymbol = {
    name: label ?? word,
    detail: word,
    kind: iconOf(kind),
    range,
    selectionRange: labelRange,
  };
  if (depth > 1 && children.length > 0) symbol.children = children.map((child) => symbolOf(child, depth - 1, wordOf));
  return symbol;
}

function depthThatFits(outline: readonly OutlineList[]): number {
  const counts: number[] = [];
  const count = (items: readonly OutlineItem[], depth: number): void => {
    counts[depth] = (counts[depth] ?? 0) + items.length;
    for (const { children } of items) if (children.length > 0) count(children, depth + 1);
  };
  for (const { items } of outline) count(items, 0);
  let sum = 0;
  const tooDeep = counts.findIndex((each) => (sum += each) > most);
  return tooDeep < 0 ? counts.length : Math.max(1, tooDeep);
}
