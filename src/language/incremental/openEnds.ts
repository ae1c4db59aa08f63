import { readInAnyColumnAtMost } from '../parse.js';
import type { Part } from './part.js';
import type { PartList } from './partList.js';
import type { PartReading } from './readPart.js';
import { onlyWhole } from './splitText.js';

/** Whether a quote or bracket in a part is never closed there. */
export const isOpen = ({ problems }: PartReading): boolean =>
  problems.some(({ message }) => /quote|`\[`/.test(message));

/** Behind the end of quoted text. */
const mayFollow = /^ *(?:[,\]}:]| #|\r?\n|$)/;

/**
 * What is open may go on in the parts behind, for Kong reads lines in quotes and brackets in any column. Most of what follows
 * tells at once that it does not.
 *
 * @throws `onlyWhole` where it may.
 */
export function mayEndLater(list: PartList, part: Part): void {
  if (list.length > readInAnyColumnAtMost) return;
  const first = list.standing(part).ordinal + 1;
  const bracket = !/^ *-/.test(list.at(first)?.text ?? '-');
  const open = new Set(['"', "'"]);
  for (let ordinal = first; open.size > 0 || bracket; ordinal++) {
    const text = list.at(ordinal)?.text;
    if (text === undefined) return;
    if (bracket && /[\]}]/.test(text)) throw onlyWhole;
    for (const quote of open) {
      const at = text.indexOf(quote);
      if (at < 0) continue;
      if (mayFollow.test(text.slice(at + 1, at + 200)) || text[at - 1] === '\\' || text[at + 1] === quote)
        throw onlyWhole;
      open.delete(quote);
    }
  }
}
