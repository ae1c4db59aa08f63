import type { PartKind } from '../core/part.js';
import type { Counts } from '../core/snapshot.js';
import { entities, plural, totalOf } from './text.js';

/** What a part is counted in, where it is not entities. */
const nouns: Partial<Record<PartKind, string>> = {
  database: 'row',
  documents: 'document',
  files: 'file',
  keyring: 'key',
};

/** How much a part holds, in its own words: `98 rows`, `4 files`. */
export function partAmount(part: PartKind, counts: Counts): string {
  const noun = nouns[part];
  return noun === undefined ? entities(totalOf(counts)) : plural(totalOf(counts), noun);
}
