import { SymbolKind } from 'vscode-languageserver-types';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { isObject } from '../../core/json.js';
import type { Path } from '../../schema/problem.js';
import type { SchemaFacts } from '../../schema/facts.js';
import { rangeOf } from '../document.js';
import type { KongDocument } from '../document.js';
import type { FileKind } from '../fileKind.js';
import { buildModel, labelOf, singular } from '../model.js';
import type { Entity } from '../model.js';

/** The entities of a file, as they are nested: for outline, breadcrumbs and *Go to Symbol*. */
export function documentSymbols(document: KongDocument, kind: FileKind, facts: SchemaFacts): DocumentSymbol[] {
  if (!isObject(document.value)) return [];
  const { entities } = buildModel(document.value, kind, facts);
  const roots = new Map<string, DocumentSymbol>();
  const made = new Map<Entity, DocumentSymbol>();
  for (const entity of entities) {
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

function entitySymbol(document: KongDocument, { kind, path, value }: Entity): DocumentSymbol {
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

function listSymbol(document: KongDocument, kind: string, roots: Map<string, DocumentSymbol>): DocumentSymbol {
  let symbol = roots.get(kind);
  if (!symbol) {
    const selectionRange = rangeOf(document, [kind], 'key');
    const { end } = rangeOf(document, [kind], 'value');
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
  document: KongDocument,
  path: Path,
  key: string | undefined,
): Pick<DocumentSymbol, 'range' | 'selectionRange'> {
  const range = rangeOf(document, path, 'value');
  const name = rangeOf(document, key === undefined ? path : [...path, key], 'value');
  const { lines } = document;
  const inside =
    lines.offset(name.start) >= lines.offset(range.start) && lines.offset(name.end) <= lines.offset(range.end);
  return { range, selectionRange: inside ? name : range };
}
