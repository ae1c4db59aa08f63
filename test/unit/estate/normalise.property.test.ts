import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { fieldChanges } from '../../../src/estate/fieldChanges.js';
import {
  comparable,
  comparablePair,
  computedFields,
  fieldsOfKind,
  unsureFields,
} from '../../../src/estate/normalise.js';
import { estates } from '../../helpers/randomEstate.js';
import { facts } from './shippedFacts.js';

/** One of the file's entities and what it might become: some fields as another of its kind has them, some null, some away. */
function variant({ kind, fields }: Entity, estate: readonly Entity[], mask: readonly number[]): JsonObject {
  const others = estate.filter((other) => other.kind === kind);
  const known = Object.keys(facts.entities[kind]?.fields ?? {});
  const result: JsonObject = { ...fields };
  [...new Set([...Object.keys(fields), ...known])].forEach((name, index) => {
    const what = mask[index % mask.length] ?? 0;
    const other = others[what % others.length]?.fields[name];
    if (what % 7 === 1) result[name] = null;
    else if (what % 7 === 2) delete result[name];
    else if (what % 7 === 3 && other !== undefined) result[name] = other;
    else if (what % 7 === 4 && Array.isArray(result[name])) result[name] = [...result[name]].reverse();
  });
  if (mask.length % 5 === 0 && kind === 'services') result['url'] = 'https://other.test/api';
  return result;
}

describe('two entities in comparable form', () => {
  it('differ in the same fields, whether all of them are brought into it or those that are in doubt', () => {
    let differing = 0;
    const masks = fc.array(fc.nat({ max: 20 }), { minLength: 3, maxLength: 23 });
    fc.assert(
      fc.property(estates(), masks, (estate, mask) => {
        for (const entity of estate) {
          const { kind, fields } = entity;
          const other = variant(entity, estate, mask);
          const whole = fieldChanges(comparable(facts, kind, fields), comparable(facts, kind, other));
          const known = fieldsOfKind(facts, kind, fields);
          const unsure = unsureFields(fields, other, known, computedFields(kind));
          expect(fieldChanges(...comparablePair(facts, kind, [fields, other], known, unsure))).toEqual(whole);
          differing += whole.length;
        }
      }),
      { numRuns: Number(process.env['KONG_BACKUP_RUNS'] ?? 60) },
    );
    expect(differing).toBeGreaterThan(0);
  });
});
