import type { Location } from 'vscode-languageserver-types';
import { anchorAt } from '../anchors.js';
import type { Position } from '../diagnostic.js';
import { documentsCalling, type Beside } from '../folder.js';
import { declarationsOf } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';
import { sharedConfigs, symbolAt } from '../symbolAt.js';

/**
 * Where the entity that is named under the cursor has its name: in the file, else in others of its folder. Of an alias, its
 * anchor.
 */
export async function definition(document: OpenDocument, position: Position, beside: Beside): Promise<Location[]> {
  const named = anchorAt(document, position);
  if (named) return named.anchor ? [{ uri: document.uri, range: named.anchor.range }] : [];
  const symbol = symbolAt(document, position);
  if (!symbol) return [];
  const documents = symbol.kind === sharedConfigs ? [document] : await documentsCalling(document, symbol, beside);
  return documents
    .flatMap((each) => declarationsOf(each, symbol))
    .map(({ document: { uri }, range }) => ({ uri, range }));
}
