import type { Entity } from '../estate/entity.js';
import { withoutEqualText } from '../estate/equalText.js';
import { entityKind } from '../estate/kinds.js';
import { isObject } from '../core/json.js';
import type { Change } from '../core/change.js';
import { valueJudge } from '../estate/valueChanges.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Content } from './compareContent.js';
import { changesOfValues } from './compareValues.js';

/** Both sides of a workspace, without what is equal word for word. */
export interface Differing {
  live: Entity[];
  desired: Entity[];
  /** How many entities were left out on either side. */
  equal: number;
  /** Those of which only values differ, left out too. */
  changes: Change[];
}

/** What has to be known to tell a difference by the lines that differ. */
export interface ValueRules {
  workspace: string;
  facts: SchemaFacts;
}

/** How often to bring back what is referred to before the whole is read instead. */
const rounds = 5;

/**
 * Reads of two of decK's files only what differs, and what that refers to. Entities are taken to be what Kong holds them to be:
 * no two with the same name.
 * @param rules to leave out, too, what differs in values only; then the changes are told.
 * @returns undefined where the whole has to be read.
 */
export function differingEntities(before: Content, after: Content, rules?: ValueRules): Differing | undefined {
  const [one, other] = [before.text?.scanned(), after.text?.scanned()];
  if (!before.text || !after.text || !one || !other) return undefined;
  const words = new Set<string>();
  const isValue = rules && valueJudge(rules.facts);
  for (let round = 0; round < rounds; round++) {
    const left = withoutEqualText(one, other, words, isValue);
    if (!left) return undefined;
    try {
      const [live, desired] = [before.text.read(left.before), after.text.read(left.after)];
      const known = words.size;
      for (const word of [...missing(live), ...missing(desired)]) words.add(word);
      if (words.size > known) continue;
      if (!rules) return { live, desired, equal: left.equal, changes: [] };
      const told = changesOfValues(left.values, [before.text, after.text], rules.workspace, rules.facts);
      if (!told) return differingEntities(before, after);
      return { live, desired, equal: left.equal + told.equal, changes: told.changes };
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
