import type { Entity } from '../estate/entity.js';
import { withoutEqualText } from '../estate/equalText.js';
import { entityKind } from '../estate/kinds.js';
import { isObject } from '../core/json.js';
import type { Content } from './compareContent.js';

/** Both sides of a workspace, without what is equal word for word. */
export interface Differing {
  live: Entity[];
  desired: Entity[];
  /** How many entities were left out on either side. */
  equal: number;
}

/** How often to bring back what is referred to before the whole is read instead. */
const rounds = 5;

/**
 * Reads of two of decK's files only what differs, and what that refers to. Entities are taken to be what Kong holds them to be:
 * no two with the same name.
 * @returns undefined where the whole has to be read.
 */
export function differingEntities(before: Content, after: Content): Differing | undefined {
  const [one, other] = [before.text?.scanned(), after.text?.scanned()];
  if (!before.text || !after.text || !one || !other) return undefined;
  const words = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const left = withoutEqualText(one, other, words);
    if (!left) return undefined;
    try {
      const [live, desired] = [before.text.read(left.before), after.text.read(left.after)];
      const known = words.size;
      for (const word of [...missing(live), ...missing(desired)]) words.add(word);
      if (words.size === known) return { live, desired, equal: left.equal };
    } catch {
      // Not laid out as it looked: the whole tells what is wrong with it, and where.
      return undefined;
    }
  }
  return undefined;
}

/** Ids and names that are referred to and not there. */
function* missing(entities: readonly Entity[]): Generator<string> {
  const ids = new Set(entities.map(({ fields }) => fields['id']));
  for (const { kind, fields } of entities) {
    for (const field of Object.keys(entityKind(kind).foreign)) {
      const value = fields[field];
      if (!isObject(value)) continue;
      const { id, name } = value;
      if (typeof name === 'string') yield asBytes(name);
      else if (typeof id === 'string' && !ids.has(id)) yield id;
    }
  }
}

/** As it stands in the text, where a character is a byte. */
const asBytes = (name: string): string => Buffer.from(name, 'utf8').toString('latin1');
