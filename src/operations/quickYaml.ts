import type { Json } from '../core/json.js';
import { isLiteral } from '../core/snapshot.js';
import type { ReadOptions } from '../estate/deckFile.js';
import type { KongDocument } from '../language/document.js';
import { readRegularValue } from '../language/regularValue.js';

/** Line breaks that nobody writes, and a key by which Kong merges even in quotes. */
const strange = /[\x85\u2028\u2029\ufeff]|<<["']?\s*:/;

/**
 * What a text says that our own engine wrote, in a third of the time that the whole reader of YAML takes. In what others write there
 * are words that decK reads otherwise, such as `y` and `1:20`: ours stand in quotes.
 * @returns undefined for a text in which anything is out of the ordinary; a key that stands in its map twice is.
 */
export function quickYaml(text: string): Json | undefined {
  if (strange.test(text)) return undefined;
  const read = readRegularValue(text, false);
  return read && read.repeatedKeys.length === 0 ? read.value : undefined;
}

/** The same of a text that was read as a document, which is to be judged too: then it is read once. */
export function plainValue({ text, value, problems, repeatedKeysIn }: KongDocument): Json | undefined {
  return problems.length === 0 && repeatedKeysIn?.length === 0 && !strange.test(text) ? value : undefined;
}

/** How to read the file of a part, by who wrote it. */
export const readingOf = (driver: { id: string }): Pick<ReadOptions, 'literal' | 'parse'> => ({
  literal: isLiteral(driver),
  ...(driver.id === 'admin-api' && { parse: quickYaml }),
});
