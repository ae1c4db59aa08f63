import type { Location } from 'vscode-languageserver-types';
import { anchorAt } from '../anchors.js';
import type { Position } from '../diagnostic.js';
import { occurrencesOf, type Beside } from '../folder.js';
import type { OpenDocument } from '../openDocument.js';
import { symbolAt } from '../symbolAt.js';

/** Everything that refers to what is named under the cursor, by its name or id, in the file and in those merged with it. */
export async function references(
  document: OpenDocument,
  position: Position,
  beside: Beside,
  withDeclaration: boolean,
): Promise<Location[]> {
  const named = anchorAt(document, position);
  if (named) {
    const wanted = named.all.filter(({ isAnchor }) => withDeclaration || !isAnchor);
    return wanted.map(({ range }) => ({ uri: document.uri, range }));
  }
  const symbol = symbolAt(document, position);
  if (!symbol) return [];
  const found = await occurrencesOf(document, symbol, beside);
  if (symbol.isLoose && !found.some(({ isDeclaration }) => isDeclaration)) return [];
  return found
    .filter(({ isDeclaration }) => withDeclaration || !isDeclaration)
    .map(({ document: { uri }, range }) => ({ uri, range }));
}
