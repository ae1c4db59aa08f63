import { SymbolKind } from 'vscode-languageserver-types';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import type { Path } from '../../schema/problem.js';
import { labelOf, singular } from '../model.js';
import type { Entity } from '../model.js';
import type { OpenDocument } from '../openDocument.js';

/** The entities of a file, as they are nested: for outline, breadcrumbs and *Go to Symbol*. */
export function documentSymbols(document: OpenDocument): DocumentSymbol[] {
  const roots = new Map<string, DocumentSymbol>();
  const made = new Map<Entity, DocumentSymbol>();
  for (const entity of document.entities.all()) {
    const symbol = entitySymbol(document, entity);
    made.set(entity, symbol);
    const parent = entity.parent ? made.get(entity.parent.entity) : listSymbol(document, entity.kind, roots);
    parent?.children?.push(symbol);
  }
  return [...roots.values()].sort((a, b) => a.range.start.line - b.range.start.line);
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

function entitySymbol(document: OpenDocument, { kind, path, value }: Entity): DocumentSymbol {
  const label = labelOf(value);
  return {
    name: label ?? singular(kind),
    detail: singular(kind),
    kind: icons[kind] ?? SymbolKind.Object,
    ...ranges(document, path, nameKey(value)),
    children: [],
  };
}

const nameKey = (value: Entity['value']): string | undefined =>
  ['name', 'username', 'target'].find((key) => typeof value[key] === 'string');

function listSymbol(document: OpenDocument, kind: string, roots: Map<string, DocumentSymbol>): DocumentSymbol {
  let symbol = roots.get(kind);
  if (!symbol) {
    const selectionRange = document.rangeOf([kind], 'key');
    const { end } = document.rangeOf([kind], 'value');
    symbol = {
      name: kind,
      kind: SymbolKind.Namespace,
      range: { start: selectionRange.start, end },
      selectionRange,
      children: [],
    };
    roots.set(kind, symbol);
  }
  return symbol;
}

/** What is selected must lie inside the whole: an alias or a merge may put the name elsewhere. */
function ranges(
  document: OpenDocument,
  path: Path,
  key: string | undefined,
): Pick<DocumentSymbol, 'range' | 'selectionRange'> {
  const range = document.rangeOf(path, 'value');
  const name = document.rangeOf(key === undefined ? path : [...path, key], 'value');
  const { text } = document;
  const inside = text.offset(name.start) >= text.offset(range.start) && text.offset(name.end) <= text.offset(range.end);
  return { range, selectionRange: inside ? name : range };
}
