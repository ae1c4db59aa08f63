import { DocumentHighlightKind } from 'vscode-languageserver-types';
import type { DocumentHighlight } from 'vscode-languageserver-types';
import { anchorAt } from '../anchors.js';
import type { Position, Range } from '../diagnostic.js';
import { occurrencesIn } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';
import { symbolAt } from '../symbolAt.js';

/** The places of the file that name what is named under the cursor. */
export function documentHighlights(document: OpenDocument, position: Position): DocumentHighlight[] {
  const named = anchorAt(document, position);
  if (named) return named.all.map(({ range, isAnchor }) => highlight(range, isAnchor));
  const symbol = symbolAt(document, position);
  if (!symbol) return [];
  const found = occurrencesIn(document, symbol);
  if (symbol.isLoose && !found.some(({ isDeclaration }) => isDeclaration)) return [];
  return found.map(({ range, isDeclaration }) => highlight(range, isDeclaration));
}

const highlight = (range: Range, isDeclaration: boolean): DocumentHighlight => ({
  range,
  kind: isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
});
